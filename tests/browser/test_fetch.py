"""What ``page.fetch`` returns and raises, and what a verdict tells about it."""

import dataclasses

import pytest

from crossguard.browser import (
    PROFILES,
    Browser,
    Code,
    FailedAt,
    FetchBlocked,
    HttpRequest,
    HttpResponse,
    InvalidRequest,
    PromiseState,
    RejectedIn,
    ResponseType,
    TransportError,
    UsageError,
    WarningCode,
)
from tests.browser.support import API, PAGE, PERMISSIVE, Server, open_page


def test_returns_what_script_sees():
    server = Server((*PERMISSIVE, ("Content-Type", "application/json"), ("X-Secret", "1")), body=b'{"a": 1}')
    _, page = open_page(server)
    response = page.fetch(f"{API}/items?x=1#top", credentials="include")
    assert (response.type, response.status, response.ok, response.redirected) == (
        ResponseType.CORS,
        200,
        True,
        False,
    )
    assert response.url == f"{API}/items?x=1"
    assert response.json() == {"a": 1}
    assert response.headers == (("content-type", "application/json"),)
    assert response.header("Content-Type") == "application/json"
    assert response.header("X-Secret") is None


def test_raises_with_code_step_and_evidence_when_the_browser_refuses():
    _, page = open_page(Server((("Access-Control-Allow-Origin", "https://app.example"),)))
    with pytest.raises(FetchBlocked) as caught:
        page.fetch(f"{API}/items")
    failure = caught.value.failure
    assert caught.value.code is Code.ALLOW_ORIGIN_MISMATCH
    assert failure.step == "Fetch, CORS check, step 4"
    assert failure.evidence["access-control-allow-origin"] == "https://app.example"
    assert failure.evidence["origin"] == PAGE
    assert failure.where is FailedAt.RESPONSE
    assert "allow-origin-mismatch" in str(caught.value)
    assert caught.value.verdict.hops[0].actual is not None


def test_raises_before_anything_is_sent_when_the_constructor_throws():
    server = Server()
    _, page = open_page(server)
    with pytest.raises(InvalidRequest) as caught:
        page.fetch(f"{API}/", method="TRACE")
    assert caught.value.code is Code.FORBIDDEN_METHOD
    assert caught.value.verdict.stage is RejectedIn.CONSTRUCT
    assert server.seen == []


def test_a_verdict_records_the_preflight_and_the_request():
    server = Server()
    _, page = open_page(server)
    verdict = page.verdict(
        f"{API}/items", method="put", headers={"X-A": "1"}, credentials="include", body="x"
    )
    assert verdict.outcome is PromiseState.RESOLVED
    assert (verdict.method, verdict.page_origin, verdict.profile) == ("PUT", PAGE, "chromium")
    (hop,) = verdict.hops
    assert hop.preflight is not None
    assert hop.actual is not None
    assert [name for name, _ in hop.preflight.request.headers] == [
        "Accept",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "Origin",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Site",
        "Sec-Fetch-Dest",
        "Referer",
    ]
    assert hop.actual.request.header("X-A") == "1"
    assert hop.actual.request.header("content-type") == "text/plain;charset=UTF-8"
    assert hop.actual.request.body == b"x"
    assert hop.response == hop.actual.response


def test_firefox_puts_the_preflight_headers_in_another_order():
    server = Server()
    _, page = open_page(server, "firefox")
    page.fetch(f"{API}/", method="DELETE")
    names = [name for name, _ in server.seen[0].headers]
    assert names.index("Referer") < names.index("Origin") < names.index("Sec-Fetch-Site")


