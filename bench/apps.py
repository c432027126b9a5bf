"""The applications under measurement: the same routes, guarded by nobody, by us, by Flask-CORS."""

from collections.abc import Callable

import flask_cors
from flask import Flask

import crossguard.flask

LISTED = "https://app.example.com"
OWN = "http://localhost:5000"
STRANGER = "https://stranger.example.net"


def origins(count: int) -> list[str]:
    """Return *count* origins; the one that asks is the last, which a scan finds last."""
    return [*(f"https://customer-{number}.example.org" for number in range(count - 1)), LISTED]


def bare(_count: int) -> Flask:
    app = Flask("bench")

    @app.route("/items", methods=["GET", "POST"])
    def items() -> str:
        return "ok"

    return app


def with_crossguard(count: int) -> Flask:
    app = bare(count)
    crossguard.flask.CORS(app, origins=origins(count), supports_credentials=True, public_origins=[OWN])
    return app


def without_gate(count: int) -> Flask:
    app = bare(count)
    crossguard.flask.CORS(app, origins=origins(count), supports_credentials=True, write_gate=False)
    return app


def with_crossguard_view(count: int) -> Flask:
    app = bare(count)
    crossguard.flask.cross_origin(origins=origins(count), supports_credentials=True, public_origins=[OWN])(
        app.view_functions["items"]
    )
    crossguard.flask.CORS(app, public_origins=[OWN])
    return app


def with_flask_cors(count: int) -> Flask:
    app = bare(count)
    flask_cors.CORS(app, origins=origins(count), supports_credentials=True)
    return app


CONTENDERS: dict[str, Callable[[int], Flask]] = {
    "Flask": bare,
    "crossguard": with_crossguard,
    "crossguard, gate off": without_gate,
    "crossguard, view policy": with_crossguard_view,
    "Flask-CORS": with_flask_cors,
}
