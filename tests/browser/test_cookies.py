"""Cookies: reading them, keeping them, sending them, in every relation and profile."""

import json

import pytest

from crossguard.browser import PROFILES, Browser, CookieCode, HttpRequest, HttpResponse
from crossguard.browser.cookies.cookie import CookieRefusedError, parse_set_cookie
from crossguard.browser.cookies.dates import parse_cookie_date
from crossguard.browser.cookies.jar import MAX_COOKIES_PER_DOMAIN, path_matches
from crossguard.browser.site import Sites
from crossguard.browser.urls import parse_url
from tests.browser.recordings import DATA
from tests.browser.support import API, PAGE, Server

SITES = Sites()
VECTORS = json.loads((DATA / "cookie-and-site-vectors.json").read_text())
NAMES = {
    "chromium": "chromium",
    "chromium-block3p": "chromium-block-third-party",
    "firefox": "firefox",
    "firefox-block3p": "firefox-block-third-party",
}


def works(profile: str, frontend: str, api: str, set_cookie: str) -> bool:
    """Tell whether a cookie that a fetch sets comes back with the next one."""
    allowed = (("Access-Control-Allow-Origin", frontend), ("Access-Control-Allow-Credentials", "true"))
    server = Server((*allowed, ("Set-Cookie", set_cookie)))
    page = Browser(profile, send=server).open(frontend)
    for _ in range(2):
        page.fetch(f"{api}/", credentials="include", cache="no-store")
    return server.seen[1].header("Cookie") is not None


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["kind"] == "cookie"], ids=lambda v: v["id"])
def test_works_where_it_was_measured_to(vector: dict):
    line = f"{vector['cookie_name']}=1; {vector['attributes']}"
    measured = {
        name: works(profile, vector["frontend"], vector["api"], line) for name, profile in NAMES.items()
    }
    assert measured == vector["expect"]["works"]


SAME_SITE = ("https://app.shop.com", "https://api.shop.com")
CROSS_SITE = ("https://front.net", "https://api.shop.com")
SUFFIX = ("https://alice.github.io", "https://bob.github.io")
DOWNGRADED = ("http://app.shop.com", "https://api.shop.com")
PLAIN_SAME, PLAIN_CROSS = ("http://app.lan.test", "http://api.lan.test"), ("http://a.test", "http://b.test")
PORTS, LOOPBACKS = (
    ("http://localhost:8080", "http://localhost:5000"),
    ("http://127.0.0.1:8080", "http://localhost:5000"),
)
HOST = "__Host-session=1; Path=/; Secure; HttpOnly"


# The decision table of cookie postures: Chromium, Chromium blocking, Firefox, Firefox blocking, WebKit, WebKit
# allowing third parties, Safari.
@pytest.mark.parametrize(
    ("relation", "line", "expected"),
    [
        (SAME_SITE, f"{HOST}; SameSite=Lax", "yyyyyyy"),
        (SAME_SITE, f"{HOST}; SameSite=Strict", "yyyyyyy"),
        (SAME_SITE, "__Secure-s=1; Path=/; Domain=shop.com; Secure; SameSite=Lax", "yyyyyyy"),
        (SAME_SITE, "__Host-s=1; Path=/; Secure; Domain=shop.com", "nnnnyyn"),
        (SAME_SITE, "__Secure-s=1; Path=/", "nnnnyyn"),
        (SAME_SITE, "s=1; SameSite=None", "nnnnyyy"),
        (CROSS_SITE, f"{HOST}; SameSite=None; Partitioned", "yyynnyy"),
        (CROSS_SITE, f"{HOST}; SameSite=None", "ynynnyn"),
        (CROSS_SITE, f"{HOST}; Partitioned", "nnynnyy"),
        (CROSS_SITE, HOST, "nnynnyn"),
        (CROSS_SITE, f"{HOST}; SameSite=Lax", "nnnnnnn"),
        (CROSS_SITE, f"{HOST}; SameSite=Strict", "nnnnnnn"),
        (SUFFIX, f"{HOST}; SameSite=None; Partitioned", "yyynnyy"),
        (SUFFIX, f"{HOST}; SameSite=Lax", "nnnnnnn"),
        (DOWNGRADED, "s=1; Path=/; Secure; SameSite=Lax", "nnyyyyy"),
        (PLAIN_SAME, "s=1; Path=/; HttpOnly; SameSite=Lax", "yyyyyyy"),
        (PLAIN_SAME, "s=1; Path=/; Secure", "nnnnnnn"),
        (PLAIN_CROSS, "s=1; SameSite=None; Secure", "nnnnnnn"),
        (PORTS, f"{HOST}; SameSite=Strict", "yyyynnn"),
        (LOOPBACKS, f"{HOST}; SameSite=Lax", "nnnnnnn"),
        (LOOPBACKS, f"{HOST}; SameSite=None; Partitioned", "yyynnnn"),
        (SAME_SITE, "__Host-Http-s=1; Path=/; Secure; SameSite=Lax", "nnnnyyn"),
    ],
)
def test_the_postures_work_in_the_browsers_that_the_table_says(
    relation: tuple[str, str], line: str, expected: str
):
    assert "".join("y" if works(profile, *relation, line) else "n" for profile in PROFILES) == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", CookieCode.MALFORMED),
        ("=", CookieCode.MALFORMED),
        ("a=1\x01", CookieCode.MALFORMED),
        ("a=" + "x" * 4096, CookieCode.MALFORMED),
        ("__Host-", CookieCode.MALFORMED),
        ("a=1; Domain=other.test", CookieCode.DOMAIN_MISMATCH),
        ("a=1; Domain=x.api.shop.test", CookieCode.DOMAIN_MISMATCH),
        ("a=1; Domain=test", CookieCode.PUBLIC_SUFFIX_DOMAIN),
        ("a=1; Secure", CookieCode.SECURE_REQUIRES_HTTPS),
        ("a=1; SameSite=None", CookieCode.NONE_REQUIRES_SECURE),
        ("a=1; Partitioned", CookieCode.PARTITIONED_REQUIRES_SECURE),
        ("__Secure-a=1", CookieCode.SECURE_PREFIX_REQUIRES_SECURE),
        ("__HOST-a=1; Path=/", CookieCode.HOST_PREFIX_REQUIRES_SECURE),
        ("__Host-a=1; Path=/; Domain=shop.test", CookieCode.HOST_PREFIX_FORBIDS_DOMAIN),
        ("__Http-a=1", CookieCode.HTTP_PREFIX),
    ],
)
def test_refuses_what_no_context_makes_acceptable(line: str, code: CookieCode):
    with pytest.raises(CookieRefusedError) as caught:
        parse_set_cookie(line, parse_url("http://api.shop.test/a/b"), 0, SITES, PROFILES["chromium"])
    assert caught.value.code is code
    assert caught.value.step


