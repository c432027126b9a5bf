"""Sends requests to ASGI applications in one event loop: once to read the answer, often to time it."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import repeat
from typing import Any, Self

from bench.requests import REQUESTS, Answer, Scope, check, scope
from bench.timing import Timed, clock

App = Callable[..., Coroutine[Any, Any, None]]
Message = dict[str, Any]


class Loop:
    """One event loop for all of a measurement, so that starting it is not measured."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()

    def call(self, app: App, request: Scope) -> Answer:
        """Send *request* and return the answer."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        self._runner.run(app(_copy(request), _Received(), send))
        start = sent[0]
        assert start["type"] == "http.response.start", sent
        fields = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
        return Answer(start["status"], fields, b"".join(message.get("body", b"") for message in sent[1:]))

    def checked(self, app: App, name: str, contender: str, *, guarded: bool) -> Timed:
        """Return what times the request *name*, after its answer has been found right."""
        request = scope(*REQUESTS[name])
        check(self.call(app, request), name, contender, guarded=guarded)
        return self.timed(app, request)

    def timed(self, app: App, request: Scope) -> Timed:
        """Return what times one request, sent again and again: a copy of the scope and the call."""

        async def many(count: int) -> float:
            start = clock()
            for _ in repeat(None, count):
                await app(_copy(request), _Received(), _ignore)
            return clock() - start

        return lambda count: self._runner.run(many(count))

    def timed_fresh(self, app: App, request: Scope, name: str, value: str) -> Timed:
        """Return what times a request whose header is made before the clock starts, anew for each."""
        key, raw = name.encode(), bytearray(value.encode("latin-1"))

        def made() -> Scope:
            others = [field for field in request["headers"] if field[0] != key]
            return request | {"headers": [*others, (key, bytes(raw))]}

        async def many(ready: list[Scope]) -> float:
            start = clock()
            for fresh in ready:
                await app(fresh, _Received(), _ignore)
            return clock() - start

        return lambda count: self._runner.run(many([made() for _ in range(count)]))


class _Received:
    """``receive`` of a request without a body, from a client that stays."""

    __slots__ = ("_told",)

    def __init__(self) -> None:
        self._told = False

    async def __call__(self) -> Message:
        if self._told:
            await asyncio.get_running_loop().create_future()
        self._told = True
        return {"type": "http.request", "body": b"", "more_body": False}


def _copy(request: Scope) -> Scope:
    # Frameworks write into the scope, and nobody into the list of headers.
    return request.copy()


async def _ignore(_message: Message) -> None:
    pass
