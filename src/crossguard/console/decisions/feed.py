"""The live feed: server-sent events, from one thread that asks the database to every open page.

The thread asks for all of them at once: what is new, from every process, and whether the
pages may still be told. A page costs the thread of its server that waits for the next event, and no
connection to the database; where a server has no thread to spare, its page asks again every few seconds.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Final, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from crossguard.console.decisions.news import News, Source, format_event
from crossguard.console.schemas import StatsTotals

logger: Final = logging.getLogger("crossguard.console")

# A page that reads slower than that misses events, and sees what it missed when it next asks for the list.
_WAITING_EVENTS: Final = 512

# Also a page whose server does not notice that it has gone gives its thread back.
_SECONDS_OPEN: Final = 1800.0

# How soon a feed whose page has gone gives its thread back.
_SECONDS_BETWEEN_LOOKS: Final = 1.0

# How soon pages learn of what other processes have done; this process wakes the thread.
_SECONDS_BETWEEN_QUESTIONS: Final = 1.0

#: The end of an answer to a page that is to ask again; in milliseconds.
RETRY: Final = b"retry: 3000\n\n"


# Says that the end of the answer is no trouble.
_AGAIN: Final = b"event: again\ndata: {}\n\n"


class Viewer(NamedTuple):
    """Whose page it is.

    Attributes:
        account_id: the account.
        session_id: its session.
        origin: the page's; None where the request carried none, as of one on the API's own origin.
    """

    account_id: int
    session_id: int
    origin: str | None = None


#: Returns those of some viewers that may still be told.
Admit = Callable[[Collection[Viewer]], Collection[Viewer]]


class Subscription:
    """One open page."""

    def __init__(self, feed: "Feed", viewer: Viewer) -> None:
        self.viewer = viewer
        self._feed = feed
        self._events: Queue[bytes | None] = Queue(_WAITING_EVENTS)
        self._closed = False

    def offer(self, event: bytes) -> None:
        """Hand over an event; lost if the page is too far behind."""
        try:
            self._events.put_nowait(event)
        except Full:
            return

    def close(self) -> None:
        """End the feed of this page and give its place to another; safe to repeat."""
        self._closed = True
        self._feed.forget(self)
        try:
            self._events.put_nowait(None)
        except Full:
            return

    def stream(self, keep_alive: float, is_gone: Callable[[], bool], missed: bytes = b"") -> Iterator[bytes]:
        """Yield the body of the response until either side ends it.

        Args:
            keep_alive: seconds of silence after which a comment is sent, for proxies that close
                connections on which nothing happens.
            is_gone: tells whether the client has left.
            missed: what the page missed before.
        """
        started = spoke = time.monotonic()
        look = min(_SECONDS_BETWEEN_LOOKS, keep_alive)
        try:
            # Also what makes servers send the head at once.
            yield RETRY
            if missed:
                yield missed
            while not self._closed and time.monotonic() - started < _SECONDS_OPEN:
                try:
                    event = self._events.get(timeout=look)
                except Empty:
                    if is_gone():
                        return
                    if time.monotonic() - spoke < keep_alive:
                        continue
                    event = b": still here\n\n"
                if event is None:
                    return
                yield event
                spoke = time.monotonic()
        finally:
            self.close()


class Feed:
    """The open pages, and the thread that tells them; it runs while there is any.

    Args:
        source: where decisions are.
        totals: returns the totals.
        admit: who may still be told.
        limit: how many pages there may be; each one occupies a thread of the server.
        account_limit: how many of them may be one account's.
    """

    def __init__(
        self,
        source: Source,
        totals: Callable[[], StatsTotals],
        admit: Admit,
        *,
        limit: int,
        account_limit: int,
    ) -> None:
        self._source = source
        self._totals = totals
        self._admit = admit
        self._limit = limit
        self._account_limit = account_limit
        self._closed = False
        self._start_anew()

    def _start_anew(self) -> None:
        self._lock = Lock()
        self._subscriptions: set[Subscription] = set()
        self._thread: Thread | None = None
        self._awake = Event()
        self._failing = False

    @property
    def open_pages(self) -> int:
        """How many pages are open."""
        return len(self._subscriptions)

    def subscribe(self, viewer: Viewer) -> Subscription | None:
        """Open a feed for a page; None if there are as many as there may be, in all or of this account."""
        with self._lock:
            own = sum(open_.viewer.account_id == viewer.account_id for open_ in self._subscriptions)
            if self._closed or len(self._subscriptions) >= self._limit or own >= self._account_limit:
                return None
            subscription = Subscription(self, viewer)
            self._subscriptions.add(subscription)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="crossguard-feed", daemon=True)
                self._thread.start()
            return subscription

    def once(self, last_seen: int | None) -> bytes:
        """Return what a page missed since it was told *last_seen*, for a page that is to ask again."""
        return b"".join((RETRY, self.missed(last_seen), format_event("stats", self._totals()), _AGAIN))

    def missed(self, last_seen: int | None) -> bytes:
        """Return what was stored since *last_seen*, and the number to begin with where that is None."""
        newest = self._source.newest_id()
        if last_seen is None or last_seen > newest:
            return f"id: {newest}\n\n".encode()
        return b"".join(format_event("decision", each, each.id) for each in self._source.since(last_seen))

    def forget(self, subscription: Subscription) -> None:
        """Free the place of *subscription*."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def look(self) -> None:
        """Ask now: something has been stored, or a subscriber may no longer be told."""
        self._awake.set()

    def close(self) -> None:
        """Close every page and open no more."""
        self._closed = True
        for subscription in self._open():
            subscription.close()
        self._awake.set()

    def reset_after_fork(self) -> None:
        """Start anew in a forked process: the pages and the thread are in the other one."""
        self._start_anew()

    def _open(self) -> tuple[Subscription, ...]:
        with self._lock:
            return tuple(self._subscriptions)

    def _run(self) -> None:
        news = News(self._source, self._totals)
        while True:
            with self._lock:
                if self._closed or not self._subscriptions:
                    self._thread = None
                    return
            self._awake.clear()
            try:
                self._tell(news)
            except SQLAlchemyError as error:
                if not self._failing:
                    logger.error("The live feed cannot read: %s", str(error).partition("\n")[0])  # noqa: TRY400
                self._failing = True
            else:
                self._failing = False
            self._awake.wait(_SECONDS_BETWEEN_QUESTIONS)

    def _tell(self, news: News) -> None:
        open_pages = self._open()
        allowed = set(self._admit({page.viewer for page in open_pages}))
        for page in open_pages:
            if page.viewer not in allowed:
                page.close()
        for event in news.events():
            for page in open_pages:
                page.offer(event)
