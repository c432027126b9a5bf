"""The least that a wrapper can do: one look-up for each request, and headers that are ready.

It validates nothing, gates nothing, logs nothing, merges nothing, and knows one policy. What a guard takes
beyond it is what its meaning costs; what the floor itself takes, nobody who writes Python can save.
"""

from collections.abc import Iterable
from typing import Any

from bench.requests import LISTED

_ALWAYS = [("Access-Control-Allow-Credentials", "true")]
_PREFLIGHT = [
    *_ALWAYS,
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "600"),
]
_VARY = [("Vary", "Origin")]
_ORIGIN = "Access-Control-Allow-Origin"


class WSGIFloor:
    """Around a WSGI application."""

    def __init__(self, app: Any, origins: Iterable[str] = (LISTED,)) -> None:
        self._app = app
        self._ready = {
            origin: ([(_ORIGIN, origin), *_ALWAYS, *_VARY], [(_ORIGIN, origin), *_PREFLIGHT, *_VARY])
            for origin in origins
        }
        self._refused = (_VARY, _VARY)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        actual, preflight = self._ready.get(environ.get("HTTP_ORIGIN"), self._refused)
        if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            start_response("204 No Content", preflight)
            return ()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, headers + actual, exc_info)

        return self._app(environ, start)


class ASGIFloor:
    """Around an ASGI application."""

    def __init__(self, app: Any, origins: Iterable[str] = (LISTED,)) -> None:
        self._app = app
        self._ready = {
            origin.encode(): (
                _bytes([(_ORIGIN, origin), *_ALWAYS, *_VARY]),
                {
                    "type": "http.response.start",
                    "status": 204,
                    "headers": _bytes([(_ORIGIN, origin), *_PREFLIGHT, *_VARY]),
                },
            )
            for origin in origins
        }
        refused = {"type": "http.response.start", "status": 204, "headers": _bytes(_VARY)}
        self._refused = (_bytes(_VARY), refused)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        actual, preflight = self._ready.get(headers.get(b"origin"), self._refused)
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await send(preflight)
            await send({"type": "http.response.body", "body": b""})
            return

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *actual]
            await send(message)

        await self._app(scope, receive, sending)


def _bytes(fields: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in fields]
