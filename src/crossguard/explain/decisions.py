"""Explanations: what a decision means, in plain words, with what to write to change it."""

from typing import Final, NamedTuple

from crossguard.core.addresses import address_of
from crossguard.core.decision import Decision, Outcome
from crossguard.core.issues import shown
from crossguard.core.patterns import OriginCallable
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.explain.fixes import Edit, Fix, FixKind
from crossguard.explain.listing import lookalike
from crossguard.explain.near_misses import near_miss
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.explain.repairs import find_fix

_PREFLIGHTS: Final = frozenset({Outcome.PREFLIGHT_ALLOWED, Outcome.PREFLIGHT_REFUSED})


class Explanation(NamedTuple):
    """What happened and what to do.

    Attributes:
        code: the reason's identifier.
        summary: what happened, in a sentence.
        fix: what to write, in words, with the line in it if there is one; empty if nothing is wrong.
        why: the part of *summary* that says why, a sentence of its own.
        kind: where the fix belongs: ``policy``, ``door``, ``front-end``, ``api``, ``proxy``, ``nothing``.
        line: the fix as code to paste, and nothing but code; empty where it is none.
        edit: the same as options of the policy with their new values, or an :class:`Add` of what is added to
            a list; None where the fix is no edit of the policy.
        proof: what was proved of the edit, in a sentence: it was applied to a copy of the policy, and the
            request was decided again. Empty where nothing was proved.
        where: where the policy's options stand, as ``app.py:6``, if the fix belongs there; empty otherwise.
    """

    code: str
    summary: str
    fix: str
    why: str
    kind: FixKind = FixKind.NOTHING
    line: str = ""
    edit: Edit | None = None
    proof: str = ""
    where: str = ""

    @property
    def address(self) -> str:
        """The address at which the documentation explains the code."""
        return address_of(self.code)


def explain(
    decision: Decision, facts: RequestFacts, policy: Policy, *, credentials: bool | None = None
) -> Explanation:
    """Explain *decision*, made by *policy* about *facts*.

    Pure and total; everything of the request in the text is escaped and cut. A line of configuration is in
    it only if it was proved to let this page go on, and to give no other origin anything.

    Args:
        decision: what was decided.
        facts: the request.
        policy: what decided.
        credentials: whether the page includes the user's cookies; None where that is unknown.
    """
    words = REASON_TEXTS[decision.reason]
    miss = ""
    if not decision.allowed:
        origin = facts.origin or ""
        miss = near_miss(origin, policy.compiled) or lookalike(policy, origin) or _asked(policy)
    fix = find_fix(policy, decision, facts, credentials=credentials)
    verdict = "was allowed" if decision.allowed else "was refused"
    why = words.summary.format(place=_place(policy), detail=decision.detail, miss=f" {miss}" if miss else "")
    return explained(decision.reason.value, f"{_request(decision, facts)} {verdict}: ", why, fix, policy)


def explained(code: str, before: str, why: str, fix: Fix, policy: Policy) -> Explanation:
    """Return the explanation of *code*: what happened *before* the reason, the reason, and the *fix*."""
    where = policy.place if fix.edit is not None else ""
    return Explanation(code, f"{before}{why}", fix.text, why, fix.kind, fix.line, fix.edit, fix.proof, where)


def _request(decision: Decision, facts: RequestFacts) -> str:
    method = facts.method
    if decision.outcome in _PREFLIGHTS:
        method = f"The preflight for {facts.requested_method or ''}"
    asked = f"{_escaped(method, 48)} {_escaped(facts.url, 200)}"
    return f"{asked} from {shown(facts.origin, 100)}" if facts.origin else asked


def _place(policy: Policy) -> str:
    name = policy.name or "the policy"
    return f"{name} ({policy.place})" if policy.place else name


def _asked(policy: Policy) -> str:
    names = ", ".join(str(OriginCallable(ask)) for ask in policy.compiled.callables)
    return f"{names} did not accept it." if names else ""


def _escaped(text: str, limit: int) -> str:
    return shown(text, limit)[1:-1]
