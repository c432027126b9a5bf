"""The write gate of an application: asks the policy's gate before anything of Flask runs."""

from typing import TYPE_CHECKING

from flask import Flask

from crossguard.answer import Answer
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.disputed import DisputedPolicy
from crossguard.environ import Environ
from crossguard.environfacts import write_facts_of
from crossguard.flask import reports
from crossguard.flask.tokens import check_token
from crossguard.refusals import decide_write, refused_write

if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.flask.governing import ForGate


def check_write(app: Flask, found: "ForGate", environ: Environ, *, quiet: bool = False) -> Answer | None:
    """Return the answer to a request that may not go on; None if it may.

    Args:
        app: the application.
        found: whose gates are asked.
        environ: the request.
        quiet: whether to tell nobody.
    """
    governing, rivals = found.governing.policy, found.governing.rivals
    if governing is None:
        return None
    refused: list[tuple[Policy, Reason]] = []
    for policy in rivals or (governing,):
        gate = policy.gate
        if gate is None:
            continue
        verdict = decide_write(gate, write_facts_of(environ), found.marks, lambda: check_token(app, environ))
        if not verdict.allowed:
            refused.append((policy, verdict.reason))
    if not refused:
        return None
    place, reason = refused[0]
    if rivals:
        place, reason = DisputedPolicy(rivals), Reason.AMBIGUOUS_PATH
    report_only = all(policy.config.report_only for policy, _ in refused)
    origin = environ.get("HTTP_ORIGIN")
    summary = ""
    if not quiet:
        decision = Decision(Outcome.WRITE_REFUSED, reason, governing.actual_edits(origin))
        summary = reports.report_write(app, place, environ, decision, report_only=report_only)
    if report_only:
        return None
    return refused_write(governing, reason, origin, detail=summary if app.debug else "")
