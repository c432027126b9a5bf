"""The public suffix list, as browsers read it."""

import pytest

from crossguard import ConfigError, IssueCode, load_config
from crossguard.suffixes import is_public_suffix, registrable_domain


@pytest.mark.parametrize(
    "host", ["com", "co.uk", "github.io", "unknown-top-level", "s3.amazonaws.com", "xn--p1ai"]
)
def test_public_suffixes(host):
    assert is_public_suffix(host)
    assert registrable_domain(host) is None


@pytest.mark.parametrize(
    "host",
    [
        # Parents of suffixes.
        "amazonaws.com", "windows.net", "azure.com",
        # What the list lacks, and the parents of that.
        "app.github.dev", "github.dev", "ws-eu.gitpod.io", "gitpod.io", "euw.devtunnels.ms",
        "z13.web.core.windows.net", "loca.lt", "codesandbox.io",
        # With the dot of the root, and in other letters.
        "app.github.dev.", "App.GitHub.dev",
    ],
)  # fmt: skip
def test_strangers_share_more_than_the_public_suffixes(host):
    assert not is_public_suffix(host)
    assert is_public_suffix.is_shared(host)


@pytest.mark.parametrize("host", ["com", "co.uk", "github.io", "vercel.app"])
def test_strangers_share_public_suffixes(host):
    assert is_public_suffix.is_shared(host)


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "github.com",
        "google.com",
        "mine.vercel.app",
        "mine-8080.app.github.dev",
        "bucket.s3.amazonaws.com",
    ],
)
def test_what_has_one_owner_is_not_shared(host):
    assert not is_public_suffix.is_shared(host)


@pytest.mark.parametrize(
    ("host", "expected"), [("com", True), ("co.uk", True), ("github.io", False), ("a.com", False)]
)
def test_registries(host, expected):
    assert is_public_suffix.is_registry(host) is expected


@pytest.mark.parametrize("host", ["app.github.dev", "gitpod.io"])
def test_a_suffix_that_the_list_lacks_lets_no_pattern_have_credentials(host):
    given = {"origins": [f"https://*.{host}"], "supports_credentials": True}
    with pytest.raises(ConfigError) as caught:
        load_config(given, is_public_suffix=is_public_suffix)
    assert [issue.code for issue in caught.value.issues] == [IssueCode.PUBLIC_SUFFIX_WILDCARD]
    load_config({**given, "dangerously_allow_public_suffixes": True}, is_public_suffix=is_public_suffix)


@pytest.mark.parametrize(
    ("entry", "reads", "trusted"),
    [
        ("https://shop-*-team.example.com", True, True),
        ("https://shop-*.example.co.uk", True, True),
        ("https://shop-*-team.vercel.app", True, False),
        ("https://shop-*.amazonaws.com", True, False),
        ("https://shop-*-team.co.uk", False, False),
    ],
)
def test_a_pattern_inside_a_label_under_a_suffix(entry, reads, trusted):
    for options, builds in (({}, reads), ({"supports_credentials": True}, trusted)):
        given = {"origins": [entry], **options}
        if builds:
            load_config(given, is_public_suffix=is_public_suffix)
        else:
            with pytest.raises(ConfigError):
                load_config(given, is_public_suffix=is_public_suffix)
    for name in ("origins", "readers") if reads else ():
        load_config({name: entry}, is_public_suffix=is_public_suffix)


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
