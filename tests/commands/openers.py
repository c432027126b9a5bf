"""Applications that other code opens to pages of other origins: hooks, views, middleware, other libraries."""

from collections.abc import Callable
from typing import Any

import flask_cors
from flask import Flask, jsonify, request
from flask_socketio import SocketIO

from crossguard.flask import CORS
from tests.commands.applications import PAGE, plain

ALLOWED = [PAGE]
HEADERS = {"Access-Control-Allow-Origin": "*", "X-Version": "3"}


def with_hook(hook: Callable[..., Any]) -> Callable[[], Flask]:
    return lambda: plain(lambda made: made.after_request(hook))


def reflecting(response: Any) -> Any:
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
    response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def reflecting_if_there(response: Any) -> Any:
    origin = request.environ.get("HTTP_ORIGIN")
    if origin and request.method != "TRACE":
        response.access_control_allow_origin = origin
        response.access_control_allow_credentials = True
    return response


def comparing(response: Any) -> Any:
    origin = request.headers.get("Origin")
    if origin not in ALLOWED:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def careless(response: Any) -> Any:
    """Compare the end only."""
    origin = request.headers.get("Origin", "")
    if origin.endswith("example"):
        response.headers.update(
            {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        )
    return response


def of_the_end(response: Any) -> Any:
    """Forget the dot in front."""
    origin = request.headers.get("Origin", "")
    if origin.endswith("example.com"):
        response.access_control_allow_origin = origin
        response.access_control_allow_credentials = True
    return response


def of_the_whole_end(response: Any) -> Any:
    origin = request.headers.get("Origin", "")
    if origin.endswith(".app.example.com") or origin in ALLOWED:
        response.access_control_allow_origin = origin
        response.access_control_allow_credentials = True
    return response


def wild(response: Any) -> Any:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def wild_with_cookies(response: Any) -> Any:
    """Which no browser takes: without cookies everybody reads."""
    response.headers.extend(
        [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true")]
    )
    return response


def fixed(response: Any) -> Any:
    response.headers.setdefault("Access-Control-Allow-Origin", PAGE)
    return response


def through_a_helper(response: Any) -> Any:
    return _allow(response, "*")


def _allow(response: Any, who: str) -> Any:
    response.headers.add("Access-Control-Allow-Origin", who)
    return response


def by_run_time_names(response: Any) -> Any:
    response.headers[request.args["name"]] = "x"
    return response


def handing_on(response: Any) -> Any:
    return request.environ["crossguard.tests.finish"](response)


def raising(response: Any) -> Any:
    response.headers[request.args["name"]] = "x"
    raise LookupError


def harmless(response: Any) -> Any:
    """Access-Control-Allow-Origin: * is not set here."""
    response.headers["X-Version"] = "Access-Control-Allow-Origin"
    response.headers.update({"Cache-Control": "no-store"})
    return response


def view_for_everybody() -> Any:
    return jsonify(), 200, {"Access-Control-Allow-Origin": "*"}


def with_view(view: Callable[..., Any]) -> Callable[[], Flask]:
    return lambda: plain(lambda made: made.add_url_rule("/x", "x", view))


def flask_cors_on(**options: Any) -> Callable[[], Flask]:
    return lambda: plain(lambda made: flask_cors.CORS(made, **options))


def decorated(**options: Any) -> Callable[[], Flask]:
    view = flask_cors.cross_origin(**options)
    return lambda: plain(lambda made: made.add_url_rule("/x", "x", view(lambda: "")))


def beside_a_policy(**options: Any) -> Callable[[], Flask]:
    """Return an application with Flask-CORS everywhere, and a policy for one part of it."""

    def build() -> Flask:
        made = plain(lambda made: flask_cors.CORS(made, **options))
        made.add_url_rule("/shop/tea", "tea", lambda: "")
        CORS(made, resources={"/shop/*": {"origins": [PAGE]}})
        return made

    return build


def below_a_policy(**options: Any) -> Callable[[], Flask]:
    """Return an application with Flask-CORS, whose headers the policy replaces."""

    def build() -> Flask:
        made = plain(lambda made: flask_cors.CORS(made, **options))
        CORS(made, origins=[PAGE])
        return made

    return build


def socket_with(origins: Any) -> Callable[[], Flask]:
    return lambda: plain(lambda made: SocketIO(made, cors_allowed_origins=origins))


class Decorating:
    """A middleware that adds the header to everything."""

    def __init__(self, application: Any) -> None:
        self.app = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", "*")], *rest)

        return self.app(environ, start)


def wrapped(layer: Callable[[Any], Any]) -> Callable[[], Flask]:
    def wrap(made: Flask) -> None:
        made.wsgi_app = layer(made.wsgi_app)  # type: ignore[method-assign]

    return lambda: plain(wrap)
