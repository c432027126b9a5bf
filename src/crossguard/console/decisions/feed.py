"""The live feed: server-sent events, from one publisher to a bounded number of open pages."""

import time
from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Lock
from typing import Final

import msgspec

# Two full batches of the recorder. A page that reads slower than that misses events, and sees what it
# missed when it next asks for the list.
_WAITING_EVENTS: Final = 512

# Sessions expire and accounts change hands in other processes too; the browser reconnects by itself, and
# is asked who it is again.
_SECONDS_OPEN: Final = 1800.0

# How soon a feed whose page has gone gives its thread back.
_SECONDS_BETWEEN_LOOKS: Final = 1.0


def format_event(name: str, body: msgspec.Struct, event_id: int | None = None) -> bytes:
    """Write one event (HTML, "Server-sent events"); JSON has no line feed that could end it early."""
    head = f"event: {name}\n" + (f"id: {event_id}\n" if event_id is not None else "")
    return head.encode() + b"data: " + msgspec.json.encode(body) + b"\n\n"


class Subscription:
    """One open page."""

    def __init__(self, feed: "Feed", account_id: int) -> None:
        self.account_id = account_id
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

    def stream(self, keep_alive: float, is_gone: Callable[[], bool]) -> Iterator[bytes]:
        """Yield the body of the response until either side ends it.

        Args:
            keep_alive: seconds of silence after which a comment is sent, for proxies that close
                connections on which nothing happens.
            is_gone: tells whether the client has left.
        """
        started = spoke = time.monotonic()
        look = min(_SECONDS_BETWEEN_LOOKS, keep_alive)
        try:
            # Milliseconds until the browser reconnects. Also what makes servers send the head at once.
            yield b"retry: 3000\n\n"
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
    """The open pages.

    Args:
        limit: how many there may be; each one occupies a thread of the server.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    @property
    def is_heard(self) -> bool:
        """Whether any page is open."""
        return bool(self._subscriptions)

    def subscribe(self, account_id: int) -> Subscription | None:
        """Open a feed for a page of this account; None if there are as many as there may be."""
        with self._lock:
            if self._closed or len(self._subscriptions) >= self._limit:
                return None
            subscription = Subscription(self, account_id)
            self._subscriptions.add(subscription)
            return subscription

    def forget(self, subscription: Subscription) -> None:
        """Free the place of *subscription*."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def publish(self, event: bytes) -> None:
        """Send *event* to every open page. Never waits."""
        for subscription in self._open():
            subscription.offer(event)

    def disconnect(self, account_id: int) -> None:
        """Close the pages of an account whose sessions have ended."""
        for subscription in self._open():
            if subscription.account_id == account_id:
                subscription.close()

    def close(self) -> None:
        """Close every page and open no more."""
        self._closed = True
        for subscription in self._open():
            subscription.close()

    def reset_after_fork(self) -> None:
        """Start anew in a forked process: the pages, and whoever held the lock, are in the other one."""
        self._lock = Lock()
        self._subscriptions = set()

    def _open(self) -> tuple[Subscription, ...]:
        with self._lock:
            return tuple(self._subscriptions)
