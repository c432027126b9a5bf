"""Which request headers a script may set, and which cost a preflight."""

import pytest

from crossguard.browser import PROFILES
from crossguard.browser.headers.referrer import referrer
from crossguard.browser.headers.request_headers import HeaderError, fill, unsafe_names
from crossguard.browser.urls import parse_url
from tests.browser.support import Pairs

CHROMIUM, FIREFOX = PROFILES["chromium"], PROFILES["firefox"]


@pytest.mark.parametrize(
    ("headers", "chromium", "firefox"),
    [
        ((("Accept", "*/*"), ("Accept-Language", "en"), ("Content-Language", "en")), (), ()),
        ((("X-B", "1"), ("X-A", "1")), ("x-a", "x-b"), ("x-a", "x-b")),
        ((("X-A", "1"), ("x-a", "2")), ("x-a",), ("x-a", "x-a")),
        ((("Accept", "x" * 128),), (), ()),
        ((("Accept", "x" * 129),), ("accept",), ("accept",)),
        ((("Accept", "x" * 100), ("Accept", "x" * 100)), ("accept",), ()),
        ((("Accept", "\xe9"),), (), ("accept",)),
        ((("Accept", "a(b)"),), ("accept",), ("accept",)),
        ((("Accept-Language", "en_US"),), ("accept-language",), ("accept-language",)),
        ((("Content-Type", "application/json"),), ("content-type",), ("content-type",)),
        ((("Content-Type", "text/plain;a=b,c"),), (), ("content-type",)),
        ((("Range", "bytes=0-9"),), (), ()),
        ((("Range", "bytes=9-0"),), ("range",), ("range",)),
        ((("Range", "bytes=-9"),), ("range",), ("range",)),
        ((("Range", f"bytes={2**63}-"),), ("range",), ()),
        ((("DPR", "1.5"), ("Save-Data", "ON"), ("ECT", "4g")), (), ("dpr", "ect", "save-data")),
        ((("DPR", "high"), ("Intervention", "any")), ("dpr",), ("dpr", "intervention")),
        ((("Authorization", ""),), ("authorization",), ("authorization",)),
    ],
)
def test_finds_the_headers_that_cost_a_preflight(
    headers: Pairs, chromium: tuple[str, ...], firefox: tuple[str, ...]
):
    assert (unsafe_names(headers, CHROMIUM), unsafe_names(headers, FIREFOX)) == (chromium, firefox)


def test_many_short_values_cost_a_preflight_together_except_in_firefox():
    names = (
        "Accept",
        "Accept-Language",
        "Content-Language",
        "Device-Memory",
        "DPR",
        "RTT",
        "Downlink",
        "Width",
    )
    headers = tuple((name, "1" * 128) for name in names)
    assert unsafe_names(headers, CHROMIUM) == ()
    more = (*headers, ("Viewport-Width", "1"))
    assert unsafe_names(more, CHROMIUM) == tuple(sorted(name.lower() for name, _ in more))
    assert "accept" not in unsafe_names(more, FIREFOX)


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ((("X-A", " 1\t"),), (("X-A", "1"),)),
        ((("Cookie", "a=b"), ("ORIGIN", "x"), ("Sec-Fetch-Site", "none"), ("proxy-x", "1")), ()),
        ((("X-HTTP-Method-Override", "GET, trace"),), ()),
        ((("X-HTTP-Method-Override", "PUT"),), (("X-HTTP-Method-Override", "PUT"),)),
        ((("X-HTTP-Method-Override", '"TRACE"'),), (("X-HTTP-Method-Override", '"TRACE"'),)),
    ],
)
def test_drops_what_a_script_may_not_set(headers: Pairs, kept: Pairs):
    assert fill(headers, no_cors=False, profile=CHROMIUM) == kept


def test_a_no_cors_request_keeps_only_what_a_form_could_send():
    headers = (("X-A", "1"), ("Accept", "a" * 100), ("Accept", "b" * 100), ("Range", "bytes=0-1"))
    assert fill(headers, no_cors=True, profile=CHROMIUM) == (("Accept", "a" * 100),)


@pytest.mark.parametrize(
    "header", [("", "1"), ("a b", "1"), ("x-a", "\x00"), ("x-a", "1\r\n2"), ("x-a", "\u0100")]
)
def test_refuses_what_is_no_header(header: tuple[str, str]):
    with pytest.raises(HeaderError):
        fill((header,), no_cors=False, profile=CHROMIUM)


@pytest.mark.parametrize(
    ("policy", "target", "expected"),
    [
        ("no-referrer", "https://app.test/", None),
        ("unsafe-url", "http://other.test/", "https://app.test/p?q"),
        ("origin", "https://app.test/", "https://app.test/"),
        ("same-origin", "https://app.test/", "https://app.test/p?q"),
        ("same-origin", "https://other.test/", None),
        ("strict-origin", "http://other.test/", None),
        ("strict-origin-when-cross-origin", "https://other.test/", "https://app.test/"),
        ("strict-origin-when-cross-origin", "http://localhost/", None),
        ("no-referrer-when-downgrade", "http://other.test/", None),
        ("no-referrer-when-downgrade", "https://other.test/", "https://app.test/p?q"),
        ("origin-when-cross-origin", "http://other.test/", "https://app.test/"),
    ],
)
def test_the_referrer_follows_its_policy(policy: str, target: str, expected: str | None):
    page = parse_url("https://u:p@app.test/p?q#f")
    assert referrer(policy, page, parse_url(target)) == expected
