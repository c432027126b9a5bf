"""Redirects: where they lead, what they change, and what a browser says on the way."""

import pytest

from crossguard.browser import HttpRequest, HttpResponse, PromiseState, ResponseType
from tests.browser.support import API, PAGE, Pairs, Server, open_page

OTHER = "http://127.0.0.1:5000"
ANYONE: Pairs = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "*"),
    ("Access-Control-Allow-Headers", "*"),
)


def chain(*hops: tuple[int, str]) -> Server:
    """A server that redirects from each path to the next: (status, origin of the next hop)."""

    def answer(request: HttpRequest) -> HttpResponse | None:
        number = int(request.target.path.strip("/") or 0)
        if request.header("Access-Control-Request-Method") or number >= len(hops):
            return HttpResponse(200, ANYONE)
        status, origin = hops[number]
        return HttpResponse(status, (*ANYONE, ("Location", f"{origin}/{number + 1}")))

    return Server(answer=answer)


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (301, "PUT", "PUT"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "DELETE", "DELETE"),
    ],
)
def test_the_status_decides_what_becomes_of_the_method(status: int, method: str, then: str):
    server = chain((status, API))
    _, page = open_page(server)
    body = None if method == "HEAD" else "x"
    response = page.fetch(f"{API}/0", method=method, body=body)
    assert response.redirected
    assert response.url == f"{API}/1"
    last = server.seen[-1]
    assert last.method == then
    assert last.body == (b"x" if body and then == method else b"")
    assert (last.header("Content-Type") is not None) is bool(last.body)


@pytest.mark.parametrize(
    ("hops", "origins"),
    [
        ((PAGE, PAGE), [None, None]),
        ((PAGE, API), [None, PAGE]),
        ((API, API), [PAGE, PAGE]),
        ((API, OTHER), [PAGE, "null"]),
        ((API, PAGE), [PAGE, "null"]),
        ((API, OTHER, OTHER), [PAGE, "null", "null"]),
    ],
)
def test_the_origin_becomes_null_between_foreign_origins(hops: tuple[str, ...], origins: list[str | None]):
    server = chain(*((307, origin) for origin in hops[1:]))
    _, page = open_page(server)
    page.fetch(f"{hops[0]}/0")
    assert [request.header("Origin") for request in server.seen] == origins


def test_authorization_is_dropped_on_the_way_to_another_origin():
    server = chain((307, API), (307, OTHER))
    _, page = open_page(server)
    page.fetch(f"{API}/0", headers={"Authorization": "Bearer t", "X-A": "1"})
    sent = [request for request in server.seen if request.method == "GET"]
    assert [request.header("Authorization") for request in sent] == ["Bearer t", "Bearer t", None]
    assert [request.header("X-A") for request in sent] == ["1", "1", "1"]


def test_chromium_hides_the_origin_of_a_no_cors_request_at_any_redirect_to_another():
    for profile, origin in [("chromium", "null"), ("firefox", PAGE)]:
        server = chain((307, API))
        _, page = open_page(server, profile)
        page.fetch(f"{PAGE}/0", method="POST", mode="no-cors")
        assert [request.header("Origin") for request in server.seen] == [PAGE, origin]


def test_every_hop_is_preflighted_again():
    server = chain((307, OTHER))
    _, page = open_page(server)
    verdict = page.verdict(f"{API}/0", method="PUT")
    assert server.methods == ["OPTIONS", "PUT", "OPTIONS", "PUT"]
    assert [hop.preflight is not None for hop in verdict.hops] == [True, True]


@pytest.mark.parametrize(("profile", "origin"), [("chromium", "null"), ("firefox", PAGE)])
def test_the_second_preflight_names_the_origin_that_each_browser_names(profile: str, origin: str):
    server = chain((307, OTHER))
    _, page = open_page(server, profile)
    page.verdict(f"{API}/0", method="PUT")
    preflights = [request for request in server.seen if request.method == "OPTIONS"]
    assert preflights[1].header("Origin") == origin
    assert server.seen[-1].header("Origin") == "null"


def test_firefox_goes_on_preflighting_what_no_longer_needs_it():
    for profile, methods in [
        ("chromium", ["OPTIONS", "PUT", "GET"]),
        ("firefox", ["OPTIONS", "PUT", "OPTIONS", "GET"]),
    ]:
        server = chain((303, OTHER))
        _, page = open_page(server, profile)
        page.verdict(f"{API}/0", method="PUT")
        assert server.methods == methods


@pytest.mark.parametrize(("redirects", "outcome"), [(20, PromiseState.RESOLVED), (21, PromiseState.REJECTED)])
def test_twenty_redirects_are_followed_and_no_more(redirects: int, outcome: PromiseState):
    _, page = open_page(chain(*[(302, PAGE)] * redirects))
    assert page.verdict(f"{PAGE}/0").outcome is outcome


def test_manual_redirects_are_handed_out_unread():
    _, page = open_page(chain((302, API)))
    response = page.fetch(f"{API}/0", redirect="manual")
    assert (response.type, response.status, response.headers) == (ResponseType.OPAQUE_REDIRECT, 0, ())


def test_a_fragment_survives_the_redirect_but_is_not_sent():
    server = chain((302, API))
    _, page = open_page(server)
    assert page.fetch(f"{API}/0#part").url == f"{API}/1"
    assert "#" not in server.seen[-1].url


def test_strict_cookies_stay_behind_after_a_foreign_redirect_in_firefox():
    for profile, expected in [("chromium", ("strict",)), ("firefox", ())]:
        server = chain((302, PAGE))
        browser, page = open_page(server, profile)
        cookie_server = Server((("Set-Cookie", "strict=1; Path=/; SameSite=Strict"),))
        object.__setattr__(browser._session, "send", cookie_server)
        browser.navigate(PAGE)
        object.__setattr__(browser._session, "send", server)
        verdict = page.verdict(f"{OTHER}/0", credentials="include", mode="no-cors")
        assert verdict.hops[1].cookies.sent == expected, profile
