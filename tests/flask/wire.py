"""Requests as bytes on the wire become environs, and what comes back; PEP 3333 is checked on the way."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.validate import validator

WSGIApp = Callable[..., Iterable[bytes]]
Headers = Iterable[tuple[str, str]]


@dataclass
class Answer:
    """What a server would send."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    errors: str = ""
    called: list[str] = field(default_factory=list)
    #: What is raised behind the body of a 500.
    raised: Exception | None = None

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value

    @property
    def cors(self) -> dict[str, str]:
        """Every ``Access-Control-*`` and ``Vary`` field; a repeated one is a failure."""
        fields = [
            (name, value)
            for name, value in self.headers
            if name.lower().startswith("access-control-") or name.lower() == "vary"
        ]
        assert len(fields) == len({name.lower() for name, _ in fields}), f"a field is there twice: {fields}"
        return dict(fields)


def environ_of(
    method: str = "GET",
    path: str = "/",
    headers: Headers = (),
    *,
    base: str = "http://localhost",
    body: bytes = b"",
) -> dict[str, Any]:
    """Return the environ that a server makes of a request: the path decoded once, repeated lines joined."""
    root = urlsplit(base)
    path_text, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": root.path,
        "PATH_INFO": unquote_to_bytes(path_text).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": root.hostname,
        "SERVER_PORT": str(root.port or {"http": 80, "https": 443}[root.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": root.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": root.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ and key != "HTTP_HOST" else value
    return environ


def call(app: WSGIApp, environ: dict[str, Any]) -> Answer:
    """Run *app* as a server does, under the checks of :mod:`wsgiref.validate`."""
    got: list[Any] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[..., None]:
        if got and exc_info is None:
            raise AssertionError("start_response was called twice")
        got[:] = [status, headers]
        return lambda _data: None

    errors = environ["wsgi.errors"]
    body = validator(app)(environ, start_response)
    parts: list[bytes] = []
    raised = None
    try:
        parts.extend(body)
    except Exception as error:
        if not got or not got[0].startswith("500"):
            raise
        raised = error
    finally:
        body.close()
    return Answer(int(got[0].split()[0]), list(got[1]), b"".join(parts), errors.getvalue(), raised=raised)


def send(
    app: WSGIApp,
    method: str = "GET",
    path: str = "/",
    headers: Headers = (),
    *,
    origin: str | None = None,
    base: str = "http://localhost",
    body: bytes = b"",
) -> Answer:
    """Send one request to *app*."""
    named = [("Origin", origin)] if origin is not None else []
    return call(app, environ_of(method, path, [*named, *headers], base=base, body=body))


def preflight(
    app: WSGIApp,
    path: str = "/",
    *,
    origin: str,
    asks: str = "PUT",
    asks_headers: str | None = None,
    headers: Headers = (),
    base: str = "http://localhost",
) -> Answer:
    """Send the preflight of a request with the method *asks*."""
    asked = [("Access-Control-Request-Method", asks)]
    if asks_headers is not None:
        asked.append(("Access-Control-Request-Headers", asks_headers))
    return send(app, "OPTIONS", path, [*asked, *headers], origin=origin, base=base)
