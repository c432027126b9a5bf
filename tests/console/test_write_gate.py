"""What pages of other sites try with the browser of somebody who is signed in; see also test_auth."""

import json

import pytest

from crossguard.browser import Browser, FormData
from crossguard.browser.transports import wsgi
from crossguard.console.schemas import DecisionQuery
from tests.console.support import PASSWORD, WEB, Page, add_user

API = "http://localhost:5000"
# On http, as the API: from https to http a form carries no origin.
STRANGER = "http://stranger.example"
CREDENTIALS = {"username": "eve", "password": PASSWORD}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=["chromium", "firefox"])
def victim(app, request):
    """A browser in which nobody is signed in yet."""
    add_user(app, "eve")
    return Browser(request.param, send=wsgi(app))


def sign_in(browser):
    page = browser.open(WEB)
    body = json.dumps({"username": "admin", "password": PASSWORD})
    options = {"method": "POST", "headers": JSON, "body": body, "credentials": "include"}
    return page.fetch(f"{API}/auth/sign-in", **options)


def name_of(browser):
    """Return who is signed in; None if nobody is."""
    answer = browser.open(WEB).fetch(f"{API}/api/me", credentials="include")
    return answer.json()["username"] if answer.status == 200 else None


def attempts(page, path):
    """Send everything that a page can send without a preflight; return what the server answered."""
    url = f"{API}{path}"
    fields = list(CREDENTIALS.items())
    cors = {"method": "POST", "credentials": "include"}
    verdicts = [
        page.submit_form(url, fields),
        page.submit_form(url, fields, enctype="multipart/form-data"),
        page.submit_form(url, [(json.dumps(CREDENTIALS)[:-1] + ', "x": "', '"}')], enctype="text/plain"),
        page.send_beacon(url, json.dumps(CREDENTIALS)),
        page.verdict(url, body=json.dumps(CREDENTIALS), **cors),
        page.verdict(url, body=FormData(tuple(fields)), **cors),
        page.verdict(url, **cors),
        page.verdict(url, mode="no-cors", **cors),
    ]
    return [verdict.hops[-1].actual.response for verdict in verdicts]


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out"])
@pytest.mark.parametrize(
    ("origin", "reason"),
    [(STRANGER, "cross-site"), ("http://localhost:9999", "same-site"), ("null", "cross-site")],
)
def test_another_page_can_neither_sign_in_nor_out_and_each_attempt_is_recorded(
    services, victim, path, origin, reason
):
    sign_in(victim)
    cookies = victim.cookies
    answers = attempts(victim.open(origin), path)
    assert {answer.status for answer in answers} == {403}
    assert not any(answer.header("set-cookie") for answer in answers)
    assert victim.cookies == cookies
    assert name_of(victim) == "admin"
    services.recorder.flush()
    items = services.store.page(DecisionQuery(limit=100, outcome="refused")).items
    assert len(items) == len(answers)
    for item in items:
        assert (item.outcome, item.reason, item.origin) == ("write-refused", reason, origin)
        assert (item.method, item.url) == ("POST", f"{API}{path}")
        assert item.explanation.fix


def test_another_page_cannot_sign_its_own_user_in(victim):
    attempts(victim.open(STRANGER), "/auth/sign-in")
    assert name_of(victim) is None
    assert victim.cookies == ()


def test_not_even_the_listed_front_end_signs_in_without_json(victim):
    assert {answer.status for answer in attempts(victim.open(WEB), "/auth/sign-in")} == {415}
    assert victim.cookies == ()


def test_neither_is_an_image_or_a_link(victim):
    sign_in(victim)
    page = victim.open(STRANGER)
    for path in ("/auth/sign-out", "/auth/sign-in?username=eve"):
        for verdict in (page.load_image(f"{API}{path}"), page.follow_link(f"{API}{path}")):
            assert verdict.hops[-1].actual.response.status == 405
    assert name_of(victim) == "admin"


def test_the_listed_front_end_signs_in_and_out(victim):
    assert sign_in(victim).status == 200
    assert name_of(victim) == "admin"
    answer = victim.open(WEB).fetch(f"{API}/auth/sign-out", method="POST", credentials="include")
    assert answer.status == 204
    assert name_of(victim) is None
    assert victim.cookies == ()


def test_signing_in_keeps_one_cookie_until_the_browser_is_closed(victim):
    sign_in(victim)
    [cookie] = victim.cookies
    assert cookie.name == "crossguard_session"
    assert cookie.expires is None


def test_every_sign_in_is_a_new_session(app, victim):
    sign_in(victim)
    [first] = victim.cookies
    page = Page(app)
    page.client.set_cookie("crossguard_session", first.value)
    page.sign_in("eve")
    assert page.client.get_cookie("crossguard_session").value != first.value
    assert page.get("/api/me").get_json()["username"] == "eve"
    with page.client.session_transaction() as session:
        assert set(session) == {"_user_id", "_fresh", "_id"}
    assert name_of(victim) == "admin"
