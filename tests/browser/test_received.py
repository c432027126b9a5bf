"""Header sections as servers send them and browsers read them."""

import pytest

from crossguard.browser import PROFILES
from crossguard.browser.headers.content_types import essence, is_safelisted
from crossguard.browser.headers.received import MalformedResponseError, ReceivedHeaders
from crossguard.browser.headers.values import split_value, token_list
from crossguard.browser.profiles import Profile
from tests.browser.support import Pairs

CHROMIUM, FIREFOX = PROFILES["chromium"], PROFILES["firefox"]


@pytest.mark.parametrize(
    ("headers", "profile", "expected"),
    [
        ((("X-A", " 1\t"),), CHROMIUM, {"x-a": "1"}),
        ((("X-A", "1"), ("x-a", "2")), CHROMIUM, {"x-a": "1, 2"}),
        ((("X-A", "1"), ("x-a", "")), CHROMIUM, {"x-a": "1, "}),
        ((("X-A", "1"), ("x-a", "")), FIREFOX, {"x-a": "1"}),
        ((("X-A ", "1"),), CHROMIUM, {"x-a": "1"}),
        ((("X-A ", "1"),), FIREFOX, {}),
        ((("X-A", "1"), (" X-B", "2")), CHROMIUM, {"x-a": "1 X-B: 2"}),
        (((" X-B", "2"),), CHROMIUM, {}),
        ((("X-A", "1\r\n 2"),), FIREFOX, {"x-a": "1 2"}),
        ((("X-A", "1\nX-B: 2"),), CHROMIUM, {"x-a": "1", "x-b": "2"}),
        ((("X A", "1"), ("", "2"), ("X\xe9", "3")), CHROMIUM, {}),
        ((("Location", "/a"), ("Location", "/a")), CHROMIUM, {"location": "/a"}),
        ((("Set-Cookie", "a"), ("Set-Cookie2", "b")), CHROMIUM, {}),
    ],
)
def test_reads_names_and_values(headers: Pairs, profile: Profile, expected: dict[str, str]):
    received = ReceivedHeaders(headers, profile)
    assert {name: received.get(name) for name in received.names()} == expected


@pytest.mark.parametrize(
    "headers", [(("X-A", "1\x002"),), (("Content-Length", "1"), ("Content-Length", "2"))]
)
def test_gives_up_on_what_could_be_two_messages(headers: Pairs):
    with pytest.raises(MalformedResponseError):
        ReceivedHeaders(headers, CHROMIUM)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("", [""]),
        ("a,b , c", ["a", "b", "c"]),
        ('a="1,2",b', ['a="1,2"', "b"]),
        ('"\\",",b', ['"\\","', "b"]),
        ('"open, to the end', ['"open, to the end']),
        ('"a" ,', ['"a"', ""]),
    ],
)
def test_splits_at_commas_outside_of_quotes(value: str, parts: list[str]):
    assert split_value(value) == parts


@pytest.mark.parametrize(
    ("value", "tokens"),
    [(None, ()), ("", ()), ("a,, b ,\tc", ("a", "b", "c")), ("a b", None), ('"a"', None), ("*", ("*",))],
)
def test_reads_lists_of_tokens(value: str | None, tokens: tuple[str, ...] | None):
    headers = () if value is None else (("X-List", value),)
    assert token_list(ReceivedHeaders(headers, CHROMIUM), "x-list") == tokens


@pytest.mark.parametrize(
    ("value", "chromium", "firefox"),
    [
        ("text/plain", True, True),
        (" Text/Plain ; a=b", True, True),
        ("text/plain;", True, True),
        ("text/plain;;", True, False),
        ("text/plain;a=b;", True, False),
        ("text/plain;;a=b", True, True),
        ("text/plain;a=b,c", True, False),
        ("text/plain, text/plain", False, False),
        ("text/plain x", False, False),
        ("text / plain", False, False),
        ("application/json", False, False),
        ("", False, False),
    ],
)
def test_knows_the_types_of_forms(value: str, chromium: bool, firefox: bool):
    assert (is_safelisted(value), is_safelisted(value, strict_tail=True)) == (chromium, firefox)


def test_takes_the_essence_of_a_type():
    assert essence("Application/JSON; charset=utf-8") == "application/json"
    assert essence("json") is None
