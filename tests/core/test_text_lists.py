"""Texts that are lists."""

import pytest

from crossguard import IssueCode
from crossguard.core.text_lists import is_one, listed_in_text


@pytest.mark.parametrize(
    ("text", "entries"),
    [("", []), ("a", ["a"]), ("a, b\tc\n", ["a", "b", "c"]), ('["a", "b c"]', ["a", "b c"]), ("[]", [])],
)
def test_a_text_is_the_list_of_its_parts(text, entries):
    issues = []
    assert listed_in_text("methods", text, issues) == entries
    assert issues == []
    assert is_one(text) == (text == "a")


@pytest.mark.parametrize(
    "text", ["a;b", "'a'", "[a]", "[1]", "[" * 100_000, "['a']"], ids=lambda text: text[:9]
)
def test_what_is_no_list_is_one_mistake(text):
    issues = []
    assert listed_in_text("methods", text, issues) == []
    assert [issue.code for issue in issues] == [IssueCode.MISLEADING_STRING]
