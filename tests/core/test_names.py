"""The vocabulary of HTTP and Fetch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.core import names
from tests.core.counting import work_of

TCHARS = "!#$%&'*+-.^_`|~0123456789ABCxyz"


def test_every_tchar_makes_a_token():
    assert names.is_token(TCHARS)
    assert all(names.is_token(char) for char in TCHARS)


@pytest.mark.parametrize("char", [*'"(),/:;<=>?@[\\]{} \t\r\n\x00\x7f', "ü", "\u212a", "٣"], ids=ascii)
def test_every_other_character_makes_none(char):
    assert not names.is_token(char)
    assert not names.is_token(f"X{char}")
    assert not names.is_token(f"{char}X")


def test_the_empty_text_is_no_token():
    assert not names.is_token("")


@pytest.mark.parametrize(
    ("method", "on_the_wire"),
    [
        ("get", "GET"),
        ("Head", "HEAD"),
        ("pOST", "POST"),
        ("put", "PUT"),
        ("delete", "DELETE"),
        ("options", "OPTIONS"),
        ("patch", "patch"),
        ("PATCH", "PATCH"),
        ("eGg", "eGg"),
        ("chicken", "chicken"),
    ],
)
def test_browsers_put_six_methods_into_upper_case_and_patch_is_none_of_them(method, on_the_wire):
    assert names.normalize_method(method) == on_the_wire


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK", "connect", "Trace", "tRACK"])
def test_three_methods_are_forbidden_in_any_case(method):
    assert names.is_forbidden_method(method)


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "TRAC", "CONNECTED", ""])
def test_other_methods_are_not_forbidden(method):
    assert not names.is_forbidden_method(method)


# Fetch Standard, "forbidden request-header", the names; written out here again on purpose.
FORBIDDEN = [
    "Accept-Charset",
    "Accept-Encoding",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Connection",
    "Content-Length",
    "Cookie",
    "Cookie2",
    "Date",
    "DNT",
    "Expect",
    "Host",
    "Keep-Alive",
    "Origin",
    "Referer",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Via",
    "Proxy-Authorization",
    "proxy-",
    "Sec-Fetch-Mode",
    "sec-x",
]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_forbidden_request_headers_in_any_case(name):
    assert names.is_forbidden_request_header(name)
    assert names.is_forbidden_request_header(name.upper())
    assert names.is_forbidden_request_header(name.lower())


@pytest.mark.parametrize("name", ["Authorization", "Content-Type", "X-Host", "Secret", "Proxy", "User-Agent"])
def test_other_request_headers_are_not_forbidden(name):
    assert not names.is_forbidden_request_header(name)


def test_two_response_headers_are_forbidden():
    assert names.is_forbidden_response_header("Set-Cookie")
    assert names.is_forbidden_response_header("set-cookie2")
    assert not names.is_forbidden_response_header("Cookie")


def test_the_safelists_are_those_of_the_standard():
    assert {"GET", "HEAD", "POST"} == names.SAFELISTED_METHODS
    assert {
        "accept",
        "accept-language",
        "content-language",
        "content-type",
        "range",
    } == names.SAFELISTED_REQUEST_HEADERS
    assert {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    } == names.SAFELISTED_RESPONSE_HEADERS


def numbered(count):
    return [f"x-{number:03}" for number in range(count)]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("", ()),
        ("x-a", ("x-a",)),
        ("x-b,x-a", ("x-a", "x-b")),
        ("X-A, x-a ,\tX-a\t", ("x-a",)),
        (",,x-a,,", ("x-a",)),
        ("x-a,bad name,x-b", ("x-a", "x-b")),
        ("x-a:", ()),
        ("x-ü", ()),
        ("x-\u212aey", ()),
        ("x-a\r\nset-cookie: a", ()),
        ("x-a\x0b", ()),
        ('"x-a"', ()),
        (",".join(numbered(64)), tuple(numbered(64))),
        (",".join(numbered(64) * 2)[: -len(",x-063")], tuple(numbered(64))),
        ("a" * names.MAX_LIST_LENGTH, ("a" * names.MAX_LIST_LENGTH,)),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_names_come_back_valid_lower_case_sorted_and_once(text, parsed):
    assert names.parse_requested_headers(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        ",".join(numbered(65)),
        "," * (names.MAX_HEADER_NAMES * 2),
        "a" * (names.MAX_LIST_LENGTH + 1),
        " " * 1_000_000,
        "," * 1_000_000,
        "x-a," * 250_000,
    ],
    ids=["65 names", "128 commas", "too long", "1 MB of blanks", "1 MB of commas", "1 MB of names"],
)
def test_what_is_over_the_bounds_is_not_read(text):
    assert names.parse_requested_headers(text) is None


def test_the_bounds_of_a_list_of_header_names_are_those_of_the_design():
    assert names.MAX_HEADER_NAMES == 64
    assert names.MAX_LIST_LENGTH == 4096


BLANKS = st.text(" \t\xa0\x0b", max_size=3)
PIECES = st.sampled_from(["origin", "*", "origins", "x-origin", "", "ori gin", "accept", "origin origin"])


@given(st.lists(st.tuples(BLANKS, PIECES, BLANKS), max_size=6), st.sampled_from(["origin", "*", "accept"]))
def test_it_finds_what_splitting_finds(parts, element):
    text = ",".join("".join(part) for part in parts)

    assert names.has_element(text, element) is (element in {part.strip() for part in text.split(",")})


@given(
    st.lists(
        st.tuples(BLANKS, st.sampled_from(["session", "xsession", "session2", ""]), BLANKS, st.booleans()),
        max_size=6,
    )
)
def test_it_finds_names_of_cookies(parts):
    text = ";".join(f"{left}{name}{right}{'=a b' if valued else ''}" for left, name, right, valued in parts)
    found = {pair.partition("=")[0].strip() for pair in text.split(";")}

    assert names.has_element(text, "session", before=";", after="=;") is ("session" in found)


def test_a_value_that_looks_like_a_name_is_none():
    assert not names.has_element("a=session; b=x session", "session", before=";", after="=;")
    assert names.has_element("a=1; session=2", "session", before=";", after="=;")


def test_work_grows_with_the_text_and_no_faster():
    for piece in ("origin ", "origin" + " " * 50, "x-origin,", "o", "," * 7):
        small, large = (
            work_of(lambda n=n, piece=piece: names.has_element(piece * n, "origin!")) for n in (100, 1000)
        )
        assert large.lines <= small.lines * 11
    for piece in ("origin ", "x-origin,"):
        small, large = (
            work_of(lambda n=n, piece=piece: names.has_element(piece * n, "origin")) for n in (100, 1000)
        )
        assert large.lines <= small.lines * 11
