"""Issues: stable identifiers, readable texts."""

import pytest

from crossguard import ConfigError, ConfigIssue, IssueCode
from crossguard.core.addresses import address_of
from crossguard.core.issues import kind_of, shown
from tests.cases import config as tables
from tests.cases.elsewhere import GATE_ISSUE_CODES


def test_every_code_has_a_failing_case():
    assert set(IssueCode) == tables.COVERED | GATE_ISSUE_CODES
    assert not tables.COVERED & GATE_ISSUE_CODES


def test_codes_are_words_with_hyphens_and_unique():
    values = [code.value for code in IssueCode]

    assert len(values) == len(set(values)) == len(IssueCode.__members__)
    for code in IssueCode:
        assert code.value == code.name.lower().replace("_", "-")


def issue(where="origins[0]"):
    return ConfigIssue(IssueCode.INVALID, where, "'x'", "it is wrong.", "write it right.")


def test_an_issue_reads_as_one_sentence():
    told = "origins[0] = 'x': it is wrong. Fix: write it right. [invalid]"
    assert str(issue()) == f"{told} {address_of('invalid')}"


@pytest.mark.parametrize(
    ("issues", "source", "head"),
    [
        ([issue()], "", "1 mistake in the CORS configuration:"),
        ([issue()], "app.py:3", "1 mistake in the CORS configuration at app.py:3:"),
        ([issue(), issue("methods")], "", "2 mistakes in the CORS configuration:"),
    ],
)
def test_an_error_lists_its_issues(issues, source, head):
    error = ConfigError(iter(issues), source)

    assert str(error).splitlines() == [head, *(f"  - {one}" for one in issues)]
    assert error.issues == tuple(issues)
    assert error.source == source
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        (None, "None"),
        ("\x1b[2J\r\n", r"'\x1b[2J\r\n'"),
        ("é\u2028", r"'\xe9\u2028'"),
        ("x" * 100, "'" + "x" * 78 + "…"),
        ("x" * 78, "'" + "x" * 78 + "'"),
    ],
    ids=ascii,
)
def test_values_are_shown_printable_and_cut(value, text):
    assert shown(value) == text
    assert len(text) <= 80


@pytest.mark.parametrize(
    ("value", "text"), [(5, "an int"), ("", "a str"), (b"", "a bytes"), (None, "a NoneType"), ([], "a list")]
)
def test_types_have_their_article(value, text):
    assert kind_of(value) == text
