"""The preflight cache and the HTTP cache: what an earlier answer saves, for whom, for how long."""

import pytest

from crossguard.browser import PROFILES, Browser, HttpRequest, HttpResponse, PromiseState
from crossguard.browser.caches.preflights import Allowed, PreflightCache, PreflightKey, parse_max_age
from tests.browser.support import API, PAGE, PERMISSIVE, Pairs, Server, open_page

CHROMIUM, FIREFOX = PROFILES["chromium"], PROFILES["firefox"]


@pytest.mark.parametrize(
    ("value", "chromium", "firefox"),
    [
        (None, 5, 5),
        ("", 5, 5),
        ("0", 0, 0),
        ("-1", 0, 0),
        ("600", 600, 600),
        ("+600", 600, 0),
        ("600.5", 5, 0),
        ("600, 600", 5, 0),
        ("7201", 7200, 7201),
        ("86401", 7200, 86400),
        ("99999999999999999999", 5, 86400),
        ("9" * 128, 5, 86400),
        ("00600", 600, 600),
    ],
)
def test_reads_max_age_as_each_browser_does(value: str | None, chromium: int, firefox: int):
    assert (parse_max_age(value, CHROMIUM), parse_max_age(value, FIREFOX)) == (chromium, firefox)


@pytest.mark.parametrize(("profile", "cap"), [("chromium", 7200), ("firefox", 86400)])
def test_forgets_a_preflight_at_the_browsers_cap(profile: str, cap: int):
    server = Server((*PERMISSIVE, ("Access-Control-Max-Age", "1000000")))
    browser, page = open_page(server, profile)
    for seconds in (0, cap - 10, 20):
        browser.advance(seconds)
        page.fetch(f"{API}/", method="PUT")
    assert server.methods == ["OPTIONS", "PUT", "PUT", "OPTIONS", "PUT"]


def preflights(profile: str, *fetches: dict[str, str], headers: Pairs = PERMISSIVE) -> list[bool]:
    """Tell for each fetch whether a preflight was sent."""
    server = Server(headers)
    _, page = open_page(server, profile)
    sent = []
    for options in fetches:
        verdict = page.verdict(f"{API}/", **{"method": "PUT", **options})
        sent.append(verdict.hops[0].preflight is not None)
        assert verdict.hops[0].preflight_cached is not sent[-1]
    return sent


INCLUDE = {"credentials": "include"}
WILD = (*PERMISSIVE[:1], ("Access-Control-Allow-Methods", "*"))


@pytest.mark.parametrize(
    ("profile", "fetches", "headers", "expected"),
    [
        ("chromium", ({}, {"method": "DELETE"}), PERMISSIVE, [True, False]),
        ("chromium", ({}, {"method": "DELETE"}), WILD, [True, False]),
        ("firefox", ({}, {"method": "DELETE"}), WILD, [True, True]),
        ("chromium", (INCLUDE, {}), PERMISSIVE, [True, False]),
        ("firefox", (INCLUDE, {}), PERMISSIVE, [True, True]),
        ("chromium", ({}, INCLUDE), PERMISSIVE, [True, True]),
        ("chromium", ({}, {"cache": "no-cache"}), PERMISSIVE, [True, True]),
        ("firefox", ({}, {"cache": "no-cache"}), PERMISSIVE, [True, False]),
        ("firefox", ({}, {"cache": "reload"}), PERMISSIVE, [True, True]),
        ("chromium", ({"cache": "no-store"}, {}), PERMISSIVE, [True, True]),
        ("firefox", ({"cache": "no-store"}, {}), PERMISSIVE, [True, False]),
    ],
)
def test_an_earlier_preflight_serves_as_it_does_in_each_browser(
    profile: str, fetches: tuple[dict[str, str], ...], headers: Pairs, expected: list[bool]
):
    assert preflights(profile, *fetches, headers=headers) == expected


def test_the_key_is_the_whole_url():
    server = Server()
    _, page = open_page(server)
    for url in ("/", "/?a", "/#f", "/"):
        page.fetch(f"{API}{url}", method="PUT")
    assert server.methods.count("OPTIONS") == 3


@pytest.mark.parametrize(("profile", "again"), [("chromium", False), ("firefox", True)])
def test_a_failed_cors_check_evicts_in_firefox_only(profile: str, again: bool):
    def answer(request: HttpRequest) -> HttpResponse | None:
        return None if request.method == "OPTIONS" else HttpResponse(200)

    _, page = open_page(Server(answer=answer), profile)
    page.verdict(f"{API}/", method="PUT")
    assert (page.verdict(f"{API}/", method="PUT").hops[0].preflight is not None) is again


@pytest.mark.parametrize(("profile", "size"), [("chromium", 1000), ("firefox", 100)])
def test_the_least_recently_used_preflight_goes(profile: str, size: int):
    cache = PreflightCache(PROFILES[profile])
    allowed = Allowed(("PUT",), (), "600")
    first, second = (PreflightKey(PAGE, f"{API}/{number}", credentials=False) for number in (0, 1))
    for number in range(size):
        cache.store(PreflightKey(PAGE, f"{API}/{number}", credentials=False), allowed, 0)
    assert cache.covers(first, "PUT", (), 1)
    cache.store(PreflightKey(PAGE, f"{API}/new", credentials=False), allowed, 0)
    assert len(cache) == size
    assert cache.covers(first, "PUT", (), 1)
    assert not cache.covers(second, "PUT", (), 1)


