"""Explanations: the words are reviewed in ``tests/golden``, and the fix that they name works."""

import json
import re

import pytest

from crossguard import Decision, HeaderEdits, Outcome, Reason, RequestFacts, decide
from crossguard.explain import explain
from crossguard.explain.reasons import REASON_TEXTS
from tests.cases.build import policy
from tests.cases.cors import CASES
from tests.golden.write import EXPLANATIONS, explained

APP = "https://app.example.com"
GOLDEN = json.loads(EXPLANATIONS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_explanation_is_the_reviewed_one(case):
    assert explained(case) == GOLDEN[case.id]


def test_every_reviewed_explanation_is_of_a_case():
    assert set(GOLDEN) == {case.id for case in CASES}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_and_a_source(reason):
    words = REASON_TEXTS[reason]

    assert words.summary
    assert words.source
    assert {*re.findall(r"\{(\w*)\}", words.summary + words.fix)} <= {
        "place",
        "detail",
        "miss",
        "origins",
        "writers",
        "methods",
        "allow_headers",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_refusal_names_a_fix_and_an_allowed_request_needs_none(case):
    text = GOLDEN[case.id]

    assert bool(text["fix"]) is case.outcome.value.endswith("refused")
    assert text["code"] == case.reason.value
    assert ("was refused" in text["summary"]) is case.outcome.value.endswith("refused")


def preflight(origin=APP, method="GET", headers=None):
    return RequestFacts(
        method="OPTIONS",
        url="https://api/x",
        origin=origin,
        requested_method=method,
        requested_headers=headers,
    )


def get(origin):
    return RequestFacts(method="GET", url="https://api/x", origin=origin)


def local(origin):
    return RequestFacts(method="GET", url="http://localhost:5000/x", origin=origin)


FIXABLE = (
    ({"origins": [APP]}, get("https://b.example.com")),
    ({"origins": [APP]}, get("https://www.app.example.com")),
    ({"origins": [], "public_origins": ["https://api.example.com"]}, get(APP)),
    ({"origins": []}, local("http://localhost:5173")),
    ({"origins": [APP], "supports_credentials": True}, local("http://localhost:5173")),
    ({"origins": [APP], "supports_credentials": True}, get("https://app.example.com:8443")),
    ({"origins": ["https://*.example.com"]}, get("https://example.com")),
    ({"origins": [re.compile(r"https://[a-z]+\.example\.com"), APP]}, get("https://b7.example.com")),
    ({"origins": [APP], "methods": ["GET"]}, preflight(method="PATCH")),
    ({"origins": [APP], "methods": ["GET"]}, preflight(method="eGg")),
    ({"origins": [APP], "allow_headers": []}, preflight(headers="x-a")),
    ({"origins": [APP], "allow_headers": ["X-B"]}, preflight(headers="content-type,x-b")),
)


@pytest.mark.parametrize(("options", "facts"), FIXABLE, ids=lambda value: str(value)[:60])
def test_the_line_of_configuration_that_is_named_allows_the_request(options, facts):
    compiled = policy(**options)
    refused = decide(compiled, facts)
    assert not refused.allowed

    fix = explain(refused, facts, compiled).fix
    option, _, value = fix.removeprefix(f"If {facts.origin} is a front end of yours: ").partition("=")
    mended = policy(**(options | {option: eval(value, {"re": re})}))  # noqa: S307 - the text of our own table

    assert decide(mended, facts).allowed


def test_an_http_origin_is_not_told_to_be_listed_with_credentials():
    compiled = policy(origins=[APP], supports_credentials=True)
    facts = get("http://front.example.com:8080")
    explanation = explain(decide(compiled, facts), facts, compiled)

    assert explanation.fix.startswith("serve the front end over https")
    assert "'http://" not in explanation.fix


def test_an_http_origin_may_be_listed_where_its_host_is_by_http():
    plain = "http://app.example.com"
    compiled = policy(origins=[plain], supports_credentials=True, dangerously_allow_insecure_origins=True)
    facts = get(f"{plain}:81")

    assert explain(decide(compiled, facts), facts, compiled).fix == f"origins=['{plain}', '{plain}:81']"


def test_a_long_list_of_origins_is_not_written_out():
    compiled = policy(origins=[f"https://{letter}.example.com" for letter in "abcdef"])
    facts = get("https://a.example.com:81")

    assert (
        explain(decide(compiled, facts), facts, compiled).fix == "add 'https://a.example.com:81' to origins"
    )


def test_a_policy_without_a_name_is_called_the_policy():
    compiled = policy(origins=[])
    compiled.name = compiled.place = ""
    facts = get(APP)

    assert explain(decide(compiled, facts), facts, compiled).summary.endswith("the policy lists no origin.")


def test_a_request_without_origin_is_not_said_to_come_from_anywhere():
    compiled = policy()
    facts = get(None)

    assert explain(decide(compiled, facts), facts, compiled).summary.startswith(
        "GET https://api/x was allowed"
    )


HOSTILE = "\r\n\x1b[31m\u2028\x00{place}{0}%s'\"\\"


def test_what_a_request_says_is_escaped_and_cut():
    facts = RequestFacts(
        method=HOSTILE + "M" * 500,
        url=HOSTILE + "u" * 5000,
        origin=HOSTILE + "o" * 9000,
        requested_method=HOSTILE,
    )
    compiled = policy(origins=[APP])
    explanation = explain(decide(compiled, facts), facts, compiled)

    assert explanation.summary.isprintable()
    assert explanation.fix.isprintable()
    assert len(explanation.summary) + len(explanation.fix) < 1000
    assert "{place}{0}%s" in explanation.summary


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_combination_can_be_explained(reason, outcome):
    decision = Decision(outcome, reason, HeaderEdits(), "x-detail")
    explanation = explain(decision, preflight(), policy(origins=[APP]))

    assert explanation.code == reason.value
    assert "{" not in explanation.summary + explanation.fix
