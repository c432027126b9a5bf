"""Reports: every cross-origin decision to whoever listens, and every refusal as one line in the log."""

from typing import TYPE_CHECKING

from crossguard.core.cors import decide
from crossguard.core.decision import Decision
from crossguard.core.facts import RequestFacts
from crossguard.core.policy import Policy
from crossguard.environ import Environ
from crossguard.environfacts import facts_of
from crossguard.flask.signals import decision_made
from crossguard.logs import logger
from crossguard.reports import log_refused_write, log_replaced, refusal_level, refusal_text

if TYPE_CHECKING:
    from flask import Flask


def level_of(app: "Flask") -> int:
    """Return the level of refusals in the log: a developer is looking for them in debug."""
    return refusal_level(debug=app.debug)


def report(app: "Flask", policy: Policy, environ: Environ, level: int) -> None:
    """Work out the decision in full, send it to whoever listens, and log it if it is a refusal."""
    facts = facts_of(environ)
    decision = decide(policy, facts)
    if not decision.allowed and logger.isEnabledFor(level):
        logger.log(level, "%s", refusal_text(decision, facts, policy))
    _send(app, decision, facts, policy)


def report_write(
    app: "Flask", policy: Policy, environ: Environ, decision: Decision, *, report_only: bool
) -> str:
    """Log a refused write and send it to whoever listens; return the explanation."""
    facts = facts_of(environ)
    text = refusal_text(decision, facts, policy)
    log_refused_write(text, report_only=report_only)
    _send(app, decision, facts, policy)
    return text


def _send(app: "Flask", decision: Decision, facts: RequestFacts, policy: Policy) -> None:
    """Tell whoever listens. A listener that fails is logged, and costs nobody an answer."""
    if not decision_made.receivers:
        return
    try:
        decision_made.send(app, decision=decision, facts=facts, policy=policy)
    except Exception:
        logger.exception("A receiver of decision_made failed")


def report_replaced(policy: Policy, environ: Environ, names: tuple[str, ...]) -> None:
    """Say that the application set headers which the policy owns."""
    log_replaced(policy, facts_of(environ).url, names)
