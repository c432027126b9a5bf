"""Sends requests to WSGI applications: once to read the answer, often to time it."""

from collections.abc import Callable, Sequence
from itertools import islice, repeat
from typing import Any

from bench.requests import REQUESTS, Answer, Environ, check, environ
from bench.timing import Timed, clock

App = Callable[..., Any]


def call(app: App, request: Environ) -> Answer:
    """Send *request* and return the answer."""
    got: list[Any] = []
    body = app(dict(request), lambda status, headers, _exc_info=None: got.extend([status, headers]))
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return Answer(int(got[0][:3]), [(name.lower(), value) for name, value in got[1]], whole)


def checked(app: App, name: str, contender: str, *, guarded: bool) -> Timed:
    """Return what times the request *name*, after its answer has been found right."""
    request = environ(*REQUESTS[name])
    check(call(app, request), name, contender, guarded=guarded)
    return timed(app, request)


def timed(app: App, request: Environ) -> Timed:
    """Return what times one request, sent again and again: a copy of the environ, the call, the body."""

    def run(count: int) -> float:
        start = clock()
        for _ in repeat(None, count):
            _drive(app, request.copy())
        return clock() - start

    return run


def timed_each(app: App, request: Environ, key: str, values: Sequence[bytes]) -> Timed:
    """Return what times a request whose header *key* is another one of *values* each time.

    Decoded each time, as servers do: a text that has been asked about before knows its hash.
    """
    at = 0

    def run(count: int) -> float:
        nonlocal at
        chosen = [values[(at + number) % len(values)] for number in range(count)]
        at += count
        start = clock()
        for value in chosen:
            copy = request.copy()
            copy[key] = value.decode("latin-1")
            _drive(app, copy)
        return clock() - start

    return run


def timed_fresh(app: App, request: Environ, key: str, value: str) -> Timed:
    """Return what times a request whose header is made before the clock starts, a new text for each."""
    raw = value.encode("latin-1")

    def run(count: int) -> float:
        ready = [request | {key: raw.decode("latin-1")} for _ in range(count)]
        # Finds each text once, which the length of its neighbours would make dear.
        sum(len(made[key]) for made in ready)
        start = clock()
        for made in islice(ready, count):
            _drive(app, made)
        return clock() - start

    return run


def _drive(app: App, request: Environ) -> None:
    """Do as little as a server can with the answer; what is timed."""
    body = app(request, _ignore)
    for _ in body:
        pass
    if hasattr(body, "close"):
        body.close()


def _ignore(_status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> None:
    pass
