"""Near misses: in what an origin differs from a listed one, in one sentence."""

import re

import pytest

from crossguard.core.compiled import CompiledPolicy
from crossguard.explain.near_misses import near_miss
from tests.cases.build import config

APP = "https://app.example.com"


@pytest.mark.parametrize(
    ("listed", "asked", "words"),
    [
        ([APP], "http://app.example.com", f"'{APP}' is listed, and http makes another origin."),
        ([APP], "https://app.example.com:8443", f"'{APP}' is listed, and another port makes another origin."),
        ([APP], "https://www.app.example.com", f"'{APP}' is listed, and 'www.' makes another origin."),
        (
            ["https://www.a.example"],
            "https://a.example",
            "'https://www.a.example' is listed, and 'www.' makes another origin.",
        ),
        (
            [APP],
            "https://app.example.com.",
            f"'{APP}' is listed, and the dot behind the host makes another origin.",
        ),
        (
            ["http://localhost:8080"],
            "http://127.0.0.1:8080",
            "'http://localhost:8080' is listed; 127.0.0.1 and localhost are different sites to a browser.",
        ),
        (
            ["http://localhost:*"],
            "http://[::1]:8080",
            "'http://localhost:*' is listed; [::1] and localhost are different sites to a browser.",
        ),
        (
            ["https://*.example.com"],
            "https://example.com",
            "'https://*.example.com' covers subdomains, not the bare domain.",
        ),
        (["https://*.example.com"], "http://a.example.com", "'https://*.example.com' covers https only."),
        (
            ["https://*.example.com"],
            "https://a.example.com:81",
            "'https://*.example.com' covers another port.",
        ),
        (
            ["https://pr-*.example.com"],
            "https://pr-1.example.com:81",
            "'https://pr-*.example.com' covers another port.",
        ),
        (
            ["https://pr-*.example.com"],
            "http://pr-1.example.com",
            "'https://pr-*.example.com' covers https only.",
        ),
        (
            ["https://pr-*.example.com:*"],
            "https://pull-1.example.com:81",
            "'https://pr-*.example.com:*' covers labels such as 'pr-app', and 'pull-1' is not like that.",
        ),
        (
            ["https://pr-*.example.com"],
            "https://pr-1.a.example.com",
            "'https://pr-*.example.com' covers one label before example.com, and 'pr-1.a' is more than one.",
        ),
        (["http://localhost:*"], "https://localhost:8080", "'http://localhost:*' covers http only."),
        (
            [re.compile(r"https://a\.example")],
            "https://a.example:8080",
            (
                r"re.compile('https://a\\.example') matches only the beginning of it, and an expression must match "
                "the whole origin."
            ),
        ),
        (
            ["https://b.example", APP],
            "http://app.example.com",
            f"'{APP}' is listed, and http makes another origin.",
        ),
        ([APP], "https://evil.example.net", ""),
        ([APP], "http://app.example.com:8443", ""),
        (["http://localhost:8080"], "http://evil.example.net:8080", ""),
        (["http://evil.example.net:8080"], "http://localhost:8080", ""),
        (["http://localhost:*"], "http://evil.example.net:8080", ""),
        (["http://evil.example.net:*"], "http://localhost:8080", ""),
        (["https://*.example.com"], "https://evil.example.net", ""),
        ([re.compile("https://a")], "https://b", ""),
        ("*", "https://evil.example.net", ""),
        ([], "https://evil.example.net", ""),
        ([APP], "null", ""),
        ([APP], "not an origin", ""),
        ([APP], "", ""),
    ],
)
def test_a_near_miss_is_named(listed, asked, words):
    assert near_miss(asked, CompiledPolicy(config(origins=listed))) == words


def test_readers_are_looked_at_too():
    loaded = CompiledPolicy(config(origins=[], readers=[APP]))

    assert near_miss("http://app.example.com", loaded) == f"'{APP}' is listed, and http makes another origin."


def test_the_last_of_many_is_found_as_the_first_is():
    many = [f"https://customer-{number}.example.com" for number in range(20_000)]
    loaded = CompiledPolicy(config(origins=many))

    assert near_miss("http://customer-0.example.com", loaded)
    assert near_miss("http://customer-19999.example.com", loaded)


class Uncounted(frozenset):
    """A set that may be asked for a member, and not read."""

    def __iter__(self):
        raise AssertionError("the list was read")


def test_the_list_is_not_read():
    loaded = CompiledPolicy(config(origins=[APP, "https://*.example.org", "http://localhost:*"]))
    for listed, _ in loaded.lists:
        for name in ("exact", "subdomains", "ports"):
            setattr(listed, name, Uncounted(getattr(listed, name)))

    assert near_miss("http://app.example.com", loaded)
    assert near_miss("https://example.org", loaded)
    assert near_miss("http://127.0.0.1:8080", loaded)
    assert near_miss("https://evil.example.net", loaded) == ""
