"""The write gate of an application: asks the policy's gate before anything of Flask runs."""

import secrets
from collections.abc import Iterable
from typing import Final

from flask import Flask

from crossguard.core.content import decide_content
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderList, apply_edits
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.policy import Policy
from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.core.write_facts import RouteMarks
from crossguard.flask import reports
from crossguard.flask.table import Table
from crossguard.flask.tokens import check_token
from crossguard.wsgi import Environ, StartResponse, write_facts_of

_STATUS_LINES: Final = {403: "403 Forbidden", 415: "415 Unsupported Media Type"}
_TITLES: Final = {403: "Write refused", 415: "Unsupported media type"}
_DETAIL: Final = "Changes are taken from the API's own pages and its listed front ends only."
_DETAILS: Final = {
    Reason.TOKEN_MISSING: "Changes need the token of the session, in the header X-CSRF-Token.",
    Reason.TOKEN_INVALID: "The token is not of this session; fetch it again.",
    Reason.UNSUPPORTED_MEDIA_TYPE: "This address takes JSON: send Content-Type: application/json.",
}


class WriteRefusal:
    """A WSGI application that answers a refused write, and a refused WebSocket handshake.

    The answer is problem+json (RFC 9457) and never a page: a page with script could reload itself,
    which turns a cross-site request into one of the API's own. It carries the CORS headers that an
    allowed answer would carry, so that a listed front end can read why, and sets no cookie.
    """

    def __init__(self, policy: Policy, verdict: Verdict, *, debug_detail: str = "") -> None:
        self._policy = policy
        self._verdict = verdict
        self._detail = debug_detail

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request without reading its body."""
        status = 415 if self._verdict.reason is Reason.UNSUPPORTED_MEDIA_TYPE else 403
        body = problem_body(
            problem(
                status=status,
                code=self._verdict.reason.value,
                title=_TITLES[status],
                detail=self._detail or _DETAILS.get(self._verdict.reason, _DETAIL),
                instance=f"urn:request:{secrets.token_hex(8)}",
            )
        )
        headers: HeaderList = [
            ("Content-Type", PROBLEM_JSON),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Vary", "Origin, Sec-Fetch-Site"),
        ]
        headers, _ = apply_edits(self._policy.actual_edits(environ.get("HTTP_ORIGIN")), headers)
        start_response(_STATUS_LINES[status], headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def check_write(app: Flask, table: Table, environ: Environ) -> WriteRefusal | None:
    """Return what answers a request that may not go on; None if it may."""
    policy, marks = table.for_gate(environ)
    if policy is None:
        return None
    gate = policy.gate
    if gate is None:
        return None
    verdict = _decide(app, gate, environ, marks)
    if verdict.allowed:
        return None
    edits = policy.actual_edits(environ.get("HTTP_ORIGIN"))
    decision = Decision(Outcome.WRITE_REFUSED, verdict.reason, edits)
    summary = reports.report_write(app, policy, environ, decision, report_only=gate.report_only)
    if gate.report_only:
        return None
    return WriteRefusal(policy, verdict, debug_detail=summary if app.debug else "")


def _decide(app: Flask, gate: WriteGate, environ: Environ, marks: RouteMarks) -> Verdict:
    facts = write_facts_of(environ)
    token = (lambda: check_token(app, environ)) if gate.may_need_token else None
    verdict = gate.decide(facts, marks, token)
    if not verdict.allowed or not gate.json_only or marks.exempt or facts.websocket:
        return verdict
    content = decide_content(facts)
    return verdict if content.allowed else content