def cached(headers: Pairs, *fetches: dict[str, str], profile: str = "chromium", wait: float = 0) -> list[str]:
    """Tell for each fetch where its answer came from, and whether script could read it."""
    server = Server(headers)
    browser, page = open_page(server, profile)
    seen = []
    for options in fetches:
        verdict = page.verdict(f"{API}/", **options)
        source = "server" if verdict.hops[0].actual else "cache"
        seen.append(f"{source} {verdict.outcome.value}")
        browser.advance(wait)
    return seen


FRESH = ("Cache-Control", "max-age=600")
NO_CORS = {"mode": "no-cors"}
SERVED, STORED, POISONED = "server resolved", "cache resolved", "cache rejected"


def test_a_response_without_cors_headers_poisons_the_cache():
    assert cached((FRESH,), NO_CORS, {}) == [SERVED, POISONED]
    assert cached((FRESH, ("Vary", "Origin")), NO_CORS, {}) == [SERVED, "server rejected"]


def test_only_firefox_keeps_credentials_apart():
    headers = (*PERMISSIVE[:1], FRESH)
    assert cached(headers, {}, INCLUDE) == [SERVED, POISONED]
    assert cached(headers, {}, INCLUDE, profile="firefox") == [SERVED, "server rejected"]


def test_only_firefox_keeps_a_response_that_failed_the_check():
    assert cached((FRESH,), {}, {}) == ["server rejected", "server rejected"]
    assert cached((FRESH,), {}, {}, profile="firefox") == ["server rejected", POISONED]


@pytest.mark.parametrize(
    ("headers", "wait", "expected"),
    [
        ((FRESH,), 599, STORED),
        ((FRESH,), 601, SERVED),
        ((("Cache-Control", "no-store, max-age=600"),), 0, SERVED),
        ((("Cache-Control", "no-cache"),), 0, SERVED),
        ((("Cache-Control", "max-age=junk"),), 0, SERVED),
        ((("Expires", "Thu, 01 Jan 2099 00:00:00 GMT"),), 0, STORED),
        ((("Expires", "0"),), 0, SERVED),
        ((("Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT"),), 0, STORED),
        ((FRESH, ("Vary", "*")), 0, SERVED),
        ((FRESH, ("Vary", "Accept")), 0, STORED),
        ((), 0, SERVED),
    ],
)
def test_freshness_follows_the_headers(headers: Pairs, wait: float, expected: str):
    assert cached((*PERMISSIVE, *headers), {}, {}, wait=wait)[1] == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("default", STORED),
        ("no-store", SERVED),
        ("reload", SERVED),
        ("no-cache", SERVED),
        ("force-cache", STORED),
    ],
)
def test_the_cache_mode_decides_whether_the_cache_is_asked(mode: str, expected: str):
    assert cached((*PERMISSIVE, FRESH), {}, {"cache": mode})[1] == expected


def test_a_script_that_sets_its_own_condition_gets_the_304():
    def answer(request: HttpRequest) -> HttpResponse | None:
        allowed = (*PERMISSIVE[:1], ("Access-Control-Allow-Headers", "if-none-match"))
        return HttpResponse(304 if request.header("If-None-Match") else 200, (*allowed, FRESH))

    _, page = open_page(Server(answer=answer))
    assert page.fetch(f"{API}/").status == 200
    assert page.fetch(f"{API}/", headers={"If-None-Match": '"x"'}).status == 304


def test_revalidation_takes_the_headers_of_the_304():
    origins = iter([PAGE, "https://other.example", PAGE])

    def answer(request: HttpRequest) -> HttpResponse | None:
        headers = (
            ("Access-Control-Allow-Origin", next(origins)),
            ("ETag", '"1"'),
            ("Cache-Control", "no-cache"),
        )
        is_conditional = request.header("If-None-Match") == '"1"'
        return HttpResponse(304, headers) if is_conditional else HttpResponse(200, headers, b"body")

    server = Server(answer=answer)
    _, page = open_page(server)
    assert page.fetch(f"{API}/").body == b"body"
    assert page.verdict(f"{API}/").outcome is PromiseState.REJECTED
    again = page.fetch(f"{API}/")
    assert (again.status, again.body) == (200, b"body")
    assert len(server.seen) == 3


def test_an_unsafe_method_makes_what_is_stored_stale():
    server = Server((*PERMISSIVE, FRESH))
    _, page = open_page(server)
    for method in ("GET", "POST", "GET"):
        page.fetch(f"{API}/", method=method)
    assert server.methods == ["GET", "POST", "GET"]


def test_only_if_cached_is_served_from_the_cache():
    server = Server((FRESH,))
    browser = Browser(send=server)
    page = browser.open(PAGE)
    page.fetch("/")
    assert page.fetch("/", mode="same-origin", cache="only-if-cached").status == 200
    assert len(server.seen) == 1


def test_the_caches_are_bounded():
    server = Server((*PERMISSIVE, FRESH))
    _, page = open_page(server)
    for number in range(1100):
        page.fetch(f"{API}/{number}")
    asked = len(server.seen)
    page.fetch(f"{API}/1099")
    assert len(server.seen) == asked
    page.fetch(f"{API}/0")
    assert len(server.seen) == asked + 1
