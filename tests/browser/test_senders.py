"""Forms, links, beacons, images, WebSockets and the address bar: what the write gate is about."""

import pytest

from crossguard.browser import (
    Blob,
    Browser,
    Code,
    FormData,
    HttpRequest,
    HttpResponse,
    Page,
    PromiseState,
    UsageError,
)
from tests.browser.support import PERMISSIVE, Server

API, SIBLING, EVIL = "https://api.shop.com", "https://app.shop.com", "https://evil.test"


def open_at(url: str, server: Server, profile: str = "chromium", **options: object) -> Page:
    return Browser(profile, send=server).open(url, **options)  # type: ignore[arg-type]


def told(request: HttpRequest) -> tuple[str | None, str | None]:
    return request.header("Origin"), request.header("Sec-Fetch-Site")


# What real browsers send to https://api.shop.com (measured): sender, page, Origin, Sec-Fetch-Site.
@pytest.mark.parametrize(
    ("send", "page", "expected"),
    [
        (lambda page: page.verdict(f"{API}/"), API, (None, "same-origin")),
        (lambda page: page.load_image(f"{API}/"), API, (None, "same-origin")),
        (lambda page: page.follow_link(f"{API}/"), API, (None, "same-origin")),
        (lambda page: page.verdict(f"{API}/", method="POST"), API, (API, "same-origin")),
        (lambda page: page.send_beacon(f"{API}/", "x"), API, (API, "same-origin")),
        (lambda page: page.submit_form(f"{API}/"), API, (API, "same-origin")),
        (lambda page: page.verdict(f"{API}/"), SIBLING, (SIBLING, "same-site")),
        (lambda page: page.send_beacon(f"{API}/"), SIBLING, (SIBLING, "same-site")),
        (lambda page: page.verdict(f"{API}/"), f"{API}:8443", (f"{API}:8443", "same-site")),
        (lambda page: page.submit_form(f"{API}/"), EVIL, (EVIL, "cross-site")),
        (lambda page: page.load_image(f"{API}/"), EVIL, (None, "cross-site")),
        (lambda page: page.follow_link(f"{API}/"), EVIL, (None, "cross-site")),
        (
            lambda page: page.submit_form(f"{API}/"),
            "http://app.shop.com",
            ("http://app.shop.com", "cross-site"),
        ),
    ],
)
@pytest.mark.parametrize("profile", ["chromium", "firefox"])
def test_says_where_a_request_comes_from(send, page: str, expected: tuple[str | None, str], profile: str):
    server = Server()
    send(open_at(page, server, profile))
    assert told(server.seen[-1]) == expected


@pytest.mark.parametrize(
    ("page", "policy", "expected"),
    [
        (API, "no-referrer", ("null", "same-origin")),
        (SIBLING, "no-referrer", ("null", "same-site")),
        (SIBLING, "same-origin", ("null", "same-site")),
        (SIBLING, "", (SIBLING, "same-site")),
    ],
)
def test_a_referrer_policy_can_hide_the_origin_of_a_form(page: str, policy: str, expected: tuple[str, str]):
    server = Server()
    open_at(page, server, referrer_policy=policy).submit_form(f"{API}/")
    assert told(server.seen[-1]) == expected


@pytest.mark.parametrize(("profile", "origin"), [("chromium", API), ("firefox", "null")])
def test_only_firefox_hides_the_origin_of_a_fetch_with_it(profile: str, origin: str):
    server = Server()
    page = open_at(API, server, profile)
    page.verdict(f"{API}/", method="POST", mode="no-cors", referrer_policy="no-referrer")
    assert told(server.seen[-1]) == (origin, "same-origin")


@pytest.mark.parametrize("send", [Page.submit_form, Page.send_beacon, Page.follow_link])
def test_a_sandboxed_page_has_the_origin_null(send):
    server = Server()
    send(open_at(API, server, sandboxed=True), f"{API}/")
    assert told(server.seen[-1]) == ("null" if send is not Page.follow_link else None, "cross-site")


def test_the_attackers_form_keeps_its_origin_over_the_apis_own_redirect():
    def answer(request: HttpRequest) -> HttpResponse | None:
        return HttpResponse(307, (("Location", "/pay"),)) if request.target.path == "/go" else None

    server = Server(answer=answer)
    open_at(EVIL, server).submit_form(f"{API}/go", [("to", "mallory")])
    assert told(server.seen[-1]) == (EVIL, "cross-site")
    assert (server.seen[-1].method, server.seen[-1].body) == ("POST", b"to=mallory")


