"""What a browser did with one fetch, in ordered steps, with one code and one fix."""

from dataclasses import dataclass, replace

from crossguard.browser.codes import Code
from crossguard.browser.verdict import FailedAt, Failure, ResponseType, Verdict
from crossguard.core.addresses import address_of
from crossguard.core.decide import decide
from crossguard.explain.answered import answered_elsewhere
from crossguard.explain.decisions import Explanation, explain, explained
from crossguard.explain.facts import INCLUDED, PolicyFor, RefusalFor, RouteFor, facts_of
from crossguard.explain.failure_words import words_of
from crossguard.explain.failures import CODE_TEXTS, HINT_TEXTS, Hint
from crossguard.explain.fixes import Edit, FixKind
from crossguard.explain.hints import HintNote, find_hints, remedy_of
from crossguard.explain.repairs import allow_credentials
from crossguard.explain.steps import Step, steps_of

# Failures of the CORS check and of the preflight, whose cause is the policy where one is known.
_OF_THE_POLICY = frozenset(
    {
        Code.ALLOW_ORIGIN_MISSING,
        Code.ALLOW_ORIGIN_MISMATCH,
        Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Code.ALLOW_CREDENTIALS_MISSING,
        Code.METHOD_NOT_ALLOWED,
        Code.HEADER_NOT_ALLOWED,
    }
)


#: The cause where a policy lets a page read, but not with the user's cookies.
CREDENTIALS_NOT_SUPPORTED = "credentials-not-supported"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What happened to one fetch.

    Attributes:
        readable: whether script sees the answer.
        code: the identifier of what stopped it; ``readable`` if nothing did.
        cause: the policy's reason behind it, where one is known; empty otherwise.
        summary: what happened, in a sentence.
        fix: what to write; empty if nothing is wrong.
        step: the step of the standard that failed.
        steps: what happened, in order.
        hints: what did not stop it and is likely to matter.
        kind: where the fix belongs: ``policy``, ``door``, ``front-end``, ``api``, ``proxy``, ``nothing``.
        line: the fix as code to paste, and nothing but code; empty where it is none.
        proof: what was proved of the fix: it was applied to a copy of the policy, and the request was decided
            again. Empty where nothing was proved.
        where: where the policy's options stand, if the fix belongs there; empty otherwise.
        edit: the fix as options of the policy with their new values; None where it is no edit of it.
    """

    readable: bool
    code: str
    cause: str
    summary: str
    fix: str
    step: str
    steps: tuple[Step, ...]
    hints: tuple[HintNote, ...]
    kind: FixKind = FixKind.NOTHING
    line: str = ""
    proof: str = ""
    where: str = ""
    edit: Edit | None = None

    @property
    def address(self) -> str:
        """The address at which the documentation explains it; empty for what is as it should be."""
        if self.readable:
            return self.hints[0].address if self.hints and self.fix else ""
        return address_of(self.cause or self.code)


def explain_verdict(
    verdict: Verdict,
    policy_for: PolicyFor | None = None,
    route_for: RouteFor | None = None,
    refusal_for: RefusalFor | None = None,
) -> Diagnosis:
    """Explain what happened to a fetch. Total: every verdict has an explanation.

    Args:
        verdict: everything that happened, from the browser model.
        policy_for: returns the policy of a request, so that the fix is a line of configuration.
        route_for: names the route of a request, as marks for the write gate do.
        refusal_for: returns why a write is refused, where the application is in this process.
    """
    failure = verdict.failure
    hints = find_hints(verdict, policy_for, route_for, refusal_for)
    if failure is None:
        status = verdict.response.status if verdict.response is not None else 0
        summary = f"{verdict.page_origin} can read the answer ({status})."
        hint = HintNote("readable", "", "", kind=FixKind.NOTHING)
        opaque = _is_opaque(verdict)
        if opaque:
            words = HINT_TEXTS[Hint.OPAQUE_RESPONSE]
            hint = HintNote(Hint.OPAQUE_RESPONSE.value, words.meaning, words.fix, kind=words.kind)
            summary = f"{verdict.page_origin} cannot read the answer: {hint.text}"
        elif hints:
            hint = hints[0]
            summary = f"{summary} But {hint.text}"
        return Diagnosis(
            readable=not opaque,
            code=hint.code if opaque else "readable",
            cause=hint.cause,
            summary=summary,
            step="",
            steps=steps_of(verdict, summary_of_failure=""),
            hints=hints,
            **remedy_of(hint),
        )
    meaning, fix = words_of(verdict, failure)
    diagnosis = Diagnosis(
        readable=False,
        code=failure.code.value,
        cause="",
        summary="",
        fix=fix,
        step=failure.step,
        steps=(),
        hints=hints,
        kind=CODE_TEXTS[failure.code].kind,
    )
    gate = next((note for note in hints if note.code == Hint.WRITE_REFUSED.value), None)
    if gate is not None:
        # Nothing has run: what the browser makes of the refusal comes after it.
        meaning = f"{meaning.removesuffix('.')}; {gate.text}"
        diagnosis = _caused(diagnosis, gate)
    elif failure.code in _OF_THE_POLICY:
        cause = _cause(verdict, failure, policy_for, route_for)
        if cause is not None:
            meaning = f"{meaning.removesuffix('.')}; {cause.why}"
            diagnosis = _caused(diagnosis, cause)
    # Where the policy is known, its application answered in this process.
    if policy_for is None and (answered := answered_elsewhere(verdict)) is not None:
        meaning = f"{meaning} {answered.text}"
        diagnosis = replace(diagnosis, fix=answered.fix, kind=FixKind.PROXY)
    return replace(
        diagnosis,
        summary=f"{verdict.page_origin} cannot read the answer: {meaning}",
        steps=steps_of(verdict, summary_of_failure=meaning, ran=gate is None),
    )


def _caused(diagnosis: Diagnosis, cause: HintNote | Explanation) -> Diagnosis:
    """Return *diagnosis* with what is to be done about its cause."""
    reason = cause.cause if isinstance(cause, HintNote) else cause.code
    return replace(diagnosis, cause=reason, **remedy_of(cause))


def _is_opaque(verdict: Verdict) -> bool:
    """Tell whether script got a response of which it sees nothing (Fetch, "opaque filtered response")."""
    return verdict.response is not None and verdict.response.type is ResponseType.OPAQUE


def _cause(
    verdict: Verdict, failure: Failure, policy_for: PolicyFor | None, route_for: RouteFor | None
) -> Explanation | None:
    """Return the policy's own explanation of a failure."""
    if policy_for is None or not verdict.hops:
        return None
    hop = verdict.hops[-1]
    exchange = hop.preflight if failure.where is FailedAt.PREFLIGHT else hop.actual
    if exchange is None or (policy := policy_for(exchange.request)) is None:
        return None
    facts = facts_of(exchange.request, hop.url, route_for)
    decision = decide(policy, facts)
    if not decision.allowed:
        return explain(decision, facts, policy, credentials=INCLUDED.get(verdict.credentials))
    if failure.code in {Code.ALLOW_CREDENTIALS_MISSING, Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS}:
        return explained(
            CREDENTIALS_NOT_SUPPORTED,
            "",
            f"{policy.name} ({policy.place}) lets it read without credentials only.",
            allow_credentials(policy, facts),
            policy,
        )
    return None
