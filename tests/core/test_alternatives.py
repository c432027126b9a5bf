"""Alternatives of expressions; the table of what the parser returns is in test_expressions."""

import re

from crossguard.core.alternatives import Gap, alternatives_of


def test_literal_characters_and_gaps():
    assert alternatives_of(re.compile(r"https?://a.b\d+")) == [
        ("http://a", Gap.ANY, "b", Gap.DIGITS),
        ("https://a", Gap.ANY, "b", Gap.DIGITS),
    ]
