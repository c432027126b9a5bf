"""The vocabulary of HTTP and Fetch."""

import pytest

from crossguard.core import names

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
