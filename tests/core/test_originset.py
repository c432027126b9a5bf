"""Compiled sets of origins: what belongs to them, and at which cost."""

import re

import pytest

from crossguard.core.originset import Match, OriginSet
from crossguard.core.patterns import parse_rule


def origin_set(*entries):
    return OriginSet(parse_rule(entry) for entry in entries)


ALL_KINDS = (
    "https://exact.example",
    "https://*.sub.example",
    "https://*.deep.sub.example",
    "https://*.ported.example:8443",
    "https://*.free.example:*",
    "http://localhost:*",
    re.compile(r"https://expr-[0-9]+\.example"),
)


@pytest.mark.parametrize(
    ("origin", "match"),
    [
        ("https://exact.example", Match.EXACT),
        ("https://exact.example:8443", None),
        ("https://a.exact.example", None),
        ("https://a.sub.example", Match.SUBDOMAIN),
        ("https://a.b.c.d.sub.example", Match.SUBDOMAIN),
        ("https://a.deep.sub.example", Match.SUBDOMAIN),
        ("https://sub.example", None),
        ("https://xsub.example", None),
        ("https://a.sub.example:8443", None),
        ("http://a.sub.example", None),
        ("https://a.sub.example.", None),
        ("https://a.ported.example:8443", Match.SUBDOMAIN),
        ("https://a.ported.example", None),
        ("https://a.ported.example:84430", None),
        ("https://a.free.example", Match.SUBDOMAIN),
        ("https://a.free.example:1", Match.SUBDOMAIN),
        ("https://free.example:1", None),
        ("http://localhost", Match.PORT),
        ("http://localhost:65535", Match.PORT),
        ("https://localhost:8080", None),
        ("http://a.localhost:8080", None),
        ("http://localhost:0", None),
        ("https://expr-12.example", Match.EXPRESSION),
        ("https://expr-12.example:1", None),
        ("https://expr-12.example\n", None),
        ("https://expr-.example", None),
        ("null", None),
        ("", None),
        ("*", None),
    ],
)
def test_an_origin_belongs_by_one_kind_of_entry_or_not_at_all(origin, match):
    assert origin_set(*ALL_KINDS).match(origin) is match


def test_the_most_exact_kind_is_named():
    origins = origin_set("*", "https://a.example", "https://*.example", re.compile("https://.*"))

    assert origins.match("https://a.example") is Match.EXACT
    assert origins.match("https://b.example") is Match.SUBDOMAIN
    assert origins.match("https://c.test") is Match.EXPRESSION
    assert origins.match("anything") is Match.ANY


@pytest.mark.parametrize("entry", ALL_KINDS, ids=str)
def test_a_set_with_an_entry_is_not_empty(entry):
    assert origin_set(entry)
    assert not origin_set(entry).any


def test_a_set_without_entries_is_empty_and_is_not_everybody():
    assert not origin_set()
    assert not origin_set().any
    assert origin_set().match("https://a.example") is None


def test_everybody_is_everybody():
    assert origin_set("*")
    assert origin_set("*").any
    assert origin_set("*").match("null") is Match.ANY


def test_serialized_origins_can_be_given_as_they_are():
    assert OriginSet(["https://a.example"]).match("https://a.example") is Match.EXACT


@pytest.mark.parametrize(
    "expression",
    [
        re.compile("^https://a\\.example$"),
        re.compile("https://A\\.example", re.IGNORECASE),
        re.compile("^https://a\\.example$", re.MULTILINE),
        re.compile("https://a.example", re.DOTALL),
    ],
    ids=str,
)
def test_expressions_match_whole_origins_whatever_their_flags(expression):
    origins = OriginSet([parse_rule(expression)])

    assert origins.match("https://a.example") is Match.EXPRESSION
    for near in (
        "https://a.example\nhttps://b",
        "x\nhttps://a.example",
        "HTTPS://a.example",
        "https://a.example.b",
    ):
        assert origins.match(near) is None
