"""Expressions match what the library matches, and plain paths have one reading."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.core.hosts import LABEL as CORE_LABEL
from crossguard.core.origin_set import OriginSet
from crossguard.edge import origin_patterns
from crossguard.edge.lookalikes import origin_lookalikes, path_lookalikes
from crossguard.edge.origin_patterns import example_of, expression_of
from crossguard.edge.paths import CHARS, PLAIN, escaped, is_plain, path_expression, raw_path
from tests.edge.mutations import mutated

PATTERNS = (
    "https://*.tenants.example.org",
    "http://*.tenants.example.org:8443",
    "https://*.tenants.example.org:*",
    "http://127.0.0.1:*",
    "https://app.example.com:*",
    "http://[::1]:*",
)
#: Patterns inside a label, with what they cover and what they do not.
INSIDE = {
    "https://shop-*-team.example.com": (
        ["https://shop-1-team.example.com", "https://shop-a-b-team.example.com"],
        ["https://shop--team.example.com.evil.com", "https://shop-team.example.com", "https://shop-a_b-team.example.com",
         "https://shop-a.b-team.example.com", "https://x.shop-1-team.example.com", f"https://shop-{'a' * 60}-team.example.com"],
    ),
    "https://*-pr.example.com": (["https://7-pr.example.com", "https://--pr.example.com"], ["https://-pr.example.com", "https://a_-pr.example.com"]),
    "http://pr-*.example.com:*": (["http://pr-a.example.com", "http://pr--.example.com:81"], ["http://pr-.example.com", "http://pr-a.example.com:80"]),
}  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_expression_matches_what_the_library_matches(pattern: str) -> None:
    expression, listed = re.compile(expression_of(pattern)), OriginSet([pattern])
    scheme, _, host = pattern.partition("://")
    ports = (
        "",
        *(f":{port}" for port in (0, 1, 8, 80, 443, 444, 4430, 8443, 65535, 65536, 99999, 100000)),
        ":080",
        ":",
    )
    tries = [
        f"{tried}://{before}{host.removeprefix('*.').replace(':*', '').replace(':8443', '')}{port}"
        for tried in ("http", "https", scheme.upper())
        for before in ("", "a.", "a.b.", ".", "-a.", "a_.", "A.", "x", f"{'a' * 63}.", f"{'a' * 64}.")
        for port in ports
    ]
    tries += mutated(2000, seed=7)
    for origin in tries:
        assert bool(expression.fullmatch(origin)) == (listed.match(origin) is not None), origin
    assert listed.match(example_of(pattern))


@pytest.mark.parametrize("pattern", INSIDE)
def test_a_wildcard_inside_a_label_stays_inside_it(pattern: str) -> None:
    expression, listed = re.compile(expression_of(pattern)), OriginSet([pattern])
    covered, others = INSIDE[pattern]
    for origin in (*covered, example_of(pattern)):
        assert expression.fullmatch(origin), origin
        assert listed.match(origin), origin
    for origin in others:
        assert not expression.fullmatch(origin), origin
        assert not listed.match(origin), origin


@given(st.sampled_from([*INSIDE]), st.text("a0-_.Aé:/", max_size=62))
def test_an_expression_inside_a_label_matches_what_the_library_matches(pattern: str, text: str) -> None:
    origin = pattern.replace(":*", "").replace("*", text)
    assert bool(re.fullmatch(expression_of(pattern), origin)) == (
        OriginSet([pattern]).match(origin) is not None
    )


@pytest.mark.parametrize(
    "pattern", ["https://*", "https://a.*.com", "https://a*b*.example.com", "app://*", "x", "https://*:*"]
)
def test_a_pattern_of_another_kind_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        expression_of(pattern)


@given(st.from_regex(CORE_LABEL, fullmatch=True) | st.text("ab_-.0", max_size=70))
def test_a_label_is_the_label_of_the_library(text: str) -> None:
    assert bool(re.fullmatch(origin_patterns.LABEL, text)) == bool(re.fullmatch(CORE_LABEL, text))


SEGMENTS = st.lists(
    st.sampled_from(["", ".", "..", "...", "a", ".a", "..a", "%2e", "%2E", "%2f", "%61", "%20", "%C3%A9", "%c3%a9", "%", "é", "'"]),
    max_size=5,
)  # fmt: skip


@given(SEGMENTS)
def test_a_plain_path_is_the_same_however_it_is_read(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    if is_plain(path):
        decoded = unquote(path)
        assert "//" not in decoded
        assert not {".", ".."} & set(decoded.split("/"))
        assert decoded.count("/") == path.count("/")
        assert raw_path(decoded) == path
        assert re.fullmatch(f"{CHARS}+", path)
        assert re.fullmatch(PLAIN, path)


def test_an_ordinary_path_is_plain() -> None:
    for path in (
        "/",
        "/api",
        "/api/",
        "/a/b.c/d-e_f~g",
        "/caf%C3%A9/x",
        "/a%20b",
        "/@me",
        "/.well-known/x",
        "/a;b=c,d",
    ):
        assert is_plain(path), path


@given(st.text("/ab.c*+()[]-_~:@", max_size=12))
def test_an_escaped_text_matches_itself_only(text: str) -> None:
    assert re.fullmatch(escaped(text), text)
    assert not re.fullmatch(escaped(text), text + "x")
    assert not re.fullmatch(escaped(text), text.replace(".", "x")) or "." not in text


def test_a_prefix_covers_whole_segments() -> None:
    expression = re.compile(path_expression("/api", below=True))
    assert all(expression.search(path) for path in ("/api", "/api/", "/api/x"))
    assert not any(expression.search(path) for path in ("/apiary", "/API", "/x/api", "/ap"))
    assert re.search(path_expression("/a.b", below=False), "/a.b")
    assert not re.search(path_expression("/a.b", below=False), "/axb")


@pytest.mark.parametrize(
    "entry", ["https://app.example.com", *PATTERNS, *INSIDE, "capacitor://localhost", "http://[::1]:3000"]
)
def test_near_misses_are_origins_and_none_is_the_entry(entry: str) -> None:
    found = list(origin_lookalikes(entry))
    assert len(found) >= 2
    assert entry not in {look.origin for look in found}


def test_look_alikes_of_a_path_are_not_below_it() -> None:
    for path in path_lookalikes("/api", below=True):
        assert is_plain(path)
        assert path != "/api"
        assert not path.startswith("/api/")
    assert list(path_lookalikes("", below=True)) == []
