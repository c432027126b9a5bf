"""Reports: every cross-origin decision as a signal, and every refusal as one line in the log."""

from typing import TYPE_CHECKING, Final

from blinker import Namespace

from crossguard.core.cors import decide
from crossguard.core.decision import Decision
from crossguard.core.facts import RequestFacts
from crossguard.core.policy import Policy
from crossguard.environ import Environ, facts_of
from crossguard.logs import logger, one_line
from crossguard.reports import log_refused_write, log_replaced, refusal_level, refusal_text

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "decision_made",
    "level_of",
    "logger",
    "one_line",
    "report",
    "report_if_wanted",
    "report_replaced",
    "report_write",
    "wanted",
]

#: Sent for every request that carries an ``Origin``, with the application as sender and ``decision``,
#: ``facts`` and ``policy`` as keywords. Receivers run in the request: keep them short.
decision_made: Final = Namespace().signal("crossguard-decision-made")


def level_of(app: "Flask") -> int:
    """Return the level of refusals in the log: a developer is looking for them in debug."""
    return refusal_level(debug=app.debug)


def wanted(level: int, *, allowed: bool) -> bool:
    """Tell whether anybody listens, because working out the reason costs more than the answer."""
    return bool(decision_made.receivers) or (not allowed and logger.isEnabledFor(level))


def report_if_wanted(app: "Flask", policy: Policy, environ: Environ, level: int, *, allowed: bool) -> None:
    """Report a decision, if anybody listens."""
    if wanted(level, allowed=allowed):
        report(app, policy, environ, level)


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
