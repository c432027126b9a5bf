"""One request, sent as a WSGI server sends it and as an ASGI server does, and checked on the way."""

import asyncio
import io
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.validate import WSGIWarning, validator

BASE = "https://api.example.com"
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """A request; headers are lines, so that a name may be there twice."""

    method: str = "GET"
    path: str = "/items"
    headers: Headers = ()
    base: str = BASE
    body: bytes = b""
    root: str = ""


@dataclass
class Answer:
    """What a server would send: names in lower case, in their order."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    messages: list[dict[str, Any]] = field(default_factory=list)
    raised: BaseException | None = None

    def __getitem__(self, name: str) -> str:
        (value,) = [value for key, value in self.headers if key == name]
        return value

    def get(self, name: str) -> str | None:
        return self[name] if any(key == name for key, _ in self.headers) else None


def environ_of(request: Request) -> dict[str, Any]:
    base = urlsplit(request.base)
    path, _, query = request.path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.root,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": base.hostname,
        "SERVER_PORT": str(base.port or {"http": 80, "https": 443}[base.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": base.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": base.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ and key != "HTTP_HOST" else value
    return environ


def scope_of(request: Request, kind: str = "http", **more: Any) -> dict[str, Any]:
    base = urlsplit(request.base)
    path, _, query = request.path.partition("?")
    sent = [("Host", base.netloc), *request.headers]
    if request.body:
        sent.append(("Content-Length", str(len(request.body))))
    scope = {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": base.scheme,
        "path": request.root + unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": request.root.encode() + path.encode("latin-1"),
        "query_string": query.encode(),
        "root_path": request.root,
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent],
        "server": (base.hostname, base.port or {"http": 80, "https": 443}[base.scheme]),
        "client": ("192.0.2.7", 50000),
    }
    if kind == "http":
        scope["method"] = request.method
    else:
        scope["scheme"] = {"http": "ws", "https": "wss"}[base.scheme]
        scope["subprotocols"] = []
    return scope | more


def via_wsgi(app: Callable[..., Iterable[bytes]], request: Request, **environ: Any) -> Answer:
    """Run *app* as a server does, under the checks of :mod:`wsgiref.validate`."""
    begun: list[Any] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[..., None]:
        assert not begun or exc_info is not None, "start_response was called twice"
        begun[:] = [status, list(headers)]
        return lambda _data: None

    with warnings.catch_warnings():
        # The validator does not know every method that there is.
        warnings.simplefilter("ignore", WSGIWarning)
        body = validator(app)(environ_of(request) | environ, start_response)
    parts: list[bytes] = []
    raised = None
    try:
        parts.extend(body)
    except Exception as error:
        # What is raised behind a whole answer; anything else is the server's.
        if not begun or not begun[0].startswith("500"):
            raise
        raised = error
    finally:
        body.close()
    headers = [(name.lower(), value) for name, value in begun[1]]
    return Answer(int(begun[0].split()[0]), headers, b"".join(parts), raised=raised)


def via_asgi(app: Any, request: Request, **scope: Any) -> Answer:
    """Run *app* as a server does, and check that its messages come in the order of the protocol."""
    return asyncio.run(run_asgi(app, scope_of(request, **scope), [received(request.body)]))


def received(body: bytes = b"") -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": False}


async def run_asgi(app: Any, scope: dict[str, Any], incoming: list[dict[str, Any]]) -> Answer:
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop(0)
        return {
            "type": "http.disconnect" if scope["type"] == "http" else "websocket.disconnect",
            "code": 1006,
        }

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    raised = None
    try:
        await app(scope, receive, send)
    except Exception as error:
        raised = error
    answer = Answer(0, [], b"", messages, raised)
    starts = [message for message in messages if message["type"].endswith("http.response.start")]
    if starts:
        (start,) = starts
        assert type(start["status"]) is int
        for name, value in start["headers"]:
            assert type(name) is bytes
            assert type(value) is bytes
            assert name == name.lower(), f"{name} is not in lower case"
        answer.status = start["status"]
        answer.headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
        ]
        answer.body = b"".join(
            message.get("body", b"") for message in messages if message["type"].endswith("http.response.body")
        )
    return answer
