"""The inner application of the table, for every adapter, and one that only notes that it was called."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from tests.adapters.cases import BODY, INNER, NOTHING

Called = list[str]


def answer_to(path: str) -> tuple[int, list[tuple[str, str]]]:
    # Frameworks take any number of slashes in front for one.
    status, headers = INNER.get("/" + path.lstrip("/"), NOTHING)
    return status, [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY))), *headers]


def wsgi_app(called: Called) -> Callable[..., list[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        called.append(path)
        status, headers = answer_to(path)
        start_response(f"{status} Whatever", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [BODY]

    return app


def asgi_app(called: Called) -> Any:
    async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
        called.append(scope["path"])
        status, headers = answer_to(scope["path"])
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        body = b"" if scope["method"] == "HEAD" else BODY
        await send({"type": "http.response.body", "body": body})

    return app


METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"]


def flask_app(called: Called) -> Flask:
    """The same in Flask; the end-point of a path is called like the path."""
    app = Flask("inner")
    app.url_map.merge_slashes = False

    def view(**_: str) -> Response:
        called.append(request.path)
        status, headers = answer_to(request.path)
        response = Response(BODY, status)
        del response.headers["Content-Type"], response.headers["Content-Length"]
        for name, value in headers:
            response.headers.add(name, value)
        return response

    for path in INNER:
        app.add_url_rule(path, path, view, methods=METHODS)
    app.add_url_rule("/<path:rest>", "everything else", view, methods=METHODS)
    return app
