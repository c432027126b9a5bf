"""``resources`` with hundreds of paths, beside the same with one."""

from typing import Any

import flask_cors

import crossguard.asgi
import crossguard.flask
import crossguard.wsgi
from bench.asgi_client import Loop
from bench.contenders import GUARDED, asgi_apps, flask_apps, wsgi_apps
from bench.figures import Measured, at_most, measured
from bench.requests import LISTED
from bench.timing import Pace, Samples, medians, quotient, rounds
from bench.wsgi_client import checked

TITLE = "Paths: one, and 500"
MANY = 500
LIMIT = 1.3
REQUESTS = ("allowed", "write", "preflight")


def measure(pace: Pace) -> Measured:
    """Return microseconds by guard and request, then by number of paths."""
    rows, targets = {}, []
    with Loop() as loop:
        for name, make in GUARDS.items():
            apps = {count: make(_paths(count)) for count in (1, MANY)}
            check = loop.checked if name.startswith("crossguard.asgi") else checked
            for request in REQUESTS:
                runs = {
                    f"{count} path{'s' if count > 1 else ''}": check(app, request, name, guarded=True)
                    for count, app in apps.items()
                }
                samples: Samples = rounds(runs, pace)
                rows[f"{name}, {request}"] = medians(samples)
                if name != "Flask-CORS":
                    times = quotient(samples, f"{MANY} paths", "1 path")
                    what = (
                        "a write"
                        if request == "write"
                        else f"a {'request' if request == 'allowed' else request}"
                    )
                    targets.append(
                        at_most(f"{what} with {MANY} paths, {name}", times, LIMIT, "times that with 1")
                    )
    return measured(TITLE, "microseconds of processor time, with the application", rows, targets=targets)


def _paths(count: int) -> list[str]:
    """Return *count* paths; the one that is asked for is the last."""
    return [*(f"/customers/{number}/*" for number in range(count - 1)), "/items"]


def _options(paths: list[str]) -> dict[str, dict[str, Any]]:
    return {path: {"origins": [LISTED], **GUARDED} for path in paths}


def _flask(paths: list[str]) -> Any:
    app = flask_apps.bare([])
    crossguard.flask.CORS(app, resources=_options(paths))
    return app


def _wsgi(paths: list[str]) -> Any:
    return crossguard.wsgi.Crossguard(wsgi_apps.trivial, resources=_options(paths))


def _asgi(paths: list[str]) -> Any:
    return crossguard.asgi.Crossguard(asgi_apps.trivial, resources=_options(paths))


def _flask_cors(paths: list[str]) -> Any:
    app = flask_apps.bare([])
    options = {"origins": [LISTED], "supports_credentials": True}
    expressions = [path.replace("/*", "/.*") for path in paths]
    flask_cors.CORS(app, resources=dict.fromkeys(expressions, options))
    return app


GUARDS = {
    "crossguard.flask": _flask,
    "crossguard.wsgi around a function": _wsgi,
    "crossguard.asgi around a function": _asgi,
    "Flask-CORS": _flask_cors,
}
