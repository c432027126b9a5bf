"""A browser as a person meets it: prepared, copied, pointed elsewhere, and asked what cannot be asked."""

import pytest

from crossguard.browser import PROFILES, Browser, Code, HttpRequest, HttpResponse, PromiseState, UsageError
from crossguard.browser.codes import WarningCode
from tests.browser.support import API, PAGE, PERMISSIVE, Server

SHOP, OTHER = "https://shop.example", "https://api.other.example"


def test_a_cookie_can_be_there_before_anything_is_fetched():
    server = Server()
    browser = Browser(send=server)
    cookie = browser.set_cookie("s=1; SameSite=Lax", API)
    assert (cookie.name, cookie.domain) == ("s", "localhost")
    assert server.seen == []
    assert browser.open(PAGE).verdict(API, credentials="include").hops[0].cookies.sent == ("s",)


@pytest.mark.parametrize(
    ("profile", "sent"),
    [("chromium", ("s",)), ("firefox", ("s",)), ("safari", ("s",)), ("chromium-block-third-party", ("s",))],
)
def test_a_cookie_can_be_there_as_if_a_page_had_fetched_it(profile: str, sent: tuple[str, ...]):
    browser = Browser(profile, send=Server())
    page = browser.open(SHOP)
    browser.set_cookie("s=1; SameSite=None; Secure; Partitioned", OTHER, page=page)
    assert page.verdict(f"{OTHER}/", credentials="include").hops[0].cookies.sent == sent
    assert (
        browser.open("https://another.example").verdict(OTHER, credentials="include").hops[0].cookies.sent
        == ()
    )


@pytest.mark.parametrize(
    ("profile", "line", "url", "reason"),
    [
        ("webkit", "s=1; Secure", API, "secure-requires-https"),
        ("chromium", "s=1; SameSite=None", API, "none-requires-secure"),
        ("chromium", "", API, "malformed"),
        ("chromium", "s=1", "about:blank", "write http:// or https://"),
        ("chromium", "s=1", "http://[", "is no URL of a page"),
    ],
)
def test_a_cookie_that_no_answer_could_set_is_a_usage_error(profile: str, line: str, url: str, reason: str):
    with pytest.raises(UsageError, match=reason):
        Browser(profile, send=Server()).set_cookie(line, url)


def test_a_copy_has_cookies_caches_and_time_and_goes_its_own_way():
    server = Server((*PERMISSIVE, ("Access-Control-Max-Age", "600"), ("Cache-Control", "max-age=600")))
    browser = Browser(send=server)
    browser.set_cookie("s=1", API)
    browser.advance(60)
    browser.open(PAGE).fetch(f"{API}/", credentials="include", headers={"X-A": "1"})
    elsewhere = Server()
    copy = browser.copy(send=elsewhere)
    assert copy.now() == browser.now()
    verdict = copy.open(PAGE).verdict(f"{API}/", credentials="include", headers={"X-A": "1"})
    assert verdict.hops[0].preflight_cached
    assert verdict.hops[0].cached is not None
    copy.set_cookie("mine=1", API)
    copy.advance(3600)
    copy.open(PAGE).verdict(f"{API}/", credentials="include", headers={"X-A": "1"})
    assert elsewhere.methods == ["OPTIONS", "GET"]
    assert {cookie.name for cookie in browser.cookies} == {"s"}
    again = browser.open(PAGE).verdict(f"{API}/", credentials="include", headers={"X-A": "1"})
    assert again.hops[0].cached is not None


def test_what_carries_requests_can_be_replaced():
    first, second = Server(), Server()
    browser = Browser(send=first)
    page = browser.open(PAGE)
    page.verdict(API)
    browser.send = second
    page.verdict(API)
    assert (first.methods, second.methods) == (["GET"], ["GET"])
    assert browser.send is second


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"credential": "include"}, "no option 'credential'; there are method, "),
        ({"method": 3}, "method is str, not int"),
        ({"keepalive": "yes"}, "keepalive is bool, not str"),
        ({"headers": "X-A: 1"}, "headers are pairs or a mapping, not str"),
        ({"headers": 7}, "headers are pairs or a mapping, not int"),
        ({"headers": [("X-A",)]}, "is no header"),
        ({"headers": ["X-A"]}, "is no header"),
        ({"headers": {"X-A": 1}}, "is no header"),
        ({"body": 5}, "a body is text, bytes, UrlEncoded, FormData or Blob, not int"),
    ],
)
def test_what_no_script_could_write_is_a_usage_error(options: dict[str, object], complaint: str):
    server = Server()
    with pytest.raises(UsageError, match=complaint):
        Browser(send=server).open(PAGE).verdict(API, **options)
    assert server.seen == []


