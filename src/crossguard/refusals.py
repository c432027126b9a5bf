"""Answers that the library gives in the application's place: refused writes, and crashes."""

import secrets
from collections.abc import Callable
from typing import Final

from crossguard.answer import Answer
from crossguard.core.content import NOT_JSON, decide_content
from crossguard.core.decision import Reason
from crossguard.core.edits import VARY_WRITE, HeaderEdits, HeaderList, apply_edits, strictly
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.policy import Policy
from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.core.write_facts import RouteMarks, TokenState, WriteFacts
from crossguard.logs import one_line
from crossguard.onrefused import Refusal

_TITLES: Final = {403: "Write refused", 415: "Unsupported media type"}
_DETAIL: Final = "Changes are taken from the API's own pages and its listed front ends only."
_DETAILS: Final = {
    Reason.TOKEN_MISSING: "Changes need the token of the session, in the header X-CSRF-Token.",
    Reason.TOKEN_INVALID: "The token is not of this session; fetch it again.",
    Reason.UNSUPPORTED_MEDIA_TYPE: "This address takes JSON: send Content-Type: application/json.",
}
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


def decide_write(
    gate: WriteGate,
    facts: WriteFacts,
    marks: RouteMarks,
    token: Callable[[], TokenState] | None,
    has_body: Callable[[], bool] | None = None,
) -> Verdict:
    """Decide whether a request may change something, by where it comes from and by what it carries.

    Args:
        gate: who may write.
        facts: the request.
        marks: what the configuration says of its route.
        token: checks the second layer, where there is one.
        has_body: looks for a body that the header does not announce; called only if that decides.
    """
    verdict = gate.decide(facts, marks, token if gate.may_need_token else None)
    if not verdict.allowed or not gate.json_only or marks.exempt or facts.websocket:
        return verdict
    content = decide_content(facts)
    if content.reason is Reason.NO_BODY and has_body is not None and has_body():
        content = NOT_JSON
    return verdict if content.allowed else content


def refusal_of(reason: Reason, *, detail: str = "") -> Refusal:
    """Return what the caller is told: *detail* for developers, a text for everybody without one."""
    status = 415 if reason is Reason.UNSUPPORTED_MEDIA_TYPE else 403
    return Refusal(reason.value, status, detail or _DETAILS.get(reason, _DETAIL))


def refused_write(refusal: Refusal, *, page: bool = False) -> Answer:
    """Return the answer to a refused write or handshake, which :func:`leaving` completes.

    It is problem+json (RFC 9457), or, to a form, a page without script: one with could reload itself, which
    turns a cross-site request into one of the API's own. It sets no cookie.

    Args:
        refusal: why.
        page: whether a person will look at it.
    """
    if page:
        return _page(refusal)
    body = problem_body(
        problem(
            status=refusal.status,
            code=refusal.code,
            title=_TITLES[refusal.status],
            detail=refusal.detail,
            instance=f"urn:request:{secrets.token_hex(8)}",
        )
    )
    return Answer(refusal.status, _problem_headers(body), body)


def leaving(answer: Answer, policy: Policy, origin: str | None, *, strict: bool = False) -> Answer:
    """Return the *answer* to a refused write as it leaves.

    It carries the CORS headers that an allowed one would carry, so that a listed front end can read why.

    Args:
        answer: what is said.
        policy: what governs the URL.
        origin: the ``Origin`` of the request.
        strict: whether the method is safe, for which the gate has looked at all that a cache must look at.
    """
    edits = policy.actual_edits(origin)
    edits = strictly(edits) if strict else HeaderEdits(edits.fields, VARY_WRITE)
    headers, _ = apply_edits(edits, answer.headers)
    return answer._replace(headers=headers)


def _page(refusal: Refusal) -> Answer:
    # Few refused requests are forms.
    from html import escape  # noqa: PLC0415

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
