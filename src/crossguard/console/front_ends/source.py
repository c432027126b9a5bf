"""The front ends that administrators list, as the source that the policy follows."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from crossguard.console.models import FrontEndOrigin
from crossguard.sql import SqlOrigins


class FrontEnds(SqlOrigins):
    """The table of front ends, as every process of the application follows it.

    Args:
        engine: the application's.
        written: the origins of the configuration, normalised.
        page: where administrators change the list; the log and the explanations name it.
        keep: a file for the last known list.

    Attributes:
        written: as given.
        answered_at: when the database last told the version, by the monotonic clock; None before that.
    """

    def __init__(self, engine: sa.Engine, *, written: Sequence[str], page: str, keep: Path) -> None:
        super().__init__(engine, model=FrontEndOrigin, keep=keep)
        self.written = tuple(written)
        self._page = page
        self._asking = threading.Lock()
        self._closed = False
        self._last: object = None
        self.answered_at: float | None = None

    def version(self) -> object:
        """Return the version of the list; after :meth:`close` the last one, without asking."""
        with self._asking:
            if not self._closed:
                self._last = super().version()
                self.answered_at = time.monotonic()
            return self._last

    def read(self) -> list[str]:
        """Return the rows."""
        with self._asking:
            return super().read()

    def close(self, timeout: float) -> None:
        """Ask the database no more, so that its connections can be closed.

        Args:
            timeout: seconds to wait for an answer that is under way.
        """
        is_idle = self._asking.acquire(timeout=timeout)
        self._closed = True
        if is_idle:
            self._asking.release()

    def after_fork(self) -> None:
        """Let go of what the parent's thread holds."""
        self._asking = threading.Lock()
        super().after_fork()

    def __str__(self) -> str:
        return f"the front ends at {self._page} or in CROSSGUARD_ORIGINS"
