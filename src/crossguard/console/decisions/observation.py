"""One decision on its way from the request that it was made for to the database."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final, NamedTuple, get_args

from crossguard import Decision, Policy, RequestFacts
from crossguard.console.schemas import Outcome
from crossguard.explain import explain

# Servers take header lines of 8 KB and more; what waits in memory and what is stored is bounded here.
LONGEST_TEXT: Final = 1_024
_LONGEST_EXPLANATION: Final = 4_096
_LONGEST_NAME: Final = 64

_FACT_NAMES: Final = tuple(field.name for field in fields(RequestFacts))
OUTCOMES: Final = frozenset(get_args(Outcome))


class Observation(NamedTuple):
    """What is known of a decision at the moment it is made. All of it is immutable."""

    at: datetime
    decision: Decision
    facts: RequestFacts
    policy: Policy


def bounded_facts(facts: RequestFacts) -> RequestFacts:
    """Return *facts* with no text longer than what is stored; the same object if none is."""
    cut: dict[str, Any] = {
        name: value[:LONGEST_TEXT]
        for name in _FACT_NAMES
        if isinstance(value := getattr(facts, name), str) and len(value) > LONGEST_TEXT
    }
    return replace(facts, **cut) if cut else facts


def to_row(observation: Observation) -> dict[str, Any]:
    """Return the columns of the decision's row, with its explanation worked out."""
    at, decision, facts, policy = observation
    explanation = explain(decision, facts, policy)
    return {
        "at": at,
        "origin": printable(facts.origin or "", LONGEST_TEXT),
        "method": printable(facts.method, _LONGEST_NAME),
        "requested_method": (
            None if facts.requested_method is None else printable(facts.requested_method, _LONGEST_NAME)
        ),
        "url": (url := printable(facts.url, LONGEST_TEXT)),
        "path": path_of(url),
        "outcome": decision.outcome.value,
        "reason": decision.reason.value,
        "allowed": decision.allowed,
        "summary": printable(explanation.summary, _LONGEST_EXPLANATION),
        "fix": printable(explanation.fix, _LONGEST_EXPLANATION),
        # What is cut is no code any more.
        "line": explanation.line if len(explanation.line) <= _LONGEST_EXPLANATION else "",
    }


def path_of(url: str) -> str:
    """Return what follows the host of *url*, by which refusals are grouped."""
    return "/" + url.partition("://")[2].partition("/")[2]


def printable(text: str, longest: int) -> str:
    """Return *text* cut to *longest* characters, what cannot be printed escaped.

    PostgreSQL stores no NUL and no database a lone surrogate, and both can arrive in a header.
    """
    if not text.isprintable():
        text = "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
            for char in text[:longest]
        )
    return text[:longest]
