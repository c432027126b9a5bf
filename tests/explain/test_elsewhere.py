"""Where other browsers would do otherwise, without asking the application again."""

import pytest

from crossguard.browser import PROFILES, HttpRequest, HttpResponse
from crossguard.cli.attempt import run_attempt
from crossguard.cli.senders import Attempt

APP, HERE = "https://app.example.com", "http://localhost:8080"
READABLE = (
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Headers", "x-a"),
    ("Access-Control-Allow-Methods", "PUT"),
)


class Api:
    """Lets every page read, and counts the requests."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.methods.append(request.method)
        return HttpResponse(
            200, (*READABLE, ("Access-Control-Allow-Origin", request.header("Origin") or "*"))
        )


def elsewhere(api: Api, origin: str, url: str, **options: object):
    attempt = Attempt(origin=origin, url=url, credentials="include", **options)  # type: ignore[arg-type]
    return {one.browser: one for one in run_attempt(attempt, api).elsewhere}


def test_where_all_agree_there_is_nothing_to_say():
    assert elsewhere(Api(), HERE, "http://localhost:5000/") == {}


def test_says_what_webkit_blocks_and_that_safari_is_derived():
    found = elsewhere(Api(), APP, "http://localhost:5000/")
    assert set(found) == {"webkit", "webkit-allow-third-party", "safari"}
    assert {one.code for one in found.values()} == {"mixed-content"}
    assert found["safari"].title == "Safari (derived, not measured)"
    assert found["webkit"].title == "WebKit"
    assert found["safari"].readable is False
    assert found["safari"].text.startswith("blocked, because ")


def test_says_which_cookie_stays_behind_and_why():
    found = elsewhere(Api(), APP, "https://api.other.example/", cookies=("session=1; SameSite=None; Secure",))
    assert (
        "the cookie session does not go along: the browser blocks third-party cookies."
        in found["safari"].text
    )
    assert set(found) == {"chromium-block-third-party", "firefox-block-third-party", "webkit", "safari"}


def test_the_application_is_asked_once():
    api = Api()
    elsewhere(api, APP, "http://localhost:5000/", method="PUT", headers=(("X-A", "1"),))
    assert api.methods == ["OPTIONS", "PUT"]


def test_a_preflight_that_only_another_browser_sends_is_asked_for():
    api = Api()
    found = elsewhere(api, HERE, "http://localhost:5000/", headers=(("User-Agent", "me"),))
    # Firefox and WebKit send a User-Agent that script sets, and ask before: the API does not allow it.
    assert api.methods[0] == "GET"
    assert set(api.methods[1:]) == {"OPTIONS"}
    assert {name for name, one in found.items() if one.code == "header-not-allowed"} == {
        name for name in PROFILES if not name.startswith("chromium")
    }


def test_what_the_first_browser_never_sent_is_not_guessed():
    found = elsewhere(Api(), HERE, "http://localhost:5000/", headers=(("Available-Dictionary", "x"),))
    assert {(one.readable, one.code) for one in found.values()} == {(False, "header-not-allowed")}
    found = elsewhere(Api(), HERE, "http://localhost:8080/", headers=(("Available-Dictionary", "x"),))
    assert {(one.readable, one.code) for one in found.values()} == {(None, "not-asked")}
    assert found["firefox"].text == "it sends GET http://localhost:8080/, which this run did not."


@pytest.mark.parametrize("browser", PROFILES)
def test_one_browser_that_is_asked_for_is_not_compared(browser: str):
    api = Api()
    attempted = run_attempt(Attempt(origin=APP, url="https://api.example.com/", browser=browser), api)
    assert attempted.verdict.profile == browser
    assert attempted.elsewhere == ()
