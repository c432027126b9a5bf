"""Reports: every cross-origin decision as a signal, and every refusal as one line in the log."""

import logging
from typing import TYPE_CHECKING, Final

from blinker import Namespace

from crossguard.core.cors import decide
from crossguard.core.policy import Policy
from crossguard.explain import explain
from crossguard.wsgi import Environ, facts_of

if TYPE_CHECKING:
    from flask import Flask

logger: Final = logging.getLogger("crossguard")

#: Sent for every request that carries an ``Origin``, with the application as sender and ``decision``,
#: ``facts`` and ``policy`` as keywords. Receivers run in the request: keep them short.
decision_made: Final = Namespace().signal("crossguard-decision-made")


def wanted(app: "Flask", *, allowed: bool) -> bool:
    """Tell whether anybody listens, because working out the reason costs more than the answer."""
    return bool(decision_made.receivers) or (not allowed and logger.isEnabledFor(_level(app)))


def report(app: "Flask", policy: Policy, environ: Environ) -> None:
    """Work out the decision in full, send it to whoever listens, and log it if it is a refusal.

    In debug the line is a warning, because the developer is looking for it; otherwise strangers could
    fill the log with warnings, and it is information.
    """
    facts = facts_of(environ)
    decision = decide(policy, facts)
    level = _level(app)
    if not decision.allowed and logger.isEnabledFor(level):
        explanation = explain(decision, facts, policy)
        logger.log(
            level, "%s", one_line(f"{explanation.summary} Fix: {explanation.fix} [{explanation.code}]")
        )
    if decision_made.receivers:
        decision_made.send(app, decision=decision, facts=facts, policy=policy)


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


def _level(app: "Flask") -> int:
    return logging.WARNING if app.debug else logging.INFO
