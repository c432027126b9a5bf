"""How a write is judged, and the answers that are given in the application's place; for every adapter."""

from collections.abc import Callable
from html import escape
from random import getrandbits
from typing import Final, NamedTuple

from crossguard.adapters.answer import Answer, status_line
from crossguard.adapters.on_refused import Refusal
from crossguard.adapters.reporter import MakeFacts, Reporter, text_of
from crossguard.adapters.watched import WATCHED
from crossguard.core.addresses import address_of
from crossguard.core.content import NOT_JSON, decide_content
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.disputed import DisputedPolicy
from crossguard.core.edits import VARY_WRITE, HeaderEdits, HeaderList, apply_edits, strictly
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.policy import Policy
from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.core.request import RouteMarks, TokenState, WriteFacts
from crossguard.logs import one_line

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
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>Nothing was changed. {detail}</p>
<p>Go back, open the page at its own address, and send the form again. If that does not help, tell the people
who run this site the code <code>{code}</code>.</p>
</body>
</html>
"""
_CRASHED: Final = "The application failed; its log says why."


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


class _Ready(NamedTuple):
    """An answer but for the identifier of the request.

    Attributes:
        status: the HTTP status.
        headers: all header fields.
        template: the body, to be formatted with a number.
    """

    status: int
    headers: HeaderList
    template: bytes

    def answer(self) -> Answer:
        """Return the answer to one request."""
        return Answer(self.status, self.headers.copy(), self.template % getrandbits(64))


def judge(  # noqa: PLR0913, PLR0917 - all of it decides
    governing: Policy,
    rivals: tuple[Policy, ...],
    facts: WriteFacts,
    marks: RouteMarks,
    token: Callable[[], TokenState] | None,
    has_body: Callable[[], bool] | None = None,
) -> Judgement:
    """Judge a write: it must pass the gate of every policy that a reading of its path finds.

    Args:
        governing: whose headers the path gets.
        rivals: every policy that a reading finds; empty where there is one reading.
        facts: the request.
        marks: what the configuration says of its route.
        token: checks the second layer, where there is one.
        has_body: looks for a body that the header does not announce; called only if that decides.
    """
    reason = Reason.SAFE_METHOD
    refusing: list[WriteGate] = []
    for policy in rivals or (governing,):
        gate = policy.compiled.gate
        if gate is None:
            continue
        verdict = decide_write(gate, facts, marks, token, has_body)
        if not verdict.allowed:
            refusing.append(gate)
        reason = verdict.reason
    place = governing
    if refusing and rivals:
        place, reason = DisputedPolicy(rivals), Reason.AMBIGUOUS_PATH
    report_only = all(gate.report_only for gate in refusing)
    return Judgement(not refusing, reason, governing, place, report_only)


def decide_write(
    gate: WriteGate,
    facts: WriteFacts,
    marks: RouteMarks,
    token: Callable[[], TokenState] | None,
    has_body: Callable[[], bool] | None = None,
) -> Verdict:
    """Decide by where a request comes from, and by what it carries; for the arguments see :func:`judge`."""
    verdict = gate.decide(facts, marks, token if gate.may_need_token else None)
    if not verdict.allowed or not gate.json_only or marks.exempt or facts.websocket:
        return verdict
    content = decide_content(facts)
    if content.reason is Reason.NO_BODY and has_body is not None and has_body():
        content = NOT_JSON
    return verdict if content.allowed else content


def tell(
    judged: Judgement, reporter: Reporter | None, facts: MakeFacts, origin: str | None
) -> Refusal | None:
    """Report a refused write and return what the caller is told; None if it is only reported.

    Args:
        judged: why it was refused.
        reporter: tells of it; None for a dry run.
        facts: makes the facts of the request, where they are told.
        origin: the ``Origin`` of the request.
    """
    words = None
    if reporter is not None and reporter.wants_writes():
        decision = Decision(
            Outcome.WRITE_REFUSED, judged.reason, judged.governing.compiled.actual_edits(origin)
        )
        words = reporter.report_write(judged.place, facts, decision, report_only=judged.report_only)
    if judged.report_only:
        return None
    known = REFUSALS[judged.reason]
    return known if words is None else known._replace(detail=text_of(words))


def answer_to(  # noqa: PLR0913 - by name
    judged: Judgement,
    refusal: Refusal,
    origin: str | None,
    *,
    own: Answer | None = None,
    page: bool = False,
    strict: bool = False,
) -> Answer:
    """Return the answer to a refused write or handshake, as it leaves.

    It is problem+json (RFC 9457), or, to a form, a page without script: one with could reload itself, which
    turns a cross-site request into one of the API's own. It sets no cookie, and carries the CORS headers that
    an allowed one would carry: a listed front end can read why. But for the identifier of the request the
    usual one is made once for each reason: a refusal must not cost more than what it refuses.

    Args:
        judged: why it was refused.
        refusal: what the caller is told.
        origin: the ``Origin`` of the request.
        own: the application's own answer, if it gives one.
        page: whether a person will look at the answer.
        strict: whether the method is safe; the gate has then looked at all that a cache must look at.
    """
    edits = judged.governing.compiled.actual_edits(origin)
    if own is not None:
        answer = own
    elif page:
        answer = _page(refusal)
    else:
        known = REFUSALS[judged.reason]
        ready = _READY[judged.reason] if refusal == known else _made(refusal)
        answer = ready.answer()
        if edits.refused and not strict:
            return answer
    edits = strictly(edits) if strict else HeaderEdits(edits.fields, VARY_WRITE)
    return answer._replace(headers=apply_edits(edits, answer.headers)[0])


def crashed(error: Exception, *, debug: bool) -> Answer:
    """Return the answer to a request on which the application failed; without the policy's headers.

    Args:
        error: what the application raised, which is shown to developers only.
        debug: whether a developer is looking.
    """
    if debug and (watched := WATCHED.get()) is not None:
        watched.fail(error)
    detail = f"{crash_text(error)} (the traceback is in the log)" if debug else _CRASHED
    body = problem_body(
        problem(status=500, code="internal-error", title="Internal Server Error", detail=detail)
    )
    return Answer(500, _problem_headers(body), body)


def crash_text(error: Exception) -> str:
    """Return what an exception says, on one line and cut."""
    return one_line(f"{type(error).__name__}: {error}")[:500]


def _refusal_of(reason: Reason) -> Refusal:
    status = 415 if reason is Reason.UNSUPPORTED_MEDIA_TYPE else 403
    return Refusal(reason.value, status, _DETAILS.get(reason, _DETAIL))


def _made(refusal: Refusal) -> _Ready:
    body = _document(refusal, _INSTANCE)
    # The detail stands before it, and may hold the same text: the last one is the identifier.
    before, _, after = body.replace(b"%", b"%%").rpartition(_INSTANCE.encode())
    template = before + b"urn:request:%016x" + after
    headers = _refusal_headers(template % 0)
    return _Ready(refusal.status, headers, template)


def _without_instance(refusal: Refusal) -> tuple[str, HeaderList, bytes]:
    body = _document(refusal)
    return status_line(refusal.status), _refusal_headers(body), body


def _document(refusal: Refusal, instance: str = "") -> bytes:
    document = problem(
        status=refusal.status,
        code=refusal.code,
        title=_TITLES[refusal.status],
        detail=refusal.detail,
        instance=instance,
    )
    # RFC 9457 section 3.1.1: it identifies the problem, in debug as outside, and should lead to its page.
    return problem_body(document | {"type": address_of(refusal.code)})


def _refusal_headers(body: bytes) -> HeaderList:
    return [*_problem_headers(body), ("Vary", ", ".join(VARY_WRITE))]


def _page(refusal: Refusal) -> Answer:
    text = _PAGE.format(title=_TITLES[refusal.status], detail=escape(refusal.detail), code=refusal.code)
    body = text.encode()
    return Answer(
        refusal.status,
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ],
        body,
    )


def _problem_headers(body: bytes) -> HeaderList:
    return [
        ("Content-Type", PROBLEM_JSON),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]


#: What the caller is told, by the reason; in debug with other words.
REFUSALS: Final = {reason: _refusal_of(reason) for reason in Reason}
#: What a refused write of an origin gets that the policy lets read nothing, by the reason.
_READY: Final = {reason: _made(refusal) for reason, refusal in REFUSALS.items()}
#: The same where no log names the request, which then needs no identifier: the status line, the header fields
#: and the body.
SHORT: Final = {reason: _without_instance(refusal) for reason, refusal in REFUSALS.items()}
