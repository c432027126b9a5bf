"""The write gate of an application: asks the policy's gate before anything of Flask runs."""

from typing import TYPE_CHECKING

from flask import Flask

from crossguard.answer import Answer
from crossguard.core.decision import Decision, Outcome
from crossguard.core.facts import wants_page
from crossguard.core.names import SAFE_METHODS
from crossguard.environ import Environ, brings_body
from crossguard.environfacts import is_websocket, write_facts_of
from crossguard.flask import reports
from crossguard.flask.refused import answer_of_handler
from crossguard.flask.tokens import check_token
from crossguard.refusals import decide_write, leaving, refusal_of, refused_write

if TYPE_CHECKING:
    from crossguard.flask.table import Table


def check_write(app: Flask, table: "Table", environ: Environ) -> Answer | None:
    """Return the answer to a request that may not go on; None if it may."""
    policy, marks = table.for_gate(environ)
    if policy is None:
        return None
    gate = policy.gate
    if gate is None:
        return None
    verdict = decide_write(
        gate,
        write_facts_of(environ),
        marks,
        lambda: check_token(app, environ),
        lambda: brings_body(environ),
    )
    if verdict.allowed:
        return None
    origin = environ.get("HTTP_ORIGIN")
    decision = Decision(Outcome.WRITE_REFUSED, verdict.reason, policy.actual_edits(origin))
    summary = reports.report_write(app, policy, environ, decision, report_only=gate.report_only)
    if gate.report_only:
        return None
    refusal = refusal_of(verdict.reason, detail=summary if app.debug else "")
    answer = answer_of_handler(app, environ, refusal) or refused_write(
        refusal, page=wants_page(environ.get("HTTP_SEC_FETCH_MODE"), environ.get("HTTP_ACCEPT"))
    )
    strict = environ["REQUEST_METHOD"] in SAFE_METHODS and not is_websocket(environ)
    return leaving(answer, policy, origin, strict=strict)
