"""The same small API in debug under Flask, WSGI and ASGI, asked as a browser asks."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response
from flask import request as current

from crossguard import asgi, wsgi
from crossguard.devtools import access
from crossguard.flask import CORS
from tests.adapters.wire import Answer, Request, via_asgi, via_wsgi

API = "http://localhost:5000"
PAGE = "http://localhost:8080"
OTHER = "http://localhost:8081"
LISTED = "https://app.example.com"
OPTIONS: dict[str, Any] = {"origins": [PAGE, LISTED], "supports_credentials": True}
METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS"]

Headers = tuple[tuple[str, str], ...]
#: What the application answers: from the path and the query, as `status`, and any `header=Name: value`.
Called = list[tuple[str, str]]


def answer_of(path: str, query: str) -> tuple[int, list[tuple[str, str]]]:
    given = parse_qsl(query, keep_blank_values=True)
    if path == "/crash":
        raise KeyError("what the view has read")
    status = int(dict(given).get("status", "404" if path == "/missing" else "200"))
    headers = [tuple(value.split(": ", 1)) for name, value in given if name == "header"]
    plain = [] if any(name == "Content-Type" for name, _ in headers) else [("Content-Type", "text/plain")]
    return status, [*plain, *headers]  # type: ignore[list-item]


@dataclass(frozen=True)
class Way:
    """One way to an application."""

    name: str
    make: Callable[[Called, bool, dict[str, Any]], Any]
    send: Callable[..., Answer]

    def __str__(self) -> str:
        return self.name

    def served(self, *, debug: bool = True, **options: Any) -> "Served":
        called: Called = []
        return Served(self.make(called, debug, {**OPTIONS, **options}), self.send, called)


@dataclass
class Served:
    """One application, and what was asked of it."""

    app: Any
    send: Callable[..., Answer]
    called: Called

    def ask(self, method: str = "GET", path: str = "/items", headers: Headers = (), **more: Any) -> Answer:
        return self.send(self.app, Request(method, path, headers, **({"base": API} | more)))

    def fetch(self, origin: str, method: str = "GET", path: str = "/items", **headers: str) -> Answer:
        """Send what a page of *origin* sends; words of *headers* are joined by hyphens."""
        more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self.ask(method, path, (("Origin", origin), ("Sec-Fetch-Mode", "cors"), *more))

    def preflight(self, origin: str, method: str, path: str = "/items", names: str = "") -> Answer:
        more = (("Access-Control-Request-Headers", names),) if names else ()
        asked = (("Origin", origin), ("Access-Control-Request-Method", method), *more)
        return self.ask("OPTIONS", path, asked)

    @property
    def token(self) -> str:
        return access.access(access.file_of(access.Path("unused"))).token

    def why(self, origin: str | None, url: str = f"{API}/items", method: str = "GET", **more: Any) -> Any:
        """Ask as the script of a page of *origin* does, and return the document."""
        answer = self.post("/_crossguard/why", {"method": method, "url": url, **more}, origin=origin)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def post(self, path: str, document: Any, *, origin: str | None = None, **more: Any) -> Answer:
        headers = [("X-Crossguard-Token", self.token), ("Content-Type", "application/json")]
        headers += [("Origin", origin)] if origin is not None else []
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.ask("POST", path, tuple(headers), body=body, **more)

    def read(self, path: str, *headers: tuple[str, str]) -> Any:
        answer = self.ask("GET", path, (("X-Crossguard-Token", self.token), *headers))
        assert answer.status == 200, answer.body
        return json.loads(answer.body)


def _flask(called: Called, debug: bool, options: dict[str, Any]) -> Flask:
    app = Flask("served")
    app.debug = debug
    app.secret_key = "k"
    CORS(app, **options)

    def view(**_: str) -> Response:
        called.append((current.method, current.path))
        status, headers = answer_of(current.path, current.query_string.decode())
        response = Response("answer", status)
        del response.headers["Content-Type"]
        for name, value in headers:
            response.headers.add(name, value)
        return response

    app.add_url_rule("/<path:rest>", "view", view, methods=METHODS)
    return app


def _wsgi(called: Called, debug: bool, options: dict[str, Any]) -> Any:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        called.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        status, headers = answer_of(environ["PATH_INFO"], environ["QUERY_STRING"])
        start_response(f"{status} Answer", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"answer"]

    return wsgi.Crossguard(app, debug=debug, **options)


def _asgi(called: Called, debug: bool, options: dict[str, Any]) -> Any:
    async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
        called.append((scope["method"], scope["path"]))
        status, headers = answer_of(scope["path"], scope["query_string"].decode())
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else b"answer"})

    return asgi.Crossguard(app, debug=debug, **options)


SENDERS = (Way("flask", _flask, via_wsgi), Way("wsgi", _wsgi, via_wsgi), Way("asgi", _asgi, via_asgi))
