"""The same application guarded by Flask-CORS and by crossguard, and the same request to both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import flask_cors
from flask import Flask, request

import crossguard.flask
from crossguard.declare.declaration import CrossguardWarning
from tests.docs.exchanges import Headers, cors_headers

APP = "https://app.example"
ADMIN = "https://admin.example"
EVIL = "https://evil.example"

ALLOW_ORIGIN = "access-control-allow-origin"
ALLOW_CREDENTIALS = "access-control-allow-credentials"
ALLOW_METHODS = "access-control-allow-methods"
ALLOW_HEADERS = "access-control-allow-headers"
EXPOSE_HEADERS = "access-control-expose-headers"
MAX_AGE = "access-control-max-age"

T = TypeVar("T")


@dataclass(frozen=True)
class Library:
    """The two names that both libraries have."""

    CORS: Any
    cross_origin: Any


OLD = Library(flask_cors.CORS, flask_cors.cross_origin)
NEW = Library(crossguard.flask.CORS, crossguard.flask.cross_origin)


class Answer(NamedTuple):
    """What came back: the status, the headers of CORS and ``Vary`` by lower-case name, and the body."""

    status: int
    headers: Headers
    text: str

    @property
    def allow_origin(self) -> str | None:
        return self.headers.get(ALLOW_ORIGIN)


def row(_text: str) -> Callable[[T], T]:
    """Name the row of a table, by its first cell, that a test demonstrates; see test_rows.py."""
    return lambda test: test


def plain_app(**config: Any) -> Flask:
    """Return an application that answers every path, and names the path as it has understood it."""
    app = Flask("shop")
    app.config.update(config)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT"])
    @app.route("/<path:path>", methods=["GET", "POST", "PUT"])
    def view(path: str) -> str:
        return request.path

    return app


def old_app(**options: Any) -> Flask:
    app = plain_app()
    OLD.CORS(app, **options)
    return app


def new_app(**options: Any) -> Flask:
    app = plain_app()
    NEW.CORS(app, **options)
    return app


def both_apps(**options: Any) -> tuple[Flask, Flask]:
    return old_app(**options), new_app(**options)


def ask(
    app: Flask, path: str = "/", *, origin: str | None = None, method: str = "GET", **headers: str
) -> Answer:
    """Send a request; ``x_token="1"`` among the arguments is the header ``X-Token: 1``."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    if origin is not None:
        named["Origin"] = origin
    response = app.test_client().open(path, method=method, headers=named)
    return Answer(response.status_code, cors_headers(response), response.text)


def preflight(
    app: Flask, method: str = "PUT", path: str = "/", *, origin: str = APP, headers: str = "", **more: str
) -> Answer:
    """Send the preflight of a browser for *method*, with the names of *headers*."""
    asked = {"access_control_request_method": method, **more}
    if headers:
        asked["access_control_request_headers"] = headers
    return ask(app, path, origin=origin, method="OPTIONS", **asked)


__all__ = [
    "ADMIN",
    "ALLOW_CREDENTIALS",
    "ALLOW_HEADERS",
    "ALLOW_METHODS",
    "ALLOW_ORIGIN",
    "APP",
    "EVIL",
    "EXPOSE_HEADERS",
    "MAX_AGE",
    "NEW",
    "OLD",
    "CrossguardWarning",
    "Library",
    "ask",
    "both_apps",
    "new_app",
    "old_app",
    "plain_app",
    "preflight",
    "row",
]
