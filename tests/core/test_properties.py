"""Properties of the engine that hold for every configuration and every request."""

import re
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from crossguard import HeaderEdits, Outcome, Reason, apply_edits, compile_policy, decide
from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.origin_set import Match, OriginSet
from crossguard.core.origins import Origin, is_plain_https, parse_origin, parse_serialized
from crossguard.core.patterns import OriginPattern, parse_rule
from crossguard.explain import explain
from tests.cases.build import config, policy
from tests.strategies import (
    ANY_TEXT,
    FIELD_TEXT,
    HEADER_NAMES,
    facts,
    near_origins,
    options,
    origins,
    patterns,
    sent_origins,
)


def parsed_or_none(entry):
    try:
        return parse_rule(entry)
    except OriginSyntaxError:
        return None


@given(origins() | near_origins() | ANY_TEXT)
def test_an_accepted_origin_is_one_that_browsers_send_and_is_matched(entry):
    rule = parsed_or_none(entry)
    if isinstance(rule, Origin):
        assert parse_serialized(str(rule)) == rule
        assert OriginSet([rule]).match(str(rule)) is Match.EXACT


@given(origins())
def test_every_serialized_origin_is_accepted_as_it_stands(origin):
    assert str(parse_origin(origin)) == origin
    assert parse_serialized(origin) is not None


@given(patterns(), st.sampled_from(["a", "a.b", "x-1._y"]), st.integers(1, 65535))
def test_an_accepted_pattern_matches_what_it_stands_for(entry, labels, port):
    rule = parse_rule(entry)
    assert isinstance(rule, OriginPattern)
    assume(port not in {80, 443})
    origin = str(rule).replace("*.", f"{labels}.").replace(":*", f":{port}")

    assert OriginSet([rule]).match(origin) in {Match.SUBDOMAIN, Match.PORT}


@given(origins() | near_origins())
def test_the_quick_way_for_plain_origins_accepts_nothing_that_the_parser_would_change(entry):
    if is_plain_https(entry):
        assert str(parse_origin(entry)) == entry


@given(patterns() | origins(), sent_origins())
def test_what_matches_differs_only_where_a_wildcard_stands(entry, origin):
    text = str(parse_rule(entry))
    if origin and OriginSet([parse_rule(entry)]).match(origin):
        literal = re.escape(text).replace(r"\*\.", r"(?:[a-z0-9_-]+\.)+").replace(r":\*", r"(?::\d+)?")
        assert re.fullmatch(literal, origin, re.ASCII), (text, origin)


@given(options())
def test_a_policy_compiled_from_its_own_options_is_equal(written):
    compiled = policy(**written)

    assert compile_policy(config(**compiled.config.to_options())) == compiled


@given(options(), facts(FIELD_TEXT | ANY_TEXT))
def test_deciding_and_explaining_never_raise_and_leave_the_facts_alone(written, asked):
    compiled = policy(**written)
    before = replace(asked)

    decision = decide(compiled, asked)
    explanation = explain(decision, asked, compiled)

    assert asked == before
    assert explanation.summary.isprintable()
    assert explanation.fix.isprintable()


def _fields(decision):
    return apply_edits(decision.edits, [])[0]


@given(options(), facts())
def test_credentials_never_go_with_a_wildcard(written, asked):
    fields = dict(_fields(decide(policy(**written), asked)))

    if fields.get("Access-Control-Allow-Credentials"):
        assert written["supports_credentials"] is True
        assert fields["Access-Control-Allow-Credentials"] == "true"
        assert fields["Access-Control-Allow-Origin"] == asked.origin
        assert not [name for name, value in fields.items() if "*" in value]


@given(options(), facts())
def test_a_refused_origin_gets_no_access_control_field(written, asked):
    decision = decide(policy(**written), asked)

    refused_origin = {Reason.METHOD_NOT_LISTED, Reason.HEADER_NOT_LISTED, Reason.TOO_MANY_HEADERS}
    if not decision.allowed and decision.reason not in refused_origin:
        assert [name for name, _ in _fields(decision)] == ["Vary"]


@given(options(), facts())
def test_what_is_named_as_allowed_is_the_origin_that_asked_and_is_listed(written, asked):
    compiled = policy(**written)
    allowed = dict(_fields(decide(compiled, asked))).get("Access-Control-Allow-Origin")

    if allowed == "*":
        assert "*" in {*compiled.config.origins, *compiled.config.readers}
    elif allowed is not None:
        assert allowed == asked.origin
        assert parse_serialized(allowed)


@given(options(), facts())
def test_vary_depends_on_the_policy_and_never_on_the_request(written, asked):
    compiled = policy(**written)
    decision = decide(compiled, asked)
    vary = dict(_fields(decision)).get("Vary", "")

    if decision.outcome in {Outcome.PREFLIGHT_ALLOWED, Outcome.PREFLIGHT_REFUSED}:
        assert vary.startswith("Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
    else:
        assert vary == ("" if compiled.config.origins == ("*",) else "Origin")


@given(
    options(),
    st.lists(HEADER_NAMES | FIELD_TEXT, max_size=5),
    st.lists(st.sampled_from([",", ", ", " , ", ",,", ",\t"]), min_size=5, max_size=5),
)
def test_splitting_the_list_of_headers_over_lines_changes_nothing(written, names, joins):
    # Servers join lines with a comma, with or without a blank.
    compiled = policy(**written)
    origin = next((str(entry) for entry in compiled.config.origins if "*" not in str(entry)), "https://a")

    def ask(text):
        return compiled.preflight(origin, text)

    split = "".join(name + join for name, join in zip(names, joins, strict=False))
    assert ask(",".join(names)) == ask(split)


@given(
    st.lists(st.sampled_from(["Origin", "origin", "Cookie", "Accept-Encoding", "*", ""]), max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
    st.sampled_from([("Origin",), ("Origin", "Sec-Fetch-Site"), ()]),
)
def test_what_stands_in_vary_survives(items, new_line, added):
    lines: list[list[str]] = []
    for item, starts in zip(items, new_line, strict=False):
        if starts or not lines:
            lines.append([item])
        else:
            lines[-1].append(item)
    sent = [("Vary", ", ".join(line)) for line in lines]

    edited, _ = apply_edits(HeaderEdits(vary=added), sent)

    before = [item.strip().lower() for _, value in sent for item in value.split(",") if item.strip()]
    after = [item.strip().lower() for _, value in edited for item in value.split(",") if item.strip()]
    assert [item for item in after if item in before][: len(before)] == before
    missing = [] if "*" in before else [name.lower() for name in added if name.lower() not in before]
    assert sorted(after) == sorted(before + missing)
