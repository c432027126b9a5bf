"""Compiled sets of origins: what belongs to them, and at which cost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.core.origin_set import Match, OriginSet
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


LABEL_PATTERNS = (
    "https://shop-*-team.example.com",
    "https://pr-*.example.com:*",
    "https://*-x.example.com:8443",
    "http://a*z.b.example.org",
)


@pytest.mark.parametrize(
    ("origin", "covered"),
    [
        ("https://shop-1-team.example.com", True),
        ("https://shop-a-b-team.example.com", True),
        ("https://shop---team.example.com", True),
        ("https://shop--team.example.com", False),
        ("https://shop-team.example.com", False),
        ("https://xshop-1-team.example.com", False),
        ("https://shop-1-teamx.example.com", False),
        ("https://shop-1_2-team.example.com", False),
        ("https://shop-a.b-team.example.com", False),
        ("https://a.shop-1-team.example.com", False),
        ("https://shop-1-team.example.com.evil.test", False),
        ("https://shop-1-team.example.com.", False),
        ("https://shop-1-team.example.com:8443", False),
        ("http://shop-1-team.example.com", False),
        ("https://SHOP-1-TEAM.example.com", False),
        ("https://shop-*-team.example.com", False),
        ("https://pr-7.example.com", True),
        ("https://pr-7.example.com:1", True),
        ("https://pr-.example.com", False),
        ("https://a-x.example.com:8443", True),
        ("https://a-x.example.com", False),
        ("http://aqz.b.example.org", True),
        ("http://az.b.example.org", False),
        ("http://aqz.example.org", False),
    ],
)
def test_a_pattern_inside_a_label_covers_that_label_only(origin, covered):
    assert origin_set(*LABEL_PATTERNS).match(origin) is (Match.SUBDOMAIN if covered else None)


@given(
    st.lists(
        st.from_regex(r"[ab-]{0,3}\*[ab-]{0,3}", fullmatch=True).filter(lambda text: text != "*"), max_size=5
    ),
    st.from_regex(r"[ab-]{1,8}|[ab-]{1,3}\.[ab-]{1,3}|[ab]_[ab]", fullmatch=True),
)
def test_patterns_inside_a_label_match_as_an_expression_would(labels, asked):
    expression = "|".join(re.escape(label).replace(r"\*", "[a-z0-9-]+") for label in labels)
    covered = bool(labels) and re.fullmatch(expression, asked) is not None

    found = origin_set(*(f"https://{label}.x.example" for label in labels)).match(
        f"https://{asked}.x.example"
    )

    assert (found is Match.SUBDOMAIN) is covered
