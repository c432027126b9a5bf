"""The public suffix list, as browsers read it."""

import pytest

from crossguard.suffixes import is_public_suffix, registrable_domain


@pytest.mark.parametrize(
    "host", ["com", "co.uk", "github.io", "unknown-top-level", "s3.amazonaws.com", "xn--p1ai"]
)
def test_public_suffixes(host):
    assert is_public_suffix(host)
    assert registrable_domain(host) is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("a.example.co.uk", "example.co.uk"),
        ("mine.github.io", "mine.github.io"),
        ("a.mine.github.io", "mine.github.io"),
    ],
)
def test_registrable_domains(host, domain):
    assert not is_public_suffix(host)
    assert registrable_domain(host) == domain