def test_a_preflight_carries_and_sets_no_cookies():
    def answer(request: HttpRequest) -> HttpResponse | None:
        return HttpResponse(200, (*PERMISSIVE, ("Set-Cookie", f"{request.method}=1")))

    server = Server(answer=answer)
    browser, page = open_page(server)
    page.fetch(f"{API}/", method="PUT", credentials="include")
    page.fetch(f"{API}/other", method="DELETE", credentials="include")
    assert [request.header("Cookie") for request in server.seen if request.method == "OPTIONS"] == [
        None,
        None,
    ]
    assert {cookie.name for cookie in browser.cookies} == {"PUT", "DELETE"}


def test_a_response_that_fails_the_check_still_sets_its_cookies():
    browser, page = open_page(Server((("Set-Cookie", "session=1"),)))
    verdict = page.verdict(f"{API}/", credentials="include")
    assert verdict.failure is not None
    assert verdict.failure.code is Code.ALLOW_ORIGIN_MISSING
    assert verdict.hops[0].cookies.stored == ("session",)
    assert [cookie.name for cookie in browser.cookies] == ["session"]


def test_a_login_dialog_leaves_the_promise_pending():
    _, page = open_page(Server((*PERMISSIVE, ("WWW-Authenticate", 'Basic realm="api"')), status=401))
    assert page.verdict(f"{API}/", credentials="include").outcome is PromiseState.PENDING
    assert page.fetch(f"{API}/").status == 401


def test_a_failed_connection_is_a_network_error_with_its_reason():
    def send(_: HttpRequest) -> HttpResponse:
        raise TransportError("no server listens on port 5000")

    page = Browser(send=send).open(PAGE)
    with pytest.raises(FetchBlocked) as caught:
        page.fetch(f"{API}/")
    assert caught.value.code is Code.CONNECTION_FAILED
    assert caught.value.failure.evidence["reason"] == "no server listens on port 5000"


@pytest.mark.parametrize(
    ("page_url", "warns"),
    [("https://app.example.com", True), ("http://localhost:8080", False), ("http://10.0.0.5", False)],
)
def test_warns_where_local_network_access_would_need_a_permission(page_url: str, warns: bool):
    _, page = open_page(Server(), url=page_url)
    codes = [warning.code for warning in page.verdict(f"{API}/").warnings]
    assert (WarningCode.LOCAL_NETWORK_ACCESS in codes) is warns


def test_warns_that_chromium_drops_a_user_agent():
    server = Server()
    _, page = open_page(server)
    verdict = page.verdict(f"{API}/", headers={"User-Agent": "mine"})
    assert [warning.code for warning in verdict.warnings] == [WarningCode.USER_AGENT_DROPPED]
    assert server.seen[0].header("User-Agent") is None


def test_a_send_that_returns_no_response_is_a_usage_error():
    page = Browser(send=lambda _: (200, [], b"")).open(PAGE)
    with pytest.raises(UsageError, match="not tuple"):
        page.fetch(f"{API}/")


def test_says_whether_third_party_cookies_could_be_used():
    for profile, access in [
        ("chromium", "active"),
        ("chromium-block-third-party", "none"),
        ("firefox", "none"),
    ]:
        server = Server()
        _, page = open_page(server, profile)
        page.verdict("http://127.0.0.1:5000/", credentials="include")
        page.verdict("http://127.0.0.1:5000/")
        assert [request.header("Sec-Fetch-Storage-Access") for request in server.seen] == [access, None]


@pytest.mark.parametrize(
    ("url", "kind", "text"),
    [
        ("data:,x%20y#part", "text/plain;charset=US-ASCII", "x y"),
        ("data:text/html,<p>", "text/html", "<p>"),
        ("data:;charset=utf-8,x", "text/plain;charset=utf-8", "x"),
        ("data:nonsense,x", "text/plain;charset=US-ASCII", "x"),
        ("data:text/plain; BASE64,eA ==", "text/plain", "x"),
        ("data:;base64,eA", "text/plain;charset=US-ASCII", "x"),
    ],
)
def test_a_data_url_is_its_own_answer(url: str, kind: str, text: str):
    server = Server()
    _, page = open_page(server)
    response = page.fetch(url, mode="same-origin")
    assert (response.type, response.header("Content-Type"), response.text()) == (
        ResponseType.BASIC,
        kind,
        text,
    )
    assert server.seen == []


