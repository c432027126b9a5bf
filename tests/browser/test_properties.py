"""Any text of a script and any answer of a server: a verdict, or a clear usage error."""

import string

from hypothesis import given
from hypothesis import strategies as st

from crossguard.browser import (
    PROFILES,
    Blob,
    Browser,
    FormData,
    HttpRequest,
    HttpResponse,
    PromiseState,
    RejectedIn,
    TransportError,
    UrlEncoded,
    UsageError,
    Verdict,
)
from crossguard.browser.headers.values import split_value
from crossguard.browser.urls import UrlSyntaxError, parse_url
from tests.browser.support import API, PAGE

BYTES = st.text(st.characters(max_codepoint=255), max_size=40)
TOKENS = st.text(string.ascii_letters + "-*", min_size=1, max_size=12)
URLS = st.one_of(
    st.text(max_size=40),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(
            ["http://", "https://", "//", "/", "", "?", "ws:", "http:/\\", "http://u@", "blob:http://"]
        ),
        st.sampled_from(
            ["localhost", "127.0.0.1:5000", "[::1]", "a.test", "0x7f.1", "xn--a", "ä.test", "%41", "a b"]
        ),
        st.text(max_size=12),
    ),
)
NAMES = st.one_of(
    BYTES,
    TOKENS,
    st.sampled_from(
        [
            "Access-Control-Allow-Origin",
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Headers",
            "Access-Control-Expose-Headers",
            "Access-Control-Max-Age",
            "Cache-Control",
            "Cross-Origin-Resource-Policy",
            "Date",
            "ETag",
            "Expires",
            "Last-Modified",
            "Location",
            "Set-Cookie",
            "Vary",
            "WWW-Authenticate",
        ]
    ),
)
COMMON_VALUES = [
    *(PAGE, "*", "null", "true", "600", "-1", "max-age=600", "no-cache", '"', "same-site", "/x", API),
    *("http://[", "Thu, 01 Jan 2026 00:00:00 GMT", "a=1; Domain=localhost; Max-Age=9", "PUT, *", "Origin"),
    "Basic realm=x",
]
VALUES = st.one_of(BYTES, st.sampled_from(COMMON_VALUES))
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=8).map(tuple)
RESPONSES = st.builds(
    HttpResponse,
    st.one_of(st.integers(-1, 1100), st.sampled_from([200, 204, 301, 302, 303, 304, 307, 308, 401, 407])),
    HEADERS,
    st.binary(max_size=8),
)
BODIES = st.one_of(
    st.none(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.builds(Blob, st.binary(max_size=5), st.text(max_size=12)),
    st.builds(FormData, st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=2).map(tuple)),
    st.builds(UrlEncoded, st.just((("a", "1"),))),
)
METHODS = st.one_of(
    st.sampled_from(["GET", "post", "PUT", "HEAD", "OPTIONS", "TRACE", "x"]), st.text(max_size=6)
)
PAGES = st.sampled_from([PAGE, "https://app.test", "http://127.0.0.1", "null", "http://[::1]:8080"])


def options(strings: st.SearchStrategy[str]) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(
        {},
        optional={
            "method": METHODS,
            "headers": st.lists(
                st.tuples(st.one_of(TOKENS, st.text(max_size=6)), st.text(max_size=12)), max_size=4
            ),
            "mode": st.one_of(st.sampled_from(["cors", "no-cors", "same-origin"]), strings),
            "credentials": st.one_of(st.sampled_from(["omit", "same-origin", "include"]), strings),
            "redirect": st.one_of(st.sampled_from(["follow", "error", "manual"]), strings),
            "cache": st.one_of(st.sampled_from(["default", "no-store", "reload", "force-cache"]), strings),
            "referrer_policy": st.one_of(st.sampled_from(["", "no-referrer", "unsafe-url"]), strings),
            "keepalive": st.booleans(),
            "integrity": st.one_of(st.just("sha256-AAAA sha512-x?y"), strings),
            "body": BODIES,
        },
    )


@st.composite
def servers(draw: st.DrawFn):
    """A server that answers something else each time, or not at all."""
    responses = draw(st.lists(RESPONSES, min_size=1, max_size=4))
    breaks = draw(st.booleans())
    count = 0

    def send(_: HttpRequest) -> HttpResponse:
        nonlocal count
        count += 1
        if breaks and count == 3:
            raise TransportError("gone")
        return responses[count % len(responses)]

    return send


def assert_consistent(verdict: Verdict) -> None:
    assert (
        (verdict.outcome is PromiseState.RESOLVED)
        is (verdict.response is not None)
        is (verdict.failure is None)
    )
    assert (verdict.stage is None) is (verdict.outcome is PromiseState.RESOLVED)
    if verdict.stage is RejectedIn.CONSTRUCT:
        assert verdict.hops == ()
    if verdict.response is not None:
        names = [name for name, _ in verdict.response.headers]
        assert names == sorted(names)
        assert not {"set-cookie", "set-cookie2"} & set(names)


@given(st.sampled_from(sorted(PROFILES)), PAGES, URLS, options(st.text(max_size=8)), servers())
def test_a_fetch_always_ends_in_a_verdict(profile, page_url, url, chosen, send):
    page = Browser(profile, send=send).open(page_url)
    for _ in range(2):
        assert_consistent(page.verdict(url, **chosen))


@given(st.sampled_from(sorted(PROFILES)), options(st.nothing()), servers())
def test_a_fetch_that_reaches_the_server_ends_in_a_verdict(profile, chosen, send):
    browser = Browser(profile, send=send)
    page = browser.open(PAGE)
    for path in ("/a", "/a", "/b"):
        assert_consistent(page.verdict(f"{API}{path}", **chosen))
        browser.advance(3)


@given(PAGES, URLS, servers())
def test_other_senders_end_in_a_verdict_or_a_usage_error(page_url, url, send):
    browser = Browser("firefox", send=send)
    page = browser.open(page_url)
    for sender in (
        page.follow_link,
        page.submit_form,
        page.send_beacon,
        page.load_image,
        page.open_websocket,
        browser.navigate,
    ):
        try:
            assert_consistent(sender(url))
        except UsageError:
            continue


@given(URLS)
def test_a_parsed_url_parses_to_itself(text):
    try:
        url = parse_url(text, parse_url(f"{PAGE}/base/page?q"))
    except UrlSyntaxError:
        return
    assert parse_url(url.href).href == url.href
    url.href.encode("ascii")


@given(BYTES)
def test_splitting_loses_nothing(value):
    parts = split_value(value)
    assert "".join(",".join(parts).split()) == "".join(value.split())


@given(st.text(string.ascii_letters, max_size=5), st.lists(st.tuples(TOKENS, BYTES), max_size=3))
def test_only_what_is_allowed_becomes_readable(value, extra):
    """A cross-origin script reads a response only under its own origin or the wildcard."""
    headers = (("Access-Control-Allow-Origin", value), *extra)
    verdict = Browser(send=lambda _: HttpResponse(200, headers)).open(PAGE).verdict(f"{API}/")
    assert verdict.outcome is PromiseState.REJECTED
