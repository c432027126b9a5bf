"""Answers that the library gives in the application's place: refused writes, and crashes."""

import secrets
from collections.abc import Callable
from typing import Final

from crossguard.answer import Answer
from crossguard.core.content import decide_content
from crossguard.core.decision import Reason
from crossguard.core.edits import HeaderList, apply_edits
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.policy import Policy
from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.core.write_facts import RouteMarks, TokenState, WriteFacts
from crossguard.logs import one_line

_TITLES: Final = {403: "Write refused", 415: "Unsupported media type"}
_DETAIL: Final = "Changes are taken from the API's own pages and its listed front ends only."
_DETAILS: Final = {
    Reason.TOKEN_MISSING: "Changes need the token of the session, in the header X-CSRF-Token.",
    Reason.TOKEN_INVALID: "The token is not of this session; fetch it again.",
    Reason.UNSUPPORTED_MEDIA_TYPE: "This address takes JSON: send Content-Type: application/json.",
    Reason.AMBIGUOUS_PATH: "The path can be read in more than one way; send it as it is routed.",
}
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


def refused_write(policy: Policy, reason: Reason, origin: str | None, *, detail: str = "") -> Answer:
    """Return the answer to a refused write, and to a refused WebSocket handshake.

    It is problem+json (RFC 9457) and never a page: a page with script could reload itself, which turns a
    cross-site request into one of the API's own. It carries the CORS headers that an allowed answer
    would carry, so that a listed front end can read why, and sets no cookie.

    Args:
        policy: what governs the URL.
        reason: why it was refused.
        origin: the ``Origin`` of the request.
        detail: what happened, for developers; without, a text for everybody.
    """
    status = 415 if reason is Reason.UNSUPPORTED_MEDIA_TYPE else 403
    body = problem_body(
        problem(
            status=status,
            code=reason.value,
            title=_TITLES[status],
            detail=detail or _DETAILS.get(reason, _DETAIL),
            instance=f"urn:request:{secrets.token_hex(8)}",
        )
    )
    headers, _ = apply_edits(
        policy.actual_edits(origin), [*_problem_headers(body), ("Vary", "Origin, Sec-Fetch-Site")]
    )
    return Answer(status, headers, body)


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


def _problem_headers(body: bytes) -> HeaderList:
    return [
        ("Content-Type", PROBLEM_JSON),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
