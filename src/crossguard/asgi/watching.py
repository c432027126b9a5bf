"""Requests of an ASGI application, watched in debug: recorded, or answered from what was recorded."""

import re
from collections.abc import Awaitable
from typing import Final

from crossguard.adapters.watched import WATCHED
from crossguard.asgi.response import encode_answer
from crossguard.asgi.scope import ASGIApp, Message, Receive, Scope, Send, facts_of, headers_by_name, path_of
from crossguard.devtools.devtools import MAX_BODY, Asked, Devtools
from crossguard.devtools.exchanges import Exchange

# What a scope carries of a request that is watched: by what.
_KEY: Final = "crossguard.watching"
_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start"})
# Parts of a body that are read: more are no question of a page.
_MOST_PARTS: Final = 1024
_MOUNT: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


class Watching:
    """Watches the requests of one application.

    Args:
        devtools: what remembers them, and answers.
    """

    def __init__(self, devtools: Devtools) -> None:
        self._devtools = devtools

    def is_new(self, scope: Scope) -> bool:
        """Tell whether a request or a handshake has not been here; the lifespan is none."""
        return scope["type"] in {"http", "websocket"} and scope.get(_KEY) is not self

    async def __call__(self, serve: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question of a developer's page, or record a request and let *serve* answer it."""
        devtools = self._devtools
        if devtools.access.prints:
            devtools.access.print_once(_origin_of(scope))
        asked = _asked(scope)
        visit = devtools.admit(asked)
        if visit is not None:
            body = await _body(receive) if visit.reads_body else b""
            for message in encode_answer(visit.answer(body), asked.method):
                await send(message)
            return
        exchange = devtools.record(asked)
        before = scope.get(_KEY)
        scope[_KEY] = self
        token = WATCHED.set(exchange)
        try:
            await serve(scope, receive, send if exchange is None else _Recording(exchange, send).send)
        except Exception as error:
            if exchange is not None:
                exchange.fail(error)
            raise
        finally:
            WATCHED.reset(token)
            scope[_KEY] = before


class _Recording:
    def __init__(self, exchange: Exchange, send: Send) -> None:
        self._exchange = exchange
        self._send = send

    def send(self, message: Message) -> Awaitable[None]:
        kind, exchange = message["type"], self._exchange
        if kind in _STARTS:
            headers = [
                (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
                for name, value in message.get("headers") or ()
            ]
            exchange.answer(message["status"], headers)
            exchange.answer_inside(headers)
        elif kind == "websocket.accept":
            exchange.answer(101, ())
        elif kind == "websocket.close" and exchange.status is None:
            # Before it is accepted, servers answer 403 (ASGI WebSocket, "Close").
            exchange.answer(403, ())
        return self._send(message)


def _asked(scope: Scope) -> Asked:
    headers = headers_by_name(scope)

    def get(name: str) -> str | None:
        found = headers.get(name.encode("ascii"))
        return None if found is None else found.decode("latin-1")

    query: bytes = scope.get("query_string") or b""
    return Asked(
        scope.get("method", "GET"),
        path_of(scope),
        query.decode("latin-1"),
        get,
        lambda: facts_of(scope),
        websocket=scope["type"] == "websocket",
    )


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a request; None where it is longer than is read."""
    body = b""
    for _ in range(_MOST_PARTS):
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message.get("body") or b""
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return body
    return None


def _origin_of(scope: Scope) -> str:
    """Return where the server listens, from what it says by itself: ``Host`` is what a caller says."""
    secure = scope.get("scheme") in {"https", "wss"}
    server = scope.get("server") or ("", None)
    port, mount = server[1], scope.get("root_path") or ""
    at = f":{port}" if isinstance(port, int) else ""
    return f"{'https' if secure else 'http'}://127.0.0.1{at}{mount if _MOUNT.fullmatch(mount) else ''}"