def test_a_host_that_is_a_public_suffix_may_name_itself():
    cookie = parse_set_cookie("a=1; Domain=localhost", parse_url(PAGE), 0, SITES, PROFILES["chromium"])
    assert (cookie.domain, cookie.host_only) == ("localhost", True)


def test_reads_the_attributes_as_browsers_do():
    url = parse_url("https://api.shop.test/a/b")
    cookie = parse_set_cookie(
        " a = b ; path=/x; PATH=nonsense; Domain=.SHOP.test; secure; httponly; samesite=sTrict; Foo",
        url,
        5,
        SITES,
        PROFILES["chromium"],
    )
    assert (cookie.name, cookie.value, cookie.domain, cookie.host_only) == ("a", "b", "shop.test", False)
    assert (cookie.path, cookie.secure, cookie.http_only, cookie.same_site) == ("/a", True, True, "Strict")
    assert parse_set_cookie("token", url, 0, SITES, PROFILES["chromium"]).value == "token"
    assert parse_set_cookie("a=1; SameSite=bogus", url, 0, SITES, PROFILES["chromium"]).same_site == ""
    assert parse_set_cookie("a=1; Path=/" + "x" * 1024, url, 0, SITES, PROFILES["chromium"]).path == "/a"


@pytest.mark.parametrize(
    ("attributes", "expires"),
    [
        ("", None),
        ("; Max-Age=60", 1060),
        ("; Max-Age=0", float("-inf")),
        ("; Max-Age=-5", float("-inf")),
        ("; Max-Age=x", None),
        ("; Max-Age=" + "9" * 500, 1000 + 400 * 86400),
        ("; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:01 GMT", 1060),
        ("; Expires=Thu, 01 Jan 1970 00:00:01 GMT", 1),
        ("; Expires=nonsense", None),
    ],
)
def test_knows_when_a_cookie_ends(attributes: str, expires: float | None):
    assert (
        parse_set_cookie(f"a=1{attributes}", parse_url(PAGE), 1000, SITES, PROFILES["chromium"]).expires
        == expires
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:00:10 GMT", 10),
        ("1 Jan 70 0:0:10", 10),
        ("00:00:10 1970 jan 1", 10),
        ("Tue, 19 Jan 2038 03:14:07 GMT", 2147483647),
        ("1 Jan 69 00:00:00", 3124224000),
        ("31 Feb 2020 00:00:00", None),
        ("1 Jan 1600 00:00:00", None),
        ("1 Jan 1970", None),
        ("1 Jan 1970 25:00:00", None),
        ("", None),
    ],
)
def test_reads_the_dates_of_cookies(text: str, seconds: float | None):
    assert parse_cookie_date(text) == seconds


@pytest.mark.parametrize(
    ("request_path", "cookie_path", "covered"),
    [
        ("/a", "/a", True),
        ("/a/b", "/a", True),
        ("/ab", "/a", False),
        ("/a/b", "/a/", True),
        ("/", "/a", False),
    ],
)
def test_a_path_covers_what_lies_below_it(request_path: str, cookie_path: str, covered: bool):
    assert path_matches(request_path, cookie_path) is covered


