"""Expressions with credentials: what builds is narrow, by its structure."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossguard import ConfigError, IssueCode, compile_policy, load_config
from crossguard.core.alternatives import Gap, alternatives_of
from crossguard.core.expressions import Trust, escaped_dots, opening_of
from crossguard.core.origins import parse_serialized
from crossguard.suffixes import is_public_suffix, registrable_domain
from tests.cases.expressions import NARROW, OPEN

TRUST = Trust(is_public_suffix.is_shared, lambda host: False)


def loaded(expression, **options):
    given = {"origins": [expression], "supports_credentials": True, **options}
    return load_config(given, is_public_suffix=is_public_suffix)


@pytest.mark.parametrize("case", OPEN, ids=lambda case: case.expression.pattern[:40])
def test_an_open_expression_does_not_build_and_the_reason_names_its_alternative(case):
    assert case.expression.fullmatch(case.stranger), "the case is about an origin that it does not match"

    with pytest.raises(ConfigError) as caught:
        loaded(case.expression)

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == (IssueCode.UNBOUNDED_EXPRESSION, "origins[0]")
    assert case.words in issue.reason
    assert "the alternative" in issue.reason
    assert issue.fix


@pytest.mark.parametrize("case", NARROW, ids=lambda case: case.expression.pattern[:40])
def test_a_narrow_expression_builds_and_matches_what_it_is_written_for(case):
    policy = compile_policy(loaded(case.expression))

    assert policy.trusts(case.origin)
    assert not policy.may_write(case.origin)


def under(host, domains):
    return any(
        host.removesuffix(".") == domain or host.removesuffix(".").endswith(f".{domain}")
        for domain in domains
    )


@pytest.mark.parametrize("case", NARROW, ids=lambda case: case.expression.pattern[:40])
def test_what_a_narrow_expression_matches_is_under_its_domains(case):
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(case.expression, fullmatch=True))
    def check(text):
        origin = parse_serialized(text)
        if origin is not None:
            assert under(origin.host, case.domains)

    check()


# Pieces from which an expression is put together at random: whatever builds has to be narrow.
PIECES = (
    "https://", "http://", "https?://", "app", "evil", r"\.", ".", ".*", "[a-z]+", r"\d+", "example", "localhost", "com",
    r"example\.com", r"vercel\.app", r"co\.uk", r"127\.0\.0\.1", ":", r"(:\d+)?", "|", "(?:a|b)", r"(?:[a-z]+\.)*",
    r"(?:[a-z]+\.)?", "(?=a)", "(?!b)", "^", "$", "-", "x?", "[.]", "chrome-extension://", "[^.]", r"\w", "(?i:EXAMPLE)",
)  # fmt: skip
PARTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(PARTS, PARTS.map("https://{}".format), PARTS.map(r"https://{}\.example\.com".format)),
    st.data(),
)
def test_no_origin_of_a_stranger_matches_an_expression_that_builds(text, data):
    try:
        expression = re.compile(text)
    except re.error:
        return
    if opening_of(expression, TRUST) is not None:
        return
    origin = parse_serialized(data.draw(st.from_regex(expression, fullmatch=True)))
    if origin is None or origin.scheme not in {"http", "https"}:
        return
    assert origin.scheme == "https" or origin.is_loopback
    # What the end of some alternative says: a host, or the domain behind its last gap.
    ends = [
        re.split(r"://|\.", piece, maxsplit=1)[-1].partition(":")[0].removesuffix(".")
        for alternative in alternatives_of(expression)
        for piece in alternative
        if isinstance(piece, str) and re.search(r"\.|://", piece)
    ]
    assert under(origin.host, [end for end in ends if end])
    # With a gap before it, that end is a domain which one owner has registered.
    literal = {
        "".join(found)
        for found in alternatives_of(expression)
        if all(isinstance(piece, str) for piece in found)
    }
    without_port = str(origin._replace(port=None))
    if not origin.is_loopback and without_port not in literal:
        assert registrable_domain(origin.host) is not None


def test_more_alternatives_than_are_looked_at_do_not_build():
    names = "|".join(f"shop{number}" for number in range(600))
    many = re.compile(rf"https://({names})\.example\.com")

    with pytest.raises(ConfigError) as caught:
        loaded(many)
    assert "512 alternatives" in caught.value.issues[0].reason
    assert alternatives_of(re.compile("https://" + "(a|bc)?" * 30)) is None


def test_an_expression_that_is_nested_deeply_takes_bounded_work():
    deep = re.compile("https://" + "(?:" * 60 + "a" + "){8}" * 60)
    assert alternatives_of(deep) is None
    assert alternatives_of(re.compile("(?:" * 20 + "ab|cd" + ")+" * 20)) is None


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("a", [("a",)]),
        ("A", [("a",)]),
        ("a|b", [("a",), ("b",)]),
        ("ab?", [("a",), ("ab",)]),
        ("[0-9]", [(Gap.DIGITS,)]),
        (r"\d*", [(Gap.DIGITS,)]),
        (r"a\d{2,}", [("a", Gap.DIGITS)]),
        ("[a-z]", [(Gap.ANY,)]),
        ("[^a]", [(Gap.ANY,)]),
        (".", [(Gap.ANY,)]),
        ("é", [(Gap.ANY,)]),
        (r"(a)\1", [("a", Gap.ANY)]),
        ("a{3}", [("aaa",)]),
        ("a{0}b", [("b",)]),
        ("(?:ab)+", [("ab",), ("ab", Gap.ANY, "ab")]),
        ("(?:ab)*?", [(), ("ab",), ("ab", Gap.ANY, "ab")]),
        ("(?>a|bc)", [("a",), ("bc",)]),
        ("a*+", [(), ("a",), ("a", Gap.ANY, "a")]),
        ("^(?=a)(?!b)(?<=c)(?<!d)a$", [("a",)]),
        ("(?!)", [()]),
        ("(a)?(?(1)b|c)", [("b",), ("c",), ("ab",), ("ac",)]),
        ("(?i:AB)", [("ab",)]),
        ("(?s:.)(?m:^)", [(Gap.ANY,)]),
        (r"\w\s\D\b", [(Gap.ANY,)]),
        ("", [()]),
    ],
)
def test_what_is_used_of_the_private_parser_is_as_it_was(text, alternatives):
    """Runs on each version of Python that is supported; re._parser promises nothing."""
    assert sorted(alternatives_of(re.compile(text)), key=str) == sorted(alternatives, key=str)


def test_flags_are_those_of_the_expression(capsys):
    assert alternatives_of(re.compile("a b # c", re.VERBOSE)) == [("ab",)]
    assert alternatives_of(re.compile("ab", re.IGNORECASE | re.DOTALL)) == [("ab",)]
    re.purge()
    expression = re.compile("ab", re.DEBUG)
    capsys.readouterr()
    assert alternatives_of(expression) == [("ab",)]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (r"https://app.example.com", r"https://app\.example\.com"),
        (r"https://.*.example.com", r"https://.*\.example\.com"),
        (r"https://[a.b]\.c", ""),
    ],
)
def test_lone_dots_are_escaped(text, escaped):
    assert escaped_dots(text) == escaped


def test_whoever_forgot_to_escape_the_dots_is_told_so():
    with pytest.raises(ConfigError) as caught:
        loaded(re.compile(r"https://[a-z]+.example.com"))
    assert r"re.compile(r'https://[a-z]+\.example\.com')" in caught.value.issues[0].fix


def test_the_dangerous_options_open_what_they_say_and_no_more():
    loaded(re.compile(r"http://app\.example\.com"), dangerously_allow_insecure_origins=True)
    loaded(re.compile(r"https://[a-z]+\.vercel\.app"), dangerously_allow_public_suffixes=True)
    for text in (r"http://.*", r"https://.*", r"https://.*\.com", r".*"):
        with pytest.raises(ConfigError):
            loaded(
                re.compile(text),
                dangerously_allow_insecure_origins=True,
                dangerously_allow_public_suffixes=True,
            )


def test_without_credentials_every_expression_builds():
    assert loaded(re.compile(".*"), supports_credentials=False)
