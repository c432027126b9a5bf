"""Whether this process can answer: its database does, and its list of front ends is followed."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Final

import sqlalchemy as sa

# Longer than any answer of a database that could be worked with, shorter than a load balancer waits.
_SECONDS_TO_ANSWER: Final = 2.0
# The version of the list is asked for four times a second.
_SECONDS_UNTIL_STALE: Final = 15.0


class Readiness:
    """Asks the database with one thread, however often it is asked itself.

    Args:
        engine: of the database.
        list_answered_at: returns when the list of front ends was last heard of, by the monotonic clock; None
            before the first time.
    """

    def __init__(self, engine: sa.Engine, list_answered_at: Callable[[], float | None]) -> None:
        self._engine = engine
        self._list_answered_at = list_answered_at
        self._lock = threading.Lock()
        self._asking: Future[str] | None = None
        self._thread: ThreadPoolExecutor | None = None

    def troubles(self) -> dict[str, str]:
        """Return what keeps the process from answering, by part; empty if it is ready."""
        parts = {"database": self._about_the_database(), "front_ends": self._about_the_list()}
        return {part: trouble for part, trouble in parts.items() if trouble}

    def close(self) -> None:
        """Ask no more."""
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _about_the_database(self) -> str:
        with self._lock:
            # A question that has no answer yet is not asked again: threads and connections would pile up.
            if self._asking is None or self._asking.done():
                self._thread = self._thread or ThreadPoolExecutor(1, "crossguard-readiness")
                self._asking = self._thread.submit(self._ask)
            asking = self._asking
        try:
            return asking.result(_SECONDS_TO_ANSWER)
        except TooLate:
            return f"does not answer within {_SECONDS_TO_ANSWER:g} seconds"

    def _ask(self) -> str:
        try:
            with self._engine.connect() as connection:
                connection.execute(sa.text("SELECT 1 FROM alembic_version"))
        except sa.exc.SQLAlchemyError:
            return "cannot be reached, or is not migrated"
        return ""

    def _about_the_list(self) -> str:
        answered = self._list_answered_at()
        if answered is None:
            return "the list has not been read yet"
        silent = time.monotonic() - answered
        return f"the list was last heard of {silent:.0f} seconds ago" if silent > _SECONDS_UNTIL_STALE else ""