def serve(*lines: str) -> Server:
    def answer(request: HttpRequest) -> HttpResponse | None:
        return (
            HttpResponse(200, tuple(("Set-Cookie", line) for line in lines))
            if request.target.path == "/set"
            else None
        )

    return Server(answer=answer)


def test_says_why_a_cookie_stays_behind():
    server = serve(
        "strict=1; SameSite=Strict",
        "lax=1; SameSite=Lax",
        "plain=1",
        "deep=1; Path=/deep",
        "ok=1; SameSite=None; Secure",
    )
    browser = Browser(send=server)
    browser.navigate("http://127.0.0.1:5000/set")
    verdict = browser.open(PAGE).verdict("http://127.0.0.1:5000/", credentials="include")
    cookies = verdict.hops[0].cookies
    assert cookies.sent == ("ok",)
    assert {refusal.name: refusal.code for refusal in cookies.withheld} == {
        "strict": CookieCode.SAMESITE_STRICT,
        "lax": CookieCode.SAMESITE_LAX,
        "plain": CookieCode.SAMESITE_DEFAULT,
        "deep": CookieCode.PATH_MISMATCH,
    }


def test_says_that_a_fetch_without_credentials_takes_none():
    server = serve("session=1")
    browser = Browser(send=server)
    browser.navigate(f"{API}/set")
    verdict = browser.open(PAGE).verdict(f"{API}/set")
    cookies = verdict.hops[0].cookies
    assert [refusal.code for refusal in cookies.withheld] == [CookieCode.CREDENTIALS_OMITTED]
    assert [refusal.code for refusal in cookies.refused] == [CookieCode.CREDENTIALS_OMITTED]


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ("chromium-block-third-party", CookieCode.THIRD_PARTY_BLOCKED),
        ("firefox", CookieCode.OTHER_PARTITION),
        ("firefox-block-third-party", CookieCode.THIRD_PARTY_BLOCKED),
    ],
)
def test_says_how_a_third_party_cookie_was_lost(profile: str, code: CookieCode):
    browser = Browser(profile, send=serve("session=1; SameSite=None; Secure"))
    browser.navigate("https://api.shop.com/set")
    verdict = browser.open("https://front.net").verdict("https://api.shop.com/", credentials="include")
    assert [refusal.code for refusal in verdict.hops[0].cookies.withheld] == [code]


def test_a_secure_cookie_does_not_travel_in_the_clear():
    browser = Browser(send=serve("s=1; Secure; Domain=shop.test", "n=1; Domain=shop.test"))
    browser.navigate("https://api.shop.test/set")
    verdict = browser.navigate("http://api.shop.test/")
    assert verdict.hops[0].cookies.sent == ("n",)
    assert [refusal.code for refusal in verdict.hops[0].cookies.withheld] == [CookieCode.SECURE_OVER_HTTP]


def test_plain_http_does_not_overwrite_a_secure_cookie():
    def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            200, (("Set-Cookie", "s=1; Secure" if request.target.scheme == "https" else "s=2"),)
        )

    browser = Browser(send=send)
    browser.navigate("https://shop.test/")
    refused = browser.navigate("http://shop.test/").hops[0].cookies.refused
    assert [refusal.code for refusal in refused] == [CookieCode.OVERWRITES_SECURE]


def test_expired_cookies_are_forgotten_and_deletion_deletes():
    browser = Browser(send=serve("a=1; Max-Age=60", "b=1", "c=1; Max-Age=0"))
    browser.navigate(f"{API}/set")
    assert {cookie.name for cookie in browser.cookies} == {"a", "b"}
    browser.advance(61)
    assert browser.navigate(f"{API}/").hops[0].cookies.sent == ("b",)


def test_longer_paths_go_first_then_older_cookies():
    browser = Browser(send=serve("a=1; Path=/", "b=1; Path=/deep", "c=1; Path=/"))
    browser.navigate(f"{API}/set")
    assert browser.navigate(f"{API}/deep").hops[0].cookies.sent == ("b", "a", "c")


def test_the_jar_is_bounded():
    browser = Browser(send=serve(*(f"n{number}=1" for number in range(500))))
    browser.navigate(f"{API}/set")
    assert len(browser.cookies) == MAX_COOKIES_PER_DOMAIN


def test_a_young_cookie_without_samesite_goes_along_with_a_cross_site_form():
    for profile, minutes, sent in [("chromium", 1, ("s",)), ("chromium", 3, ()), ("firefox", 60, ("s",))]:
        browser = Browser(profile, send=serve("s=1"))
        browser.navigate("https://api.shop.com/set")
        browser.advance(minutes * 60)
        verdict = browser.open("https://evil.test").submit_form("https://api.shop.com/pay", [("to", "me")])
        assert verdict.hops[0].cookies.sent == sent, (profile, minutes)