@pytest.mark.parametrize("url", ["data:text/plain", "data:;base64,!!"])
def test_a_malformed_data_url_fails(url: str):
    _, page = open_page(Server())
    assert page.verdict(url).failure.code is Code.UNSUPPORTED_SCHEME


def test_a_data_url_is_checked_against_its_digest():
    _, page = open_page(Server())
    assert page.verdict("data:,x", integrity="sha256-AAAA").failure.code is Code.INTEGRITY_MISMATCH


def test_warns_once_however_many_hops_there_are():
    def answer(request: HttpRequest) -> HttpResponse | None:
        return HttpResponse(302, (("Location", f"{API}/1"),)) if request.target.path == "/0" else None

    _, page = open_page(Server(answer=answer), url="https://app.example.com")
    assert len(page.verdict(f"{API}/0", mode="no-cors").warnings) == 1


def test_a_profile_can_be_a_persons_own():
    profile = dataclasses.replace(PROFILES["chromium"], name="mine", max_age_cap=1)
    browser = Browser(profile, send=Server())
    assert browser.profile.max_age_cap == 1
    assert browser.open(PAGE).verdict(f"{API}/").profile == "mine"


def test_a_verdict_knows_where_it_began_and_what_counted():
    server = Server((*PERMISSIVE, ("Cache-Control", "max-age=60")))
    _, page = open_page(server)
    page.fetch(f"{API}/")
    verdict = page.verdict(f"{API}/")
    assert not verdict.same_origin
    assert page.verdict("/").same_origin
    (hop,) = verdict.hops
    assert hop.actual is None
    assert hop.response == hop.cached


def test_a_relative_url_is_relative_to_the_page():
    server = Server()
    _, page = open_page(server, url=f"{PAGE}/shop/index.html")
    page.fetch("../api/items")
    assert server.seen[0].url == f"{PAGE}/api/items"
    assert page.url == f"{PAGE}/shop/index.html"
    assert page.origin == PAGE


def test_a_page_without_an_address_has_the_origin_null():
    server = Server()
    _, page = open_page(server, url="null")
    assert page.origin == "null"
    page.verdict(f"{API}/")
    assert server.seen[0].header("Origin") == "null"
    assert server.seen[0].header("Referer") is None


@pytest.mark.parametrize("url", ["localhost:8080", "file:///index.html", "", "http://"])
def test_refuses_to_open_what_is_no_page(url: str):
    with pytest.raises(UsageError):
        Browser(send=Server()).open(url)


def test_refuses_an_unknown_profile_and_names_those_there_are():
    with pytest.raises(UsageError, match="firefox-block-third-party"):
        Browser("netscape", send=Server())


def test_refuses_an_unknown_referrer_policy():
    with pytest.raises(UsageError):
        Browser(send=Server()).open(PAGE, referrer_policy="never")


def test_time_passes_only_when_told():
    browser = Browser(send=Server())
    before = browser.now()
    browser.advance(2.5)
    assert browser.now() - before == 2.5


def test_a_clock_can_be_given():
    browser = Browser(send=Server(), clock=lambda: 100.0)
    browser.advance(1)
    assert browser.now() == 101.0


def test_integrity_is_checked_against_the_body():
    server = Server(body=b"alert(1)")
    _, page = open_page(server)
    right = "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="
    assert page.verdict(f"{API}/", integrity=f"sha256-AAAA {right}").outcome is PromiseState.RESOLVED
    wrong = page.verdict(f"{API}/", integrity=f"sha512-AAAA {right}").failure
    assert wrong is not None
    assert wrong.code is Code.INTEGRITY_MISMATCH
    assert page.verdict(f"{API}/", integrity="md5-AAAA").outcome is PromiseState.RESOLVED
