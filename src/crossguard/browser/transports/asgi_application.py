"""Requests to an ASGI application in this process (ASGI 3, HTTP and WebSocket handshakes)."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from crossguard.browser.transports.limits import MAX_BODY, TRUNCATED
from crossguard.browser.values import HeaderList, HttpRequest, HttpResponse, Send, TransportError

AsgiApp: TypeAlias = Callable[
    [dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]

#: Seconds for one exchange; an application may stream for good.
DEFAULT_TIMEOUT: Final = 10.0

_WEBSOCKET_SCHEMES: Final = {"http": "ws", "https": "wss"}


def asgi(app: AsgiApp, *, timeout: float = DEFAULT_TIMEOUT) -> Send:
    """Return a callable that carries requests to *app*, in an event loop of their own.

    Lifespan events are not sent. An exception of the application becomes a bare 500, with the
    exception in the response's note.

    Args:
        app: the application.
        timeout: seconds for one exchange altogether.
    """

    def send(request: HttpRequest) -> HttpResponse:
        def run() -> HttpResponse:
            return asyncio.run(_Exchange(request).run(app, timeout))

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return run()
        # A loop runs in this thread already, as in an asynchronous test: take another thread.
        with ThreadPoolExecutor(1) as executor:
            return executor.submit(run).result()

    return send


class _Exchange:
    """One request; collects what the application sends."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._is_websocket = (request.header("Upgrade") or "").lower() == "websocket"
        self._asked = False
        self._status = 0
        self._headers: HeaderList = ()
        self._body = bytearray()
        self._note = ""
        self._done = asyncio.Event()

    async def run(self, app: AsgiApp, timeout: float) -> HttpResponse:  # noqa: ASYNC109 - it is the option's name
        task = asyncio.ensure_future(app(self._scope(), self._receive, self._send))
        done = asyncio.ensure_future(self._done.wait())
        try:
            await asyncio.wait({task, done}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and (error := task.exception()) is not None:
                return HttpResponse(500, note=f"the application raised {error!r}")
            if not self._status:
                raise TransportError("the application did not answer")
        finally:
            task.cancel()
            done.cancel()
            await asyncio.gather(task, done, return_exceptions=True)
        body = b"" if self._request.method == "HEAD" else bytes(self._body[:MAX_BODY])
        return HttpResponse(self._status, self._headers, body, self._note)

    def _scope(self) -> dict[str, Any]:
        target = self._request.target
        headers = [("host", target.authority), *self._request.headers]
        scope: dict[str, Any] = {
            "type": "websocket" if self._is_websocket else "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": _WEBSOCKET_SCHEMES[target.scheme] if self._is_websocket else target.scheme,
            "path": unquote(target.path),
            "raw_path": target.path.encode("ascii"),
            "query_string": (target.query or "").encode("ascii"),
            "root_path": "",
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": ("127.0.0.1", 0),
            "server": (target.host.strip("[]"), target.effective_port),
        }
        if self._is_websocket:
            protocols = self._request.header("Sec-WebSocket-Protocol") or ""
            scope["subprotocols"] = [part.strip() for part in protocols.split(",") if part.strip()]
        else:
            scope["method"] = self._request.method
        return scope

    async def _receive(self) -> dict[str, Any]:
        if self._asked:
            await self._done.wait()
            return {"type": "websocket.disconnect" if self._is_websocket else "http.disconnect", "code": 1005}
        self._asked = True
        if self._is_websocket:
            return {"type": "websocket.connect"}
        return {"type": "http.request", "body": self._request.body, "more_body": False}

    async def _send(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "http.response.start":
                self._start(message["status"], message.get("headers", ()))
            case "http.response.body":
                self._body += message.get("body", b"")
                if len(self._body) > MAX_BODY:
                    self._note = TRUNCATED
                if self._note or not message.get("more_body", False):
                    self._done.set()
            case "websocket.accept":
                self._start(101, message.get("headers", ()))
                self._done.set()
            case "websocket.close":
                # Before it was accepted, the server answers the handshake with 403.
                if not self._status:
                    self._start(403, ())
                self._done.set()
            case _:
                # Trailers, push and the like: nothing that a script could see.
                return

    def _start(self, status: int, headers: Any) -> None:
        self._status = status
        self._headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
