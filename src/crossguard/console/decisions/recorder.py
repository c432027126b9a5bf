"""Takes decisions off the request path: a bounded queue, emptied in batches by one thread."""

import atexit
import logging
import os
import time
import weakref
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from crossguard import Decision, Policy, RequestFacts
from crossguard.console.decisions.feed import Feed
from crossguard.console.decisions.observation import OUTCOMES, Observation, bounded_facts, to_row
from crossguard.console.decisions.store import DecisionStore
from crossguard.console.explain.probe import is_probing
from crossguard.console.models import utc_now

logger: Final = logging.getLogger("crossguard.console")

_BATCH: Final = 200
# How long the first decision of a batch waits for others: pages see it "at once", a busy server writes
# ten times a second instead of a thousand times.
_SECONDS_TO_GATHER: Final = 0.1
_FIRST_DELAY: Final = 0.5
_LONGEST_DELAY: Final = 30.0
_SECONDS_AT_EXIT: Final = 2.0


class Recorder:
    """Records decisions; a receiver for `crossguard.flask.decision_made`.

    The thread starts with the first decision, in the process that makes it, so that servers may fork
    after the application was built.

    Args:
        store: where decisions go.
        feed: who is told once they are stored.
        queue_size: how many may wait; further ones are dropped and counted.
    """

    def __init__(self, store: DecisionStore, feed: Feed, queue_size: int) -> None:
        self._store = store
        self._feed = feed
        self._queue_size = queue_size
        self._closed = False
        self._start_anew()
        _recorders.add(self)

    def _start_anew(self) -> None:
        self._queue: Queue[Observation | Event] = Queue(self._queue_size)
        self._lock = Lock()
        self._stopping = Event()
        self._thread: Thread | None = None
        self._dropped = 0
        self._failing = False

    @property
    def dropped(self) -> int:
        """How many decisions were not stored since the process started."""
        return self._dropped

    def receive(
        self, _sender: object, *, decision: Decision, facts: RequestFacts, policy: Policy, **_: Any
    ) -> None:
        """Queue a decision. Never waits and never raises; runs in the request."""
        if decision.outcome not in OUTCOMES or is_probing():
            return
        if self._thread is None:
            self._start()
        if self._closed:
            self._drop(1)
            return
        try:
            self._queue.put_nowait(Observation(utc_now(), decision, bounded_facts(facts), policy))
        except Full:
            self._drop(1)

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything queued so far is stored or given up.

        Returns:
            Whether that happened within *timeout* seconds.
        """
        if self._thread is None:
            return True
        written = Event()
        deadline = time.monotonic() + timeout
        try:
            self._queue.put(written, timeout=timeout)
        except Full:
            return False
        return written.wait(max(0.0, deadline - time.monotonic()))

    def stop(self, timeout: float = 5.0) -> bool:
        """Store what is queued, end the thread, and drop what comes later.

        Returns:
            Whether the thread ended within *timeout* seconds.
        """
        self._closed = True
        self._stopping.set()
        thread = self._thread
        if thread is None or not thread.is_alive():
            return True
        # Wakes the thread if it waits; if the queue is full, it does not.
        with suppress(Full):
            self._queue.put_nowait(Event())
        thread.join(timeout)
        return not thread.is_alive()

    def reset_after_fork(self) -> None:
        """Start anew in a forked process: the thread is in the other one, and so is what it waits for."""
        self._start_anew()
        self._feed.reset_after_fork()
        # Connections cannot be shared. close=False: closing would end the other process's, too.
        self._store.engine.dispose(close=False)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = Thread(target=self._run, name="crossguard-recorder", daemon=True)
                self._thread.start()

    def _drop(self, count: int) -> None:
        with self._lock:
            self._dropped += count

    def _run(self) -> None:
        while True:
            observations, waiting = self._gather()
            if observations:
                self._write(observations)
            for event in waiting:
                event.set()
            if self._stopping.is_set() and self._queue.empty():
                return

    def _gather(self) -> tuple[list[Observation], list[Event]]:
        """Return the next decisions, and who waits for them to be stored."""
        observations: list[Observation] = []
        waiting: list[Event] = []
        deadline: float | None = None
        while len(observations) < _BATCH:
            remaining = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                item = self._queue.get(timeout=0 if self._stopping.is_set() else remaining)
            except Empty:
                break
            if isinstance(item, Event):
                waiting.append(item)
                break
            if not observations:
                deadline = time.monotonic() + _SECONDS_TO_GATHER
            observations.append(item)
        return observations, waiting

    def _write(self, observations: list[Observation]) -> None:
        """Store a batch, however long the database is away; publish it once it is stored."""
        delay = _FIRST_DELAY
        while True:
            try:
                self._store.write([to_row(observation) for observation in observations])
            except (OperationalError, InterfaceError, PoolTimeoutError) as error:
                self._report_failure("The database does not take decisions and will be tried again", error)
                if self._stopping.wait(delay):
                    self._drop(len(observations))
                    return
                delay = min(delay * 2, _LONGEST_DELAY)
            except Exception as error:  # noqa: BLE001 - the thread has to outlive every batch
                # Trying again would fail again, and hold up everything behind it.
                self._report_failure("A batch of decisions could not be stored and was dropped", error)
                self._drop(len(observations))
                return
            else:
                break
        if self._failing:
            self._failing = False
            logger.warning("Decisions are stored again; %d were dropped since the start.", self._dropped)
        self._feed.look()

    def _report_failure(self, what: str, error: Exception) -> None:
        """Log the first failure of a row of them; the rest would only repeat it."""
        if not self._failing:
            self._failing = True
            logger.error("%s: %s", what, str(error).partition("\n")[0])


_recorders: Final[weakref.WeakSet[Recorder]] = weakref.WeakSet()


def _reset_all_after_fork() -> None:
    for recorder in tuple(_recorders):
        recorder.reset_after_fork()


@atexit.register
def _stop_all() -> None:
    for recorder in tuple(_recorders):
        recorder.stop(_SECONDS_AT_EXIT)


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_reset_all_after_fork)