def test_a_typed_address_comes_from_nowhere():
    server = Server()
    verdict = Browser(send=server).navigate(f"{API}/export")
    request = server.seen[-1]
    assert told(request) == (None, "none")
    assert request.header("Sec-Fetch-Mode") == "navigate"
    assert request.header("Referer") is None
    assert verdict.outcome is PromiseState.RESOLVED


def test_plain_http_is_told_nothing_but_the_origin():
    server = Server()
    open_at(EVIL, server).submit_form("http://nas.lan:5000/")
    assert told(server.seen[-1])[1] is None


@pytest.mark.parametrize(
    ("enctype", "content_type", "body"),
    [
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", b"a+b=%26"),
        ("text/plain", "text/plain", b"a b=&\r\n"),
        ("multipart/form-data", "multipart/form-data; boundary=", b'name="a b"\r\n\r\n&\r\n'),
    ],
)
def test_a_form_is_encoded_as_its_enctype_says(enctype: str, content_type: str, body: bytes):
    server = Server()
    open_at(EVIL, server).submit_form(f"{API}/", [("a b", "&")], enctype=enctype)
    assert (server.seen[0].header("Content-Type") or "").startswith(content_type)
    assert body in server.seen[0].body


def test_a_get_form_becomes_a_query():
    server = Server()
    open_at(EVIL, server).submit_form(f"{API}/search?old=1", [("q", "x y")], method="GET")
    assert server.seen[0].url == f"{API}/search?q=x+y"


def test_a_beacon_with_json_is_preflighted():
    server = Server((*PERMISSIVE[1:], ("Access-Control-Allow-Origin", SIBLING)))
    page = open_at(SIBLING, server)
    page.send_beacon(f"{API}/", Blob(b"{}", "application/json"))
    page.send_beacon(f"{API}/", FormData((("a", "1"),)))
    assert server.methods == ["OPTIONS", "POST", "POST"]


def test_an_image_is_upgraded_where_a_fetch_would_be_blocked():
    server = Server()
    page = open_at(SIBLING, server)
    page.load_image("http://api.shop.com/logo.png")
    assert server.seen[0].url == "https://api.shop.com/logo.png"
    assert page.load_image("http://192.0.2.1/x.png").failure.code is Code.MIXED_CONTENT  # type: ignore[union-attr]


def test_an_image_with_crossorigin_is_a_cors_request():
    server = Server((("Access-Control-Allow-Origin", SIBLING),))
    page = open_at(SIBLING, server)
    assert page.load_image(f"{API}/", crossorigin="anonymous").outcome is PromiseState.RESOLVED
    refused = page.load_image(f"{API}/", crossorigin="use-credentials").failure
    assert refused is not None
    assert refused.code is Code.ALLOW_CREDENTIALS_MISSING


@pytest.mark.parametrize(("profile", "site"), [("chromium", None), ("firefox", "cross-site")])
def test_a_websocket_is_told_by_its_origin(profile: str, site: str | None):
    server = Server((), status=101)
    verdict = open_at(EVIL, server, profile).open_websocket("wss://api.shop.com/ws", protocols=("chat",))
    request = server.seen[0]
    assert verdict.outcome is PromiseState.RESOLVED
    assert request.url == f"{API}/ws"
    assert told(request) == (EVIL, site)
    assert (request.header("Upgrade"), request.header("Sec-WebSocket-Protocol")) == ("websocket", "chat")
    assert request.header("Accept") is None


def test_a_refused_handshake_is_named():
    verdict = open_at(EVIL, Server(status=403)).open_websocket("wss://api.shop.com/ws")
    assert verdict.failure is not None
    assert verdict.failure.code is Code.HANDSHAKE_REFUSED
    assert verdict.failure.evidence == {"status": "403"}


def test_what_no_browser_can_be_asked_is_a_usage_error():
    page = open_at(API, Server())
    for wrong in (
        lambda: page.follow_link("http://["),
        lambda: page.submit_form("/", method="put"),
        lambda: page.submit_form("/", enctype="application/json"),
        lambda: page.open_websocket("ftp://x.test/"),
    ):
        with pytest.raises(UsageError):
            wrong()
