"""A list of origins in memory that behaves as one in a database does, and a way to wait for what threads do."""

import threading
import time
from collections.abc import Callable
from typing import Any

from crossguard.lists.source import OriginSource

DEADLINE = 60


class Listing(OriginSource):
    """A list that can change, go away and come back; counts how often it is asked."""

    def __init__(
        self, *origins: Any, seconds: float = 0.05, keep: Any = None, name: str = "the table"
    ) -> None:
        super().__init__(seconds=seconds, keep=keep)
        self.name = name
        self.down: Exception | None = None
        self.versions = self.reads = self.forks = 0
        self._origins: Any = list(origins)
        self._version = 1

    def set(self, *origins: Any) -> None:
        self._origins = list(origins)
        self._version += 1

    def version(self) -> object:
        self.versions += 1
        if self.down is not None:
            raise self.down
        return self._version

    def read(self) -> Any:
        self.reads += 1
        if self.down is not None:
            raise self.down
        return self._origins

    def after_fork(self) -> None:
        self.forks += 1

    def __str__(self) -> str:
        return self.name


def until(true: Callable[[], object]) -> None:
    """Wait until *true* is, for a bounded time."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.005)


def following(name: str) -> list[threading.Thread]:
    """Return the threads that follow the source of that name."""
    return [thread for thread in threading.enumerate() if thread.name == f"crossguard {name}"]
