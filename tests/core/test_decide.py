"""``decide`` over the whole table of cases: outcome, reason, and every header, with none besides."""

import pytest

from crossguard import Decision, Outcome, Reason, RequestFacts, apply_edits, decide
from tests.cases.build import policy
from tests.cases.cors import APP, CASES, OWN, Case
from tests.cases.elsewhere import GATE_OUTCOMES, GATE_REASONS, missing_in_gate


def facts_of(case: Case) -> RequestFacts:
    return RequestFacts(
        method=case.method,
        url=f"{OWN}/items",
        path="/items",
        origin=case.origin,
        requested_method=case.asks_method,
        requested_headers=case.asks_headers,
        requests_private_network=case.asks_private_network,
        own_origin=OWN,
    )


def headers_of(decision: Decision) -> dict[str, str]:
    fields, replaced = apply_edits(decision.edits, [])
    assert replaced == ()
    assert len(fields) == len({name for name, _ in fields}), f"a field is there twice: {fields}"
    return dict(fields)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_decides_as_the_table_says(case):
    decision = decide(policy(**case.options), facts_of(case))

    assert decision.outcome is case.outcome
    assert decision.reason is case.reason
    assert decision.detail == case.detail
    assert headers_of(decision) == case.headers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_deciding_again_gives_the_same_although_answers_are_remembered(case):
    compiled = policy(**case.options)

    assert decide(compiled, facts_of(case)) == decide(compiled, facts_of(case))


def test_every_reason_and_every_outcome_has_a_case():
    reasons = {case.reason for case in CASES}
    outcomes = {case.outcome for case in CASES}

    assert reasons | GATE_REASONS | {Reason.NAVIGATION} == set(Reason)
    assert outcomes | GATE_OUTCOMES == set(Outcome)
    assert not reasons & GATE_REASONS
    assert not outcomes & GATE_OUTCOMES
    assert missing_in_gate() == []


def test_ids_of_cases_are_unique():
    assert len({case.id for case in CASES}) == len(CASES)


def test_details_are_printable_and_short():
    facts = RequestFacts(
        method="OPTIONS", origin="https://app.example.com", requested_method="A\r\n\u2028" + "B" * 1000
    )
    decision = decide(policy(origins=["https://app.example.com"]), facts)

    assert decision.reason is Reason.METHOD_NOT_LISTED
    assert decision.detail == "A\\r\\n\\u2028" + "B" * 53
    assert len(decision.detail) == 64


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_nothing_is_kept_from_a_navigation(origin):
    facts = RequestFacts(method="POST", origin=origin, fetch_mode="navigate")
    decision = decide(policy(origins=[APP]), facts)
    assert (decision.outcome, decision.reason) == (Outcome.NOT_CROSS_ORIGIN, Reason.NAVIGATION)
    assert decision.allowed
    assert decision.edits == policy(origins=[APP]).compiled.actual_edits(origin)
