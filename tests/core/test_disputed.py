"""Policies that could govern one path, and what follows where they disagree."""

from crossguard import Reason
from crossguard.core.disputed import DisputedPolicy, settle
from tests.cases.build import policy

A = "https://a.example"
B = "https://b.example"


def test_the_first_stands_where_all_answer_alike():
    one, other = policy(origins=[A, B]), policy(origins=[A])

    assert settle((one, other), A) is one
    assert settle((one, other), None) is one
    assert settle((one, other), "https://evil.example") is one


def test_nobody_may_read_where_they_disagree():
    found = settle((policy(origins=[A, B]), policy(origins=[A])), B)

    assert isinstance(found, DisputedPolicy)
    assert found.actual(B).reason is Reason.AMBIGUOUS_PATH
    assert found.actual_edits(B).refused
    assert found.gate is None


def test_preflights_count_too():
    one, other = policy(origins=[A], max_age=5), policy(origins=[A], max_age=6)

    assert isinstance(settle((one, other), A), DisputedPolicy)
