"""Rules: what an entry of ``origins`` means."""

import re

import pytest

from crossguard.core.origins import Origin
from crossguard.core.patterns import (
    AnyOrigin,
    OriginCallable,
    OriginExpression,
    OriginPattern,
    parse_rule,
    shown_entry,
)

EXPRESSION = re.compile("https://a")


@pytest.mark.parametrize(
    ("entry", "rule", "text"),
    [
        ("*", AnyOrigin(), "*"),
        ("https://App.example.com:443", Origin("https", "app.example.com"), "https://app.example.com"),
        (
            "https://*.Example.com",
            OriginPattern("https", "example.com", None, subdomains=True, any_port=False),
            "https://*.example.com",
        ),
        (
            "https://*.example.com:8443",
            OriginPattern("https", "example.com", 8443, subdomains=True, any_port=False),
            "https://*.example.com:8443",
        ),
        (
            "https://*.example.com:*",
            OriginPattern("https", "example.com", None, subdomains=True, any_port=True),
            "https://*.example.com:*",
        ),
        (
            "http://localhost:*",
            OriginPattern("http", "localhost", None, subdomains=False, any_port=True),
            "http://localhost:*",
        ),
        (
            "HTTP://[0::1]:*",
            OriginPattern("http", "[::1]", None, subdomains=False, any_port=True),
            "http://[::1]:*",
        ),
        (
            "https://*.com",
            OriginPattern("https", "com", None, subdomains=True, any_port=False),
            "https://*.com",
        ),
        (
            "https://Shop-*-Team.example.com:443",
            OriginPattern("https", "example.com", None, subdomains=True, any_port=False, label="shop-*-team"),
            "https://shop-*-team.example.com",
        ),
        (
            "http://*-pr.app.localhost:*",
            OriginPattern("http", "app.localhost", None, subdomains=True, any_port=True, label="*-pr"),
            "http://*-pr.app.localhost:*",
        ),
        (EXPRESSION, OriginExpression(EXPRESSION), "re.compile('https://a')"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_entry_is_parsed_and_written_back(entry, rule, text):
    parsed = parse_rule(entry)

    assert parsed == rule
    assert type(parsed) is type(rule)
    assert str(parsed) == text
    if not isinstance(entry, re.Pattern):
        assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("http://localhost:*", True),
        ("http://*.localhost:*", True),
        ("http://127.0.0.1:*", True),
        ("https://*.example.com", False),
        ("http://192.168.0.1:*", False),
    ],
)
def test_a_pattern_is_loopback_if_all_that_matches_is(entry, expected):
    assert parse_rule(entry).is_loopback is expected


def test_everybody_is_everybody():
    assert AnyOrigin() == AnyOrigin()
    assert hash(AnyOrigin()) == hash(AnyOrigin())
    assert AnyOrigin() != OriginCallable(len)


def test_entries_are_shown_as_they_are_written():
    assert shown_entry("https://*.example.com") == "https://*.example.com"
    assert shown_entry(re.compile("https://a")) == "re.compile('https://a')"
    assert shown_entry(len) == "len()"
