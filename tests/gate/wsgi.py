"""Requests over the WSGI interface, header by header, and applications that count what they did."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface

from crossguard.flask import CORS

APP = "https://app.shop.example"
API = "https://api.shop.example"
SIBLING = "https://blog.shop.example"
PARTNER = "https://partner.test"
EVIL = "https://evil.test"

#: What Chromium sends with a write of a page of each.
FROM_APP = {"Origin": APP, "Sec-Fetch-Site": "same-site"}
FROM_API = {"Origin": API, "Sec-Fetch-Site": "same-origin"}
FROM_SIBLING = {"Origin": SIBLING, "Sec-Fetch-Site": "same-site"}
FROM_EVIL = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}

#: More methods than browsers have: whatever is not safe is a write.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "QUERY", "TRACE", "PROPFIND")

_CGI = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


@dataclass(frozen=True)
class Answer:
    """A response as it left, header line by header line."""

    status: int
    lines: list[tuple[str, str]]
    body: bytes = field(repr=False)

    def all(self, name: str) -> list[str]:
        return [value for header, value in self.lines if header.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        values = self.all(name)
        assert len(values) < 2, f"{name} is there {len(values)} times"
        return values[0] if values else None

    @property
    def json(self) -> Any:
        import json

        return json.loads(self.body)

    @property
    def refused(self) -> bool:
        """Whether the answer is a problem document."""
        return self.get("Content-Type") == "application/problem+json"

    @property
    def code(self) -> str | None:
        """The reason of a refusal, None if the answer is none."""
        return self.json["code"] if self.refused else None

    @property
    def vary(self) -> set[str]:
        return {item.strip() for line in self.all("Vary") for item in line.split(",")}


def environ(
    method: str = "POST",
    path: str = "/orders",
    headers: dict[str, str] | None = None,
    *,
    scheme: str = "https",
    host: str | None = "api.shop.example",
    body: bytes = b"",
) -> dict[str, Any]:
    """Return a WSGI environ with exactly these headers; a host of None sends none."""
    found: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if host is not None:
        found["HTTP_HOST"] = host
    if body:
        found["CONTENT_LENGTH"] = str(len(body))
    for name, value in (headers or {}).items():
        key = _CGI.get(name.lower()) or "HTTP_" + name.upper().replace("-", "_")
        found[key] = value
    return found


def send(app: Callable[..., Any], wsgi: dict[str, Any]) -> Answer:
    """Call *app* as a server does, and read the whole answer."""
    seen: list[tuple[int, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        for name, value in headers:
            assert isinstance(name, str)
            assert isinstance(value, str)
            assert value.isprintable(), f"{name} would break the header section: {value!r}"
        seen.append((int(status[:3]), list(headers)))

    result = app(wsgi, start_response)
    try:
        body = b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    status, lines = seen[-1]
    return Answer(status, lines, body)


def ask(app: Callable[..., Any], method: str = "POST", path: str = "/orders", **more: Any) -> Answer:
    """Send one request; see :func:`environ`."""
    return send(app, environ(method, path, **more))


class CountingSessions(SecureCookieSessionInterface):
    """Flask's sessions, counting how often one was opened and saved."""

    def __init__(self) -> None:
        self.opened = self.saved = 0

    def open_session(self, app: Flask, request: Any) -> Any:
        self.opened += 1
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        self.saved += 1
        super().save_session(app, session, response)


class Shop(Flask):
    """An API that counts: which views and hooks ran, how often a session was opened and saved.

    Sessions are permanent and refreshed with each request, so that whatever Flask answers by itself
    sets a cookie.
    """

    def __init__(self) -> None:
        super().__init__("shop")
        self.secret_key = "a key of the tests"
        self.config["SESSION_COOKIE_SAMESITE"] = "Lax"
        self.testing = True
        self.ran: list[str] = []
        self.sessions = CountingSessions()
        self.session_interface = self.sessions

    def view(self, path: str, endpoint: str, **rule: Any) -> None:
        """Add a view that notes that it ran."""

        def run(**_arguments: object) -> str:
            self.ran.append(f"{request.method} {endpoint}")
            return "done"

        rule.setdefault("methods", METHODS)
        self.add_url_rule(path, endpoint, run, **rule)

    @property
    def untouched(self) -> bool:
        """Whether nothing of Flask has seen a request yet."""
        return not self.ran and not self.sessions.opened and not self.sessions.saved


def shop(*paths: str, cors: bool = True, **options: Any) -> Shop:
    """Return an API with ``/orders``, ``/ws`` and *paths* (endpoints without the slash), under a policy.

    Options that are not given list ``APP`` with credentials, and ``API`` as its own origin.
    """
    app = Shop()
    for path in ("/orders", *paths):
        app.view(path, path.strip("/").replace("/", "_"))
    app.view("/ws", "ws", websocket=True, methods=["GET"])

    @app.before_request
    def keep() -> None:
        session.permanent = True

    if cors:
        defaults = {"origins": [APP], "supports_credentials": True, "public_origins": [API]}
        CORS(app, **(defaults | options))
    return app
