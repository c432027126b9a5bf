"""The requests that are timed, and what each must answer before it is worth timing."""

import io
from collections.abc import Callable
from typing import Any

from bench.apps import LISTED, STRANGER

Environ = dict[str, Any]


def environ(method: str, **headers: str) -> Environ:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "/items",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "5000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:5000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }


ASKS = {"access_control_request_method": "POST", "access_control_request_headers": "content-type"}

REQUESTS: dict[str, Environ] = {
    "no Origin": environ("GET"),
    "allowed": environ("GET", origin=LISTED),
    "refused": environ("GET", origin=STRANGER),
    "write": environ("POST", origin=LISTED, sec_fetch_site="same-site"),
    "preflight": environ("OPTIONS", origin=LISTED, **ASKS),
}


def call(app: Callable[..., Any], request: Environ) -> tuple[str, dict[str, str]]:
    """Send *request* and return the status and the headers."""
    got: list[Any] = []
    body = app(dict(request), lambda status, headers, _exc_info=None: got.extend([status, headers]))
    for _ in body:
        pass
    if hasattr(body, "close"):
        body.close()
    return got[0], {name.lower(): value for name, value in got[1]}


def drive(app: Callable[..., Any], request: Environ) -> None:
    """Send *request* and do as little as a server can with the answer; what is timed."""
    body = app(dict(request), _ignore)
    for _ in body:
        pass
    if hasattr(body, "close"):
        body.close()


def _ignore(_status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> None:
    pass


def check(app: Callable[..., Any], name: str, contender: str) -> None:
    """Assert that *contender* answers the request rightly; a wrong answer is not worth timing."""
    status, headers = call(app, REQUESTS[name])
    assert status[0] == "2", (contender, name, status)
    if contender != "Flask" and name in {"allowed", "write", "preflight"}:
        assert headers["access-control-allow-origin"] == LISTED, (contender, name, headers)
        assert headers["access-control-allow-credentials"] == "true", (contender, name, headers)
    if name == "refused":
        assert "access-control-allow-origin" not in headers, (contender, name, headers)
