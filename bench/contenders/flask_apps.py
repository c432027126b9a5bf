"""Flask, guarded from inside and from outside."""

from collections.abc import Callable
from typing import Any

import flask_cors
from flask import Blueprint, Flask

import crossguard.flask
import crossguard.wsgi
from bench.contenders import GUARDED, HEADERS, METHODS, installed
from bench.floor import WSGIFloor

Maker = Callable[[list[str]], Any]


def bare(_origins: list[str]) -> Flask:
    app = Flask("bench")

    @app.route("/items", methods=["GET", "POST"])
    def items() -> str:
        return "ok"

    return app


def _app_policy(origins: list[str]) -> Flask:
    app = bare(origins)
    crossguard.flask.CORS(app, origins=origins, **GUARDED)
    return app


def _gate_off(origins: list[str]) -> Flask:
    app = bare(origins)
    crossguard.flask.CORS(app, origins=origins, supports_credentials=True, write_gate=False)
    return app


def _view_policy(origins: list[str]) -> Flask:
    app = bare(origins)
    crossguard.flask.cross_origin(origins=origins, **GUARDED)(app.view_functions["items"])
    crossguard.flask.CORS(app)
    return app


def _blueprint_policy(origins: list[str]) -> Flask:
    app = Flask("bench")
    blueprint = Blueprint("shop", __name__)

    @blueprint.route("/items", methods=["GET", "POST"])
    def items() -> str:
        return "ok"

    crossguard.flask.CORS(blueprint, origins=origins, **GUARDED)
    app.register_blueprint(blueprint)
    crossguard.flask.CORS(app)
    return app


def _path_policy(origins: list[str]) -> Flask:
    app = bare(origins)
    crossguard.flask.CORS(app, resources={"/items": {"origins": origins, **GUARDED}})
    return app


def _around(origins: list[str]) -> Any:
    return crossguard.wsgi.Crossguard(bare(origins), origins=origins, **GUARDED)


def _flask_cors(origins: list[str]) -> Flask:
    app = bare(origins)
    flask_cors.CORS(app, origins=origins, supports_credentials=True)
    return app


def wsgicors(app: Any, origins: list[str]) -> Any:
    from wsgicors import CORS

    return CORS(
        app,
        origin=" ".join(origins),
        methods=", ".join(METHODS),
        headers=", ".join(HEADERS),
        credentials="true",
        maxage="600",
    )


def _floor(origins: list[str]) -> Any:
    return WSGIFloor(bare(origins), origins)


APPS: dict[str, Maker] = {
    "Flask": bare,
    "crossguard.flask": _app_policy,
    "crossguard.flask, gate off": _gate_off,
    "crossguard.flask, path policy": _path_policy,
    "crossguard.flask, view policy": _view_policy,
    "crossguard.flask, blueprint policy": _blueprint_policy,
    "crossguard.wsgi": _around,
    "Flask-CORS": _flask_cors,
}
if installed("wsgicors"):
    APPS["wsgicors"] = lambda origins: wsgicors(bare(origins), origins)
APPS["floor"] = _floor
