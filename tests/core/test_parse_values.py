"""The parsers of options by themselves: what they return beside the issues that the configuration's table holds."""

import re
from datetime import timedelta

import pytest

from crossguard import IssueCode
from crossguard.core import parse_values as parse


def codes(issues):
    return [(issue.code, issue.where) for issue in issues]


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        (True, True, []),
        (False, False, []),
        ("True", False, [IssueCode.MISLEADING_STRING]),
        (1, False, [IssueCode.WRONG_TYPE]),
        (0, False, [IssueCode.WRONG_TYPE]),
        ([], False, [IssueCode.WRONG_TYPE]),
        (None, False, [IssueCode.NOT_SET]),
    ],
    ids=repr,
)
def test_what_is_no_flag_is_read_as_false(value, read, expected):
    issues = []

    assert parse.flag("f", value, issues) is read
    assert codes(issues) == [(code, "f") for code in expected]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("true", "True"), ("YES", "True"), (" on ", "True"), ("1", "True"), ("False", "False"), ("", "False")],
)
def test_the_fix_of_a_text_says_what_was_meant(text, meant):
    issues = []
    parse.flag("f", text, issues)

    assert issues[0].fix.startswith(f"write {meant} in Python, or {meant.lower()} in the environment")


@pytest.mark.parametrize("value", [None, "1", True, 1.0, -1, 86_401, timedelta(days=-1)], ids=repr)
def test_what_is_no_age_is_read_as_nought(value):
    issues = []

    assert parse.max_age(value, issues) == 0
    assert [issue.where for issue in issues] == ["max_age"]


def test_what_is_right_in_a_list_is_read_although_the_rest_is_wrong():
    issues = []

    assert parse.methods(["GET", "TRACE", "eGg", 5], issues, credentials=False) == ("GET", "eGg")
    assert codes(issues) == [(IssueCode.FORBIDDEN_METHOD, "methods[1]"), (IssueCode.WRONG_TYPE, "methods[3]")]
    assert parse.allow_headers(["X-A", "Host"], issues := []) == ("X-A",)
    assert codes(issues) == [(IssueCode.FORBIDDEN_HEADER, "allow_headers[1]")]
    assert parse.expose_headers(("X-A", "X B"), issues := [], credentials=False) == ("X-A",)
    assert codes(issues) == [(IssueCode.NOT_A_TOKEN, "expose_headers[1]")]


def test_a_star_among_names_is_every_name():
    assert parse.methods(["GET", "*"], [], credentials=False) == ("*",)
    assert parse.allow_headers(["X-A", "*", "X-B"], []) == ("*",)
    assert parse.expose_headers(["*", "X-A"], [], credentials=False) == ("*",)


def test_names_keep_their_spelling_and_their_order():
    assert parse.allow_headers(["x-b", "X-A", "X-B"], []) == ("x-b", "X-A")
    assert parse.methods(["put", "get", "PUT", "patch-it", "PATCH"], [], credentials=False)[:2] == (
        "PUT",
        "GET",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", [("o", "a")]),
        ("", []),
        (" a ", [("o", "a")]),
        ("a,", [("o", "a")]),
        ("a, b\tc\n", [("o[0]", "a"), ("o[1]", "b"), ("o[2]", "c")]),
        (' ["a", "b c"]', [("o[0]", "a"), ("o[1]", "b c")]),
        ("[]", []),
        (["a", 1], [("o[0]", "a"), ("o[1]", 1)]),
        (("a",), [("o[0]", "a")]),
        ({"b", "a"}, [("o[0]", "a"), ("o[1]", "b")]),
        (iter("ab"), [("o[0]", "a"), ("o[1]", "b")]),
        ([], []),
    ],
    ids=str,
)
def test_entries_have_their_place(value, expected):
    issues = []

    assert parse.entries("o", value, issues, "a thing") == expected
    assert issues == []


def test_an_expression_alone_is_one_entry():
    expression = re.compile("a")

    assert parse.entries("o", expression, [], "a thing") == [("o", expression)]


@pytest.mark.parametrize("value", [5, None, b"a", {"a": 1}, object], ids=str)
def test_what_is_no_list_has_no_entries(value):
    issues = []

    assert parse.entries("o", value, issues, "a thing") == []
    assert [issue.where for issue in issues] == ["o"]
