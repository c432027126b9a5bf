"""Reports: what the log says of a decision, and the callable that is told."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from crossguard.adapters.watched import WATCHED
from crossguard.core.decide import decide
from crossguard.core.decision import Decision
from crossguard.core.edits import HeaderEdits
from crossguard.core.origins import parse_serialized
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.logs import Limiter, logger, one_line
from crossguard.suffixes import registrable_domain

# The words take 19 ms to import, and are loaded with the first refusal that is logged.
if TYPE_CHECKING:
    from crossguard.explain import Explanation

OnDecision = Callable[[Decision, RequestFacts, Policy], object]
#: Makes the facts of a request, which most refusals do without.
MakeFacts = Callable[[], RequestFacts]


class Reporter:
    """Tells the log, and one callable, what was decided; the same for Flask, WSGI and ASGI.

    Of each policy, reason and site one line a second is written, with the number of those that were left out.
    The words of a line are made when it is written.

    Args:
        debug: whether a developer is looking. In debug refused reads are warnings; otherwise strangers could
            fill the log with warnings, and they are information.
        on_decision: called with every decision about a cross-origin request. It runs in the request:
            keep it short. What it raises is logged and stops nothing.

    Attributes:
        debug: whether a developer is looking.
        wants_writes: tells whether a refused write is reported: to the log, to the callable, or in debug in
            the answer. In the log it is always a warning: unlike a refused read, it is an attempt to change
            something.
    """

    __slots__ = ("_level", "_limiter", "_on_decision", "_replaced", "debug", "wants_writes")

    def __init__(self, *, debug: bool, on_decision: OnDecision | None) -> None:
        self.debug = debug
        self._level = logging.WARNING if debug else logging.INFO
        self._on_decision = on_decision
        self._replaced: set[tuple[str, ...]] = set()
        self._limiter = Limiter()
        self.wants_writes: Callable[[], bool] = partial(logger.isEnabledFor, logging.WARNING)
        if debug or on_decision is not None:
            self.wants_writes = self._always

    @staticmethod
    def _always() -> bool:
        return True

    def listens(self) -> bool:
        """Tell whether a callable is told of every decision, of allowed requests too."""
        return self._on_decision is not None or self.debug

    def wanted(self, *, allowed: bool) -> bool:
        """Tell whether a decision is reported, because working out the reason costs more than the answer."""
        return self.listens() or (not allowed and logger.isEnabledFor(self._level))

    def report(self, policy: Policy, facts: RequestFacts, edits: HeaderEdits | None = None) -> None:
        """Work out why a cross-origin request is answered as it is, log a refusal, and tell it.

        Args:
            policy: what governs the request.
            facts: the request.
            edits: what was decided, where that is known.
        """
        decision = decide(policy, facts, edits)
        if not decision.allowed and logger.isEnabledFor(self._level):
            self._log(self._level, decision, facts, policy)
        self.tell(decision, facts, policy)

    def report_write(
        self, policy: Policy, facts: MakeFacts, decision: Decision, *, report_only: bool
    ) -> "Explanation | None":
        """Log a refused write and tell it; return the words for developers, who read them in the answer."""
        if not self.wants_writes():
            return None
        made = facts()
        if logger.isEnabledFor(logging.WARNING):
            before = "report_only, not refused: " if report_only else ""
            self._log(logging.WARNING, decision, made, policy, before)
        self.tell(decision, made, policy)
        return _explained(decision, made, policy) if self.debug and not report_only else None

    def report_replaced(self, policy: Policy, names: tuple[str, ...], url: Callable[[], str]) -> None:
        """Say once for each set of names that the application set them: enough to find it, and bounded."""
        if self.debug and (watched := WATCHED.get()) is not None:
            watched.replace(names)
        if names not in self._replaced:
            self._replaced.add(names)
            logger.warning(
                "%s",
                one_line(
                    f"{url()} set {', '.join(names)} itself; the policy of {policy.name} "
                    f"({policy.place}) replaced it. Remove it from the view, or put it into the policy."
                ),
            )

    def tell(self, decision: Decision, facts: RequestFacts, policy: Policy) -> None:
        """Tell the record of the request, and call ``on_decision``; what that raises is logged."""
        if self.debug and (watched := WATCHED.get()) is not None:
            watched.decide(decision, facts, policy)
        if self._on_decision is not None and self.listens():
            try:
                self._on_decision(decision, facts, policy)
            except Exception:
                logger.exception("A receiver of decisions failed; the request goes on")

    def _log(
        self, level: int, decision: Decision, facts: RequestFacts, policy: Policy, before: str = ""
    ) -> None:
        left_out = self._limiter.admit((id(policy), before, decision.reason, site_of(facts.origin)))
        if left_out is not None:
            logger.log(level, "%s%s%s", before, text_of(_explained(decision, facts, policy)), left_out)


def site_of(origin: str | None) -> str:
    """Return the registrable domain of an origin, or else its host; empty for what is no origin.

    A stranger can have any number of hosts below one domain for nothing.
    """
    parsed = parse_serialized(origin) if origin else None
    if parsed is None:
        return ""
    if parsed.is_loopback or parsed.is_ip:
        return parsed.host
    return registrable_domain(parsed.host) or parsed.host


def text_of(explanation: "Explanation") -> str:
    """Return a refusal as one line: what happened, what to write, the code, and the address of its page."""
    told = f"{explanation.summary} Fix: {explanation.fix} [{explanation.code}]"
    return f"{one_line(told)} {explanation.address}"


def _explained(decision: Decision, facts: RequestFacts, policy: Policy) -> "Explanation":
    from crossguard.explain import explain  # noqa: PLC0415 - 19 ms

    return explain(decision, facts, policy)


def log_derived_origin(policy: Policy) -> None:
    """Say that the API's own origin is taken from a header."""
    logger.warning(
        "%s (%s) derives the API's own origin from the Host header, which the client "
        'chooses. Write it down: public_origins=["https://api.example.com"].',
        policy.name,
        policy.place,
    )
