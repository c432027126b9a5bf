"""The request that is watched for a developer, if any: what is decided about it is told to its record."""

from abc import ABC, abstractmethod
from contextvars import ContextVar
from typing import Final

from crossguard.core.decision import Decision
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts


class Watched(ABC):
    """A record of one request, which is kept in debug."""

    __slots__ = ()

    @abstractmethod
    def decide(self, decision: Decision, facts: RequestFacts, policy: Policy) -> None:
        """Take what was decided, of which facts, and by which policy."""

    @abstractmethod
    def replace(self, names: tuple[str, ...]) -> None:
        """Take the names of header fields that the application had set and the guard has replaced."""

    @abstractmethod
    def fail(self, error: BaseException) -> None:
        """Take the exception that the application raised."""


#: The record of the request at hand; None where nothing is recorded.
WATCHED: Final[ContextVar[Watched | None]] = ContextVar("crossguard-watched", default=None)
