"""The list in Access-Control-Request-Headers, with its bounds."""

import pytest

from crossguard.core.headernames import MAX_HEADER_NAMES, MAX_LIST_LENGTH, parse_requested_headers


def names(count):
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
        (",".join(names(64)), tuple(names(64))),
        (",".join(names(64) * 2)[: -len(",x-063")], tuple(names(64))),
        ("a" * MAX_LIST_LENGTH, ("a" * MAX_LIST_LENGTH,)),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_names_come_back_valid_lower_case_sorted_and_once(text, parsed):
    assert parse_requested_headers(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        ",".join(names(65)),
        "," * (MAX_HEADER_NAMES * 2),
        "a" * (MAX_LIST_LENGTH + 1),
        " " * 1_000_000,
        "," * 1_000_000,
        "x-a," * 250_000,
    ],
    ids=["65 names", "128 commas", "too long", "1 MB of blanks", "1 MB of commas", "1 MB of names"],
)
def test_what_is_over_the_bounds_is_not_read(text):
    assert parse_requested_headers(text) is None


def test_the_bounds_are_those_of_the_design():
    assert MAX_HEADER_NAMES == 64
    assert MAX_LIST_LENGTH == 4096
