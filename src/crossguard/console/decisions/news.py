"""What has been stored since the last question, as events for every open page."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from crossguard.console.schemas import Decision, StatsTotals

# Numbers are given in order and committed in another: what is older than this has been committed.
_SECONDS_TO_COMMIT: Final = 5.0


class Source(Protocol):
    """Where the feed finds what it tells."""

    def newest_id(self) -> int:
        """Return the number of the newest decision."""

    def since(self, number: int) -> list[Decision]:
        """Return the newest decisions after *number*, oldest first."""


def format_event(name: str, body: msgspec.Struct, event_id: int | None = None) -> bytes:
    """Write one event (HTML, "Server-sent events"); JSON has no line feed that could end it early."""
    head = f"event: {name}\n" + (f"id: {event_id}\n" if event_id is not None else "")
    return head.encode() + b"data: " + msgspec.json.encode(body) + b"\n\n"


class News:
    """What has been stored since the last question."""

    def __init__(self, source: Source, totals: Callable[[], StatsTotals]) -> None:
        self._source = source
        self._ask_totals = totals
        self._floor: int | None = None
        self._told: set[int] = set()
        self._marks: deque[tuple[float, int]] = deque()
        self._totals: StatsTotals | None = None

    def events(self) -> list[bytes]:
        """Return the events of what is new, oldest first, the totals last."""
        if self._floor is None:
            # Before the first page has its list, so that nothing lies between list and feed.
            self._floor = self._source.newest_id()
        found = [each for each in self._source.since(self._floor) if each.id not in self._told]
        self._remember(found)
        events = [format_event("decision", each, each.id) for each in found]
        totals = self._ask_totals()
        if totals != self._totals:
            self._totals = totals
            events.append(format_event("stats", totals))
        return events

    def _remember(self, found: list[Decision]) -> None:
        """Note what was told, as long as a smaller number may still be committed."""
        now = time.monotonic()
        if found:
            self._told.update(each.id for each in found)
            self._marks.append((now, max(self._told)))
        while self._marks and now - self._marks[0][0] > _SECONDS_TO_COMMIT:
            self._floor = self._marks.popleft()[1]
            floor = self._floor
            self._told = {number for number in self._told if number > floor}
