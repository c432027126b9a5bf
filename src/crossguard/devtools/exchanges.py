"""What is remembered of the last requests of pages: bounded, and without values that could be secret."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from urllib.parse import urljoin

from crossguard.adapters.watched import Watched
from crossguard.core.decision import Decision, Outcome
from crossguard.core.edits import HeaderList
from crossguard.core.names import MAX_LIST_LENGTH, is_token, parse_requested_headers
from crossguard.core.origins import parse_serialized
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts

#: So many requests are remembered, and so many of one origin, which other origins cannot push out.
MOST: Final = 200
MOST_OF_ORIGIN: Final = 40

# Longer texts are cut: an address, a method, a header value, the names in one request or answer.
_URL: Final = 1024
_METHOD: Final = 64
_VALUE: Final = 512
_NAMES: Final = 64
_COOKIE_HEADER: Final = 16_384
_SET_COOKIES: Final = 16

#: The header fields of an answer whose values say how browsers treat it, and nothing secret.
_TOLD: Final = frozenset(
    {
        "allow", "cache-control", "content-type", "cross-origin-embedder-policy",
        "cross-origin-opener-policy", "cross-origin-resource-policy", "retry-after", "server",
        "timing-allow-origin", "vary",
    }
)  # fmt: skip
_FIRST_REDIRECT, _LAST_REDIRECT = 300, 399
_WRITES: Final = frozenset({Outcome.WRITE_ALLOWED, Outcome.WRITE_REFUSED})
_COOKIE_ATTRIBUTES: Final = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"}
)


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
        return len(self.facts.url) >= _URL

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

    def decide(self, decision: Decision, policy: Policy) -> None:
        """Take what was decided, and by which policy."""
        if decision.outcome in _WRITES:
            self.written = decision, policy
        else:
            self.decided = decision, policy

    def replace(self, names: tuple[str, ...]) -> None:
        """Take the names of header fields that the application had set and the guard has replaced."""
        self.replaced = tuple(name[:_METHOD] for name in names[:_NAMES])

    def fail(self, error: BaseException) -> None:
        """Take the exception that the application raised, by its type only: its words may be secret."""
        self.error = type(error).__name__[:_METHOD]

    def answer(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Take the beginning of the answer, as it leaves."""
        self.status = status
        self.headers, self.names = told_of(headers)

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


def page_of(facts: RequestFacts, referer: str | None) -> str | None:
    """Return the origin of the page that sent a request; None where no page, or none that is known, did.

    A request without ``Origin`` is of the API's own pages where ``Sec-Fetch-Site`` says so, which no script
    can write. ``Referer`` then names the same page, also where a proxy has changed ``Host``.
    """
    origin = facts.origin
    if origin:
        return origin if origin == "null" or parse_serialized(origin) is not None else None
    if facts.fetch_site != "same-origin" or facts.fetch_mode == "navigate":
        return None
    own = "/".join((referer or "")[:_URL].split("/", 3)[:3]) or facts.own_origin or ""
    return own if parse_serialized(own) is not None else None


def cut(facts: RequestFacts) -> RequestFacts:
    """Return *facts* with nothing longer than what is remembered, and without what nothing is told of."""
    requested = facts.requested_headers
    return RequestFacts(
        method=facts.method[:_METHOD],
        url=facts.url[:_URL],
        path=facts.path[:_URL],
        origin=facts.origin,
        requested_method=facts.requested_method and facts.requested_method[:_METHOD],
        # One more than is read, so that a list that is too long stays one.
        requested_headers=requested and requested[: MAX_LIST_LENGTH + 1],
        requests_private_network=facts.requests_private_network,
        fetch_mode=facts.fetch_mode and facts.fetch_mode[:_METHOD],
        fetch_site=facts.fetch_site and facts.fetch_site[:_METHOD],
        own_origin=facts.own_origin and facts.own_origin[:_URL],
    )


def cookie_names(header: str | None) -> tuple[str, ...]:
    """Return the names in a ``Cookie`` header. What has no name is a value, and is left out."""
    if not header:
        return ()
    pairs = (part.partition("=") for part in header[:_COOKIE_HEADER].split(";", _NAMES)[:_NAMES])
    names = (name.strip()[:_METHOD] for name, equals, _ in pairs if equals)
    return tuple(dict.fromkeys(name for name in names if is_token(name)))


def told_of(headers: Iterable[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the header fields of an answer that are told, and the names of all."""
    fields: HeaderList = []
    names: dict[str, None] = {}
    cookies = 0
    for number, (name, value) in enumerate(headers):
        if number >= _NAMES * 2:
            break
        lower = name[:_METHOD].lower()
        if not is_token(lower):
            continue
        if len(names) < _NAMES:
            names[lower] = None
        if lower == "set-cookie":
            cookies += 1
            if cookies <= _SET_COOKIES:
                fields.append(("Set-Cookie", without_value(value[:_VALUE])))
        elif lower == "location":
            fields.append(("Location", without_query(value)))
        elif lower in _TOLD or is_of_cors(lower):
            fields.append((name[:_METHOD], _printable(value[:_VALUE])))
    return tuple(fields), tuple(names)


def is_of_cors(name: str) -> bool:
    """Tell whether a header field is one of the CORS protocol."""
    return name[:15].lower() == "access-control-"


def without_value(line: str) -> str:
    """Return a ``Set-Cookie`` line without the value, and with the attributes that browsers know."""
    pair, *attributes = line.split(";")
    name, equals, _ = pair.partition("=")
    kept = [f"{name.strip()}=…" if equals and is_token(name.strip()) else "…"]
    kept += [
        text.strip() for text in attributes if text.partition("=")[0].strip().lower() in _COOKIE_ATTRIBUTES
    ]
    return _printable("; ".join(kept))


def without_query(url: str) -> str:
    """Return an address without its query, its fragment, and the name and password of a user."""
    text = url[:_URL].partition("#")[0].partition("?")[0]
    scheme, colon, rest = text.partition("://")
    if colon:
        authority, slash, path = rest.partition("/")
        text = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    return _printable(text)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else "�" for char in text)


def newest(exchanges: Iterable[Exchange], seconds: float | None) -> Iterator[Exchange]:
    """Yield *exchanges* that are at most so many seconds old; all where that is None."""
    oldest = None if seconds is None else time.monotonic() - seconds
    for exchange in exchanges:
        if oldest is None or exchange.clock >= oldest:
            yield exchange
