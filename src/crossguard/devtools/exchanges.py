"""What is remembered of the last requests of pages: bounded, and without values that could be secret."""

import copy
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from crossguard.adapters.watched import Watched
from crossguard.core.decision import Decision, Outcome
from crossguard.core.names import parse_requested_headers
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.devtools.kept import LONGEST_NAME, LONGEST_URL, MOST_NAMES, cookie_names, is_of_cors, told_of

#: So many requests are remembered, and so many of one origin, which then pushes out none of another.
MOST: Final = 200
MOST_OF_ORIGIN: Final = 40

_FIRST_REDIRECT, _LAST_REDIRECT = 300, 399
_WRITES: Final = frozenset({Outcome.WRITE_ALLOWED, Outcome.WRITE_REFUSED})


class Exchange(Watched):
    """One request of a page, and what became of it.

    Attributes:
        number: counts the requests of the process.
        at: when it came, in seconds since 1970.
        clock: the same by the monotonic clock, in seconds.
        origin: the origin of the page; ``null`` for what has none.
        facts: the request, cut to what is remembered.
        websocket: whether it is a handshake.
        cookies: the names of the cookies that came along.
        authorized: whether it has ``Authorization``.
        status: the status of the answer; None as long as there is none.
        headers: the header fields of the answer that browsers judge by.
        names: the names of all its header fields.
        decided_fields: what the guard answered of CORS, where something around it may have changed it.
        decided: what was decided about the answer, and by which policy; None where nothing was to decide.
        written: the same of the write gate.
        replaced: the header fields that the application had set itself.
        error: the type of the exception that the application raised; empty if none.
    """

    __slots__ = (
        "at",
        "authorized",
        "clock",
        "cookies",
        "decided",
        "decided_fields",
        "error",
        "facts",
        "headers",
        "names",
        "number",
        "origin",
        "replaced",
        "status",
        "websocket",
        "written",
    )

    def __init__(
        self, origin: str, facts: RequestFacts, get: Callable[[str], str | None], websocket: bool
    ) -> None:
        self.number = 0
        self.at = time.time()
        self.clock = time.monotonic()
        self.origin = origin
        self.facts = facts
        self.websocket = websocket
        self.cookies = cookie_names(get("cookie"))
        self.authorized = bool(get("authorization"))
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.names: tuple[str, ...] = ()
        self.decided_fields: tuple[tuple[str, str], ...] | None = None
        self.decided: tuple[Decision, Policy] | None = None
        self.written: tuple[Decision, Policy] | None = None
        self.replaced: tuple[str, ...] = ()
        self.error = ""

    @property
    def method(self) -> str:
        """The method; of a preflight, the one that it asks for."""
        return (self.facts.requested_method or "") if self.is_preflight else self.facts.method

    @property
    def path(self) -> str:
        """The whole path, with the mount, percent-decoded."""
        return "/" + self.facts.url.partition("://")[2].partition("/")[2]

    @property
    def redirects_to(self) -> str:
        """Where the answer leads, as a whole address without its query; empty if it leads nowhere."""
        if self.status is None or not _FIRST_REDIRECT <= self.status <= _LAST_REDIRECT:
            return ""
        location = next((value for name, value in self.headers if name == "Location"), "")
        try:
            return urljoin(self.facts.url, location) if location else ""
        except ValueError:
            return ""

    @property
    def is_cut(self) -> bool:
        """Whether the path was longer than what is remembered of it."""
        return len(self.facts.url) >= LONGEST_URL

    @property
    def requested_headers(self) -> tuple[str, ...]:
        """The names of the headers that a preflight asks for; none where they are more than are read."""
        return parse_requested_headers(self.facts.requested_headers or "") or ()

    @property
    def answer_fields(self) -> tuple[tuple[str, str], ...]:
        """The header fields of the answer, those of which only the name is known with an empty value."""
        known = {name.lower() for name, _ in self.headers}
        return (*self.headers, *((name, "") for name in self.names if name not in known))

    @property
    def is_preflight(self) -> bool:
        """Whether this is a preflight."""
        return self.facts.is_preflight

    def decide(self, decision: Decision, facts: RequestFacts, policy: Policy) -> None:
        """Take what was decided, of which facts, and by which policy."""
        if facts.route:
            # Known once the request is routed.
            self.facts = replace(self.facts, route=facts.route[:LONGEST_URL])
        if decision.outcome in _WRITES:
            self.written = decision, policy
        else:
            self.decided = decision, policy

    def replace(self, names: tuple[str, ...]) -> None:
        """Take the names of header fields that the application had set and the guard has replaced."""
        self.replaced = tuple(name[:LONGEST_NAME].title() for name in names[:MOST_NAMES])

    def fail(self, error: BaseException) -> None:
        """Take the exception that the application raised, by its type only: its words may be secret."""
        self.error = type(error).__name__[:LONGEST_NAME]

    def answer(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Take the beginning of the answer, as it leaves."""
        self.status = status
        self.headers, self.names = told_of(headers)

    def inside(self) -> "Exchange":
        """Return the exchange as the guard answered it, before what stands around it has changed that."""
        if self.decided_fields is None:
            return self
        found = copy.copy(self)
        found.headers = (*(field for field in self.headers if not is_of_cors(field[0])), *self.decided_fields)
        others = (name for name in self.names if not is_of_cors(name))
        found.names = (*others, *(name.lower() for name, _ in self.decided_fields))
        return found

    def answer_inside(self, headers: Iterable[tuple[str, str]]) -> None:
        """Take the header fields as they leave the guard, before what stands around it."""
        self.decided_fields = tuple(field for field in told_of(headers)[0] if is_of_cors(field[0]))


class Memory:
    """The last exchanges. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, Exchange] = {}
        self._by_origin: dict[str, deque[int]] = {}
        self._count = 0

    def add(self, exchange: Exchange) -> None:
        """Keep *exchange*, and forget what is more than may be kept."""
        with self._lock:
            self._count += 1
            exchange.number = self._count
            self._kept[exchange.number] = exchange
            numbers = self._by_origin.setdefault(exchange.origin, deque())
            numbers.append(exchange.number)
            if len(numbers) > MOST_OF_ORIGIN:
                del self._kept[numbers.popleft()]
            elif len(self._kept) > MOST:
                oldest = self._kept.pop(next(iter(self._kept)))
                others = self._by_origin[oldest.origin]
                others.popleft()
                if not others:
                    del self._by_origin[oldest.origin]

    def of_origin(self, origin: str) -> list[Exchange]:
        """Return the exchanges of *origin*, the newest first."""
        with self._lock:
            return [self._kept[number] for number in reversed(self._by_origin.get(origin, ()))]

    def after(self, number: int) -> list[Exchange]:
        """Return the exchanges that came after *number*, the newest first."""
        with self._lock:
            return [found for found in reversed(self._kept.values()) if found.number > number]


def newest(exchanges: Iterable[Exchange], seconds: float | None) -> Iterator[Exchange]:
    """Yield *exchanges* that are at most so many seconds old; all where that is None."""
    oldest = None if seconds is None else time.monotonic() - seconds
    for exchange in exchanges:
        if oldest is None or exchange.clock >= oldest:
            yield exchange
