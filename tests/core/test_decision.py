"""Decisions are values; their identifiers are stable."""

import pytest

from crossguard import Decision, HeaderEdits, Outcome, Reason


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_allows_unless_its_outcome_says_refused(outcome):
    assert Decision(outcome, Reason.NO_ORIGIN, HeaderEdits()).allowed is not outcome.value.endswith("refused")


@pytest.mark.parametrize("kind", [Outcome, Reason])
def test_identifiers_are_words_with_hyphens_and_unique(kind):
    for member in kind:
        assert member.value == member.name.lower().replace("_", "-")
    assert len({member.value for member in kind}) == len(kind.__members__)


def test_edits_are_empty_by_default():
    assert HeaderEdits() == HeaderEdits((), ())
