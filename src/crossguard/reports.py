"""Reports: what the log says of a decision, and who else is told."""

import logging
from collections.abc import Callable

from crossguard.core.cors import decide
from crossguard.core.decision import Decision
from crossguard.core.facts import RequestFacts
from crossguard.core.policy import Policy
from crossguard.logs import logger, one_line

OnDecision = Callable[[Decision, RequestFacts, Policy], object]


def refusal_level(*, debug: bool) -> int:
    """Return the level of refusals in the log.

    In debug they are warnings, because the developer is looking for them. Otherwise strangers could
    fill the log with warnings, and they are information.
    """
    return logging.WARNING if debug else logging.INFO


def refusal_text(decision: Decision, facts: RequestFacts, policy: Policy) -> str:
    """Return the line about a refusal: what happened, what to write, and the code."""
    # The words are loaded with the first refusal that somebody reads.
    from crossguard.explain import explain  # noqa: PLC0415

    explanation = explain(decision, facts, policy)
    return one_line(f"{explanation.summary} Fix: {explanation.fix} [{explanation.code}]")


def log_refused_write(text: str, *, report_only: bool) -> None:
    """Log a refused write; always a warning: unlike a refused read, it is an attempt to change something."""
    logger.warning("%s%s", "report_only, not refused: " if report_only else "", text)


def log_replaced(policy: Policy, url: str, names: tuple[str, ...]) -> None:
    """Say that the application set headers which the policy owns."""
    logger.warning(
        "%s",
        one_line(
            f"{url} set {', '.join(names)} itself; the policy of {policy.name} "
            f"({policy.declared}) replaced it. Remove it from the view, or put it into the policy."
        ),
    )


def log_derived_origin(policy: Policy) -> None:
    """Say that the API's own origin is taken from a header."""
    logger.warning(
        "%s (%s) derives the API's own origin from the Host header, which is whatever a client "
        'sends. Write it down: public_origins=["https://api.example.com"].',
        policy.name,
        policy.declared,
    )


class Reporter:
    """Tells the log, and one callable, what was decided.

    Args:
        debug: whether a developer is looking.
        on_decision: called with every decision about a cross-origin request. It runs in the request:
            keep it short. What it raises is logged and stops nothing.
    """

    __slots__ = ("_level", "_on_decision", "_replaced", "listens")

    def __init__(self, *, debug: bool, on_decision: OnDecision | None) -> None:
        self._level = refusal_level(debug=debug)
        self._on_decision = on_decision
        #: Whether somebody is told of what was allowed, too.
        self.listens = on_decision is not None
        self._replaced: set[tuple[str, ...]] = set()

    def wanted(self, *, allowed: bool) -> bool:
        """Tell whether anybody listens, because working out the reason costs more than the answer."""
        return self.listens or (not allowed and logger.isEnabledFor(self._level))

    def report(self, policy: Policy, facts: RequestFacts) -> None:
        """Work out the decision about a cross-origin request in full, log a refusal, and tell it."""
        decision = decide(policy, facts)
        if not decision.allowed and logger.isEnabledFor(self._level):
            logger.log(self._level, "%s", refusal_text(decision, facts, policy))
        self.tell(decision, facts, policy)

    def report_write(
        self, policy: Policy, facts: RequestFacts, decision: Decision, *, report_only: bool
    ) -> str:
        """Log a refused write and tell it; return the explanation."""
        text = refusal_text(decision, facts, policy)
        log_refused_write(text, report_only=report_only)
        self.tell(decision, facts, policy)
        return text

    def report_replaced(self, policy: Policy, names: tuple[str, ...], url: Callable[[], str]) -> None:
        """Say once for each set of names that the application set them: enough to find it, and bounded."""
        if names not in self._replaced:
            self._replaced.add(names)
            log_replaced(policy, url(), names)

    def tell(self, decision: Decision, facts: RequestFacts, policy: Policy) -> None:
        """Tell whoever listens."""
        if self._on_decision is not None:
            try:
                self._on_decision(decision, facts, policy)
            except Exception:
                logger.exception("on_decision failed; the request goes on")