def test_a_header_that_a_script_could_write_wrongly_is_a_verdict():
    verdict = Browser(send=Server()).open(PAGE).verdict(API, headers=[("X A", "1")])
    assert verdict.failure is not None
    assert verdict.failure.code is Code.INVALID_HEADER


def test_two_sandboxed_pages_of_one_address_share_no_partitioned_cookies():
    browser = Browser(send=Server())
    first, second = (browser.open(SHOP, sandboxed=True) for _ in range(2))
    browser.set_cookie("s=1; SameSite=None; Secure; Partitioned", OTHER, page=first)
    assert first.verdict(OTHER, credentials="include").hops[0].cookies.sent == ("s",)
    assert second.verdict(OTHER, credentials="include").hops[0].cookies.sent == ()


@pytest.mark.parametrize(
    ("status", "content_type", "resolved"),
    [
        (200, "text/event-stream;charset=utf-8", True),
        (200, "text/html", False),
        (204, "text/event-stream", False),
    ],
)
def test_an_event_source_wants_an_event_stream(status: int, content_type: str, resolved: bool):
    server = Server((*PERMISSIVE, ("Content-Type", content_type)), status=status)
    verdict = Browser(send=server).open(PAGE).open_event_source(f"{API}/events", with_credentials=True)
    assert server.seen[0].header("Accept") == "text/event-stream"
    assert (verdict.outcome is PromiseState.RESOLVED) is resolved
    assert resolved or (verdict.failure is not None and verdict.failure.code is Code.NOT_AN_EVENT_STREAM)


def test_a_listener_of_an_upload_preflights():
    server = Server()
    page = Browser(send=server).open(PAGE)
    page.xhr(f"{API}/a", method="POST", body="x")
    page.xhr(f"{API}/b", method="POST", body="x", upload_listener=True)
    page.xhr(f"{API}/c", upload_listener=True)
    assert server.methods == ["POST", "OPTIONS", "POST", "GET"]


def test_a_frame_is_where_its_redirects_led():
    def answer(request: HttpRequest) -> HttpResponse | None:
        return HttpResponse(302, (("Location", f"{OTHER}/in"),)) if request.target.path == "/go" else None

    browser = Browser(send=Server(answer=answer))
    frame = browser.open(SHOP).open_frame(f"{SHOP}/go")
    assert frame.origin == OTHER
    assert len(frame.loaded.hops) == 2
    assert browser.open(SHOP).open_frame(SHOP, sandbox="allow-scripts").origin == "null"
    assert browser.open(SHOP, sandboxed=True).open_frame(SHOP).origin == "null"


@pytest.mark.parametrize(
    ("allow", "passed"), [("", False), ("local-network-access", True), ("camera", False)]
)
def test_a_frame_asks_for_the_local_network_only_where_the_page_passes_it_on(allow: str, passed: bool):
    frame = Browser(send=Server()).open(SHOP).open_frame(OTHER, allow=allow)
    [warning] = frame.verdict(f"{API}/").warnings
    assert warning.code is WarningCode.LOCAL_NETWORK_ACCESS
    assert ("allow" in warning.evidence) is not passed


def test_the_least_recently_used_cookie_makes_room_and_secure_ones_stay():
    browser = Browser(send=Server())
    browser.set_cookie("secure=1; Secure", SHOP)
    browser.set_cookie("old=1", SHOP)
    browser.set_cookie("older=1; Path=/none", SHOP)
    for number in range(177):
        browser.set_cookie(f"n{number}=1", SHOP)
    browser.navigate(f"{SHOP}/")
    browser.set_cookie("last=1", SHOP)
    names = {cookie.name for cookie in browser.cookies}
    assert len(names) == 180
    assert {"secure", "old", "last"} <= names
    assert "older" not in names


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_a_title_and_what_is_derived_says_so(profile: str):
    assert PROFILES[profile].title
    assert (PROFILES[profile].caveat == "derived, not measured") is (profile == "safari")
