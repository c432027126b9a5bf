"""Lists of origins by themselves, and together with credentials."""

import re

import pytest

from crossguard import IssueCode
from crossguard.core.origins import Origin
from crossguard.core.parse_origins import check_credentialed, parse_origins
from crossguard.core.patterns import AnyOrigin, OriginExpression, OriginPattern, parse_rule

APP = "https://app.example.com"
EXPRESSION = re.compile("https://a")


def test_plain_origins_are_left_out_of_the_rules_that_need_a_check():
    issues = []
    entries, rules = parse_origins(
        "origins", [APP, "http://a.example", "https://*.example.com", EXPRESSION, "https://10.0.0.1"], issues
    )

    assert issues == []
    assert entries == (APP, "http://a.example", "https://*.example.com", EXPRESSION, "https://10.0.0.1")
    assert [(where, type(rule)) for where, rule in rules] == [
        ("origins[1]", Origin),
        ("origins[2]", OriginPattern),
        ("origins[3]", OriginExpression),
        ("origins[4]", Origin),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "https://1.2.3.4",
        "https://1.2.3.4.",
        "https://a.0x1",
        "https://0x7f.example",
        "https://[::1]",
        "https://A.example",
        "https://a.example:443",
        "https://" + "a23456789." * 26 + "example",
    ],
)
def test_what_might_be_written_differently_goes_through_the_parser(entry):
    issues = []
    entries, rules = parse_origins("origins", [entry], issues)

    assert len(issues) + len(rules) == 1
    assert all(str(rule) == entries[0] for _, rule in rules)


def test_everybody_and_somebody_is_one_mistake():
    issues = []
    entries, rules = parse_origins("readers", ["*", APP, "*"], issues)

    assert [(issue.code, issue.where) for issue in issues] == [(IssueCode.WILDCARD_AMONG_OTHERS, "readers")]
    assert entries == ("*", APP)
    assert [rule for _, rule in rules] == [AnyOrigin(), AnyOrigin()]


def checked(entry, *, insecure=False, suffixes=False):
    issues = []
    check_credentialed(
        [("origins[0]", parse_rule(entry))],
        issues,
        is_public_suffix={"com", "github.io", "localhost"}.__contains__,
        allow_insecure=insecure,
        allow_public_suffixes=suffixes,
    )
    assert all(issue.where == "origins[0]" for issue in issues)
    return [issue.code for issue in issues]


@pytest.mark.parametrize(
    ("entry", "codes", "insecure", "suffixes"),
    [
        (APP, [], [], []),
        ("*", *[[IssueCode.WILDCARD_WITH_CREDENTIALS]] * 3),
        ("http://a.example", [IssueCode.INSECURE_ORIGIN], [], [IssueCode.INSECURE_ORIGIN]),
        ("http://localhost:*", [], [], []),
        ("http://*.localhost:*", [], [], []),
        ("https://*.github.io", [IssueCode.PUBLIC_SUFFIX_WILDCARD], [IssueCode.PUBLIC_SUFFIX_WILDCARD], []),
        ("https://*.mine.github.io", [], [], []),
        ("https://github.io:*", [], [], []),
        (
            "http://*.com",
            [IssueCode.PUBLIC_SUFFIX_WILDCARD, IssueCode.INSECURE_ORIGIN],
            [IssueCode.PUBLIC_SUFFIX_WILDCARD],
            [IssueCode.INSECURE_ORIGIN],
        ),
        (re.compile(r"https://[a-z]+\.mine\.com"), [], [], []),
        (re.compile(r"https?://.+"), *[[IssueCode.UNBOUNDED_EXPRESSION]] * 3),
        (re.compile(r"http://.+"), *[[IssueCode.UNBOUNDED_EXPRESSION]] * 3),
        (re.compile(r"https://.+:8443"), *[[IssueCode.UNBOUNDED_EXPRESSION]] * 3),
        (re.compile(r"https://.+\.example"), *[[IssueCode.UNBOUNDED_EXPRESSION]] * 3),
        ("capacitor://localhost", [], [], []),
    ],
    ids=str,
)
def test_what_credentials_may_not_be_given_to(entry, codes, insecure, suffixes):
    assert checked(entry) == codes
    assert checked(entry, insecure=True) == insecure
    assert checked(entry, suffixes=True) == suffixes
