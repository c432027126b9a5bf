"""Reports of an application: those of every adapter, and a signal for its receivers."""

import logging

from flask import Flask

from crossguard.adapters.reporter import Reporter
from crossguard.core.decision import Decision
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.flask.signals import decision_made
from crossguard.logs import logger


class SignalReporter(Reporter):
    """Tells receivers of :data:`decision_made`; who they are may change at any time."""

    __slots__ = ()

    def __init__(self, app: Flask) -> None:
        def send(decision: Decision, facts: RequestFacts, policy: Policy) -> None:
            decision_made.send(app, decision=decision, facts=facts, policy=policy)

        super().__init__(debug=app.debug, on_decision=send)
        if not app.debug:
            self.wants_writes = self._any_receiver

    def _any_receiver(self) -> bool:
        return logger.isEnabledFor(logging.WARNING) or self.listens()

    def listens(self) -> bool:
        """Tell whether there are receivers, or a record."""
        return self.debug or bool(decision_made.receivers)
