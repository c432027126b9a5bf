"""Reports: every cross-origin decision as a signal, and every refusal as one line in the log."""

import logging
from typing import TYPE_CHECKING, Final

from blinker import Namespace

from crossguard.core.cors import decide
from crossguard.core.decision import Decision
from crossguard.core.policy import Policy
from crossguard.explain import explain
from crossguard.wsgi import Environ, facts_of

if TYPE_CHECKING:
    from flask import Flask

logger: Final = logging.getLogger("crossguard")

#: Sent for every request that carries an ``Origin``, with the application as sender and ``decision``,
#: ``facts`` and ``policy`` as keywords. Receivers run in the request: keep them short.
decision_made: Final = Namespace().signal("crossguard-decision-made")


def level_of(app: "Flask") -> int:
    """Return the level of refusals in the log.

    In debug they are warnings, because the developer is looking for them. Otherwise strangers could
    fill the log with warnings, and they are information.
    """
    return logging.WARNING if app.debug else logging.INFO


def wanted(level: int, *, allowed: bool) -> bool:
    """Tell whether anybody listens, because working out the reason costs more than the answer."""
    return bool(decision_made.receivers) or (not allowed and logger.isEnabledFor(level))


def report(app: "Flask", policy: Policy, environ: Environ, level: int) -> None:
    """Work out the decision in full, send it to whoever listens, and log it if it is a refusal."""
    facts = facts_of(environ)
    decision = decide(policy, facts)
    if not decision.allowed and logger.isEnabledFor(level):
        explanation = explain(decision, facts, policy)
        logger.log(
            level, "%s", one_line(f"{explanation.summary} Fix: {explanation.fix} [{explanation.code}]")
        )
    if decision_made.receivers:
        decision_made.send(app, decision=decision, facts=facts, policy=policy)


def report_write(
    app: "Flask", policy: Policy, environ: Environ, decision: Decision, *, report_only: bool
) -> str:
    """Log a refused write and send it to whoever listens; return the explanation.

    Always a warning: unlike a refused read, it is an attempt to change something.
    """
    facts = facts_of(environ)
    explanation = explain(decision, facts, policy)
    text = one_line(f"{explanation.summary} Fix: {explanation.fix} [{explanation.code}]")
    logger.warning("%s%s", "report_only, not refused: " if report_only else "", text)
    if decision_made.receivers:
        decision_made.send(app, decision=decision, facts=facts, policy=policy)
    return text


def report_replaced(policy: Policy, environ: Environ, names: tuple[str, ...]) -> None:
    """Say that the application set headers which the policy owns."""
    logger.warning(
        "%s",
        one_line(
            f"{facts_of(environ).url} set {', '.join(names)} itself; the policy of {policy.name} "
            f"({policy.declared}) replaced it. Remove it from the view, or put it into the policy."
        ),
    )


def one_line(text: str) -> str:
    """Escape everything that could start a new line or steer a terminal (CVE-2024-1681)."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
