"""Answers that the library gives in the application's place: refused writes, and crashes."""

from collections.abc import Callable
from random import getrandbits
from typing import Final, NamedTuple

from crossguard.answer import STATUS_LINES, Answer
from crossguard.core.content import decide_content
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.disputed import DisputedPolicy
from crossguard.core.edits import REFUSED_EDITS, HeaderList, apply_edits
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.policy import Policy
from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.core.write_facts import RouteMarks, TokenState, WriteFacts
from crossguard.logs import one_line
from crossguard.reports import MakeFacts, Reporter, text_of

_TITLES: Final = {403: "Write refused", 415: "Unsupported media type"}
_DETAIL: Final = "Changes are taken from the API's own pages and its listed front ends only."
_DETAILS: Final = {
    Reason.TOKEN_MISSING: "Changes need the token of the session, in the header X-CSRF-Token.",
    Reason.TOKEN_INVALID: "The token is not of this session; fetch it again.",
    Reason.UNSUPPORTED_MEDIA_TYPE: "This address takes JSON: send Content-Type: application/json.",
    Reason.AMBIGUOUS_PATH: "The path can be read in more than one way; send it as it is routed.",
}
# Stands for the identifier of a request, which is no secret and differs from all others of a process and of
# those that were forked off.
_INSTANCE: Final = "urn:request:{}"


class Ready(NamedTuple):
    """An answer but for the identifier of the request.

    Attributes:
        status: the HTTP status.
        line: the status as WSGI writes it.
        headers: all header fields.
        template: the body, to be formatted with a number.
    """

    status: int
    line: str
    headers: HeaderList
    template: bytes

    def answer(self) -> Answer:
        """Return the answer to one request."""
        return Answer(self.status, self.headers.copy(), self.template % getrandbits(64))


_CRASHED: Final = "The application failed; its log says why."


def decide_write(
    gate: WriteGate,
    facts: WriteFacts,
    marks: RouteMarks,
    token: Callable[[], TokenState] | None,
) -> Verdict:
    """Decide whether a request may change something, by where it comes from and by what it carries."""
    verdict = gate.decide(facts, marks, token if gate.may_need_token else None)
    if not verdict.allowed or not gate.json_only or marks.exempt or facts.websocket:
        return verdict
    content = decide_content(facts)
    return verdict if content.allowed else content


class Judgement(NamedTuple):
    """Whether a write may go on, and why.

    Attributes:
        allowed: whether it may.
        reason: why.
        governing: whose headers the answer gets.
        place: whose names the words carry: those of every policy that a reading of the path finds.
        report_only: whether a refusal is only reported.
    """

    allowed: bool
    reason: Reason
    governing: Policy
    place: Policy
    report_only: bool


def judge(
    governing: Policy,
    rivals: tuple[Policy, ...],
    facts: WriteFacts,
    marks: RouteMarks,
    token: Callable[[], TokenState] | None,
) -> Judgement:
    """Judge a write; it must pass the gate of every policy that a reading of its path finds.

    Args:
        governing: whose headers the path gets.
        rivals: every policy that a reading finds; empty where there is one reading.
        facts: the request.
        marks: what the configuration says of its route.
        token: checks the second layer, where there is one.
    """
    reason = Reason.SAFE_METHOD
    refusing: list[WriteGate] = []
    for policy in rivals or (governing,):
        gate = policy.now.gate
        if gate is None:
            continue
        verdict = decide_write(gate, facts, marks, token)
        if not verdict.allowed:
            refusing.append(gate)
        reason = verdict.reason
    place = governing
    if refusing and rivals:
        place, reason = DisputedPolicy(rivals), Reason.AMBIGUOUS_PATH
    report_only = all(gate.report_only for gate in refusing)
    return Judgement(not refusing, reason, governing, place, report_only)


def refuse(
    judged: Judgement, reporter: Reporter | None, facts: MakeFacts, origin: str | None
) -> Answer | None:
    """Report a refused write and return the answer to it; None if it is only reported.

    Args:
        judged: why it was refused.
        reporter: tells of it; None for a dry run.
        facts: makes the facts of the request, where they are told.
        origin: the ``Origin`` of the request.
    """
    policy, report_only = judged.governing, judged.report_only
    detail = ""
    if reporter is not None and reporter.wants_writes():
        decision = Decision(Outcome.WRITE_REFUSED, judged.reason, policy.now.actual_edits(origin))
        explanation = reporter.report_write(judged.place, facts, decision, report_only=report_only)
        detail = "" if explanation is None else text_of(explanation)
    return None if report_only else refused_write(policy, judged.reason, origin, detail=detail)


def refused_write(policy: Policy, reason: Reason, origin: str | None, *, detail: str = "") -> Answer:
    """Return the answer to a refused write, and to a refused WebSocket handshake.

    It is problem+json (RFC 9457) and never a page: a page with script could reload itself, which turns a
    cross-site request into one of the API's own. It carries the CORS headers that an allowed answer
    would carry, so that a listed front end can read why, and sets no cookie. But for the identifier of the
    request it is made once for each reason: a refusal must not cost more than what it refuses.

    Args:
        policy: what governs the URL.
        reason: why it was refused.
        origin: the ``Origin`` of the request.
        detail: what happened, for developers; without, a text for everybody.
    """
    answer = (_made(reason, detail) if detail else READY[reason]).answer()
    edits = policy.now.actual_edits(origin)
    if edits is REFUSED_EDITS:
        return answer
    return answer._replace(headers=apply_edits(edits, answer.headers)[0])


def _problem_headers(body: bytes) -> HeaderList:
    return [
        ("Content-Type", PROBLEM_JSON),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]


def _made(reason: Reason, detail: str) -> Ready:
    status = 415 if reason is Reason.UNSUPPORTED_MEDIA_TYPE else 403
    body = problem_body(
        problem(
            status=status,
            code=reason.value,
            title=_TITLES[status],
            detail=detail or _DETAILS.get(reason, _DETAIL),
            instance=_INSTANCE,
        )
    )
    before, after = body.replace(b"%", b"%%").split(_INSTANCE.encode())
    template = before + b"urn:request:%016x" + after
    headers = _problem_headers(template % 0)
    return Ready(status, STATUS_LINES[status], [*headers, ("Vary", "Origin, Sec-Fetch-Site")], template)


#: What a refused write of an origin gets that the policy lets read nothing, by the reason.
READY: Final = {reason: _made(reason, "") for reason in Reason}


def crashed(error: Exception, *, debug: bool) -> Answer:
    """Return the answer to a request on which the application failed; without the policy's headers.

    Args:
        error: what the application raised, which is shown to developers only.
        debug: whether a developer is looking.
    """
    detail = f"{crash_text(error)} (the traceback is in the log)" if debug else _CRASHED
    body = problem_body(
        problem(status=500, code="internal-error", title="Internal Server Error", detail=detail)
    )
    return Answer(500, _problem_headers(body), body)


def crash_text(error: Exception) -> str:
    """Return what an exception says, on one line and cut."""
    return one_line(f"{type(error).__name__}: {error}")[:500]
