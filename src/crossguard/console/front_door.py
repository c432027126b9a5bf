"""What every request passes first: who sent it, under which number it is logged, what its answer must carry.

It stands outside of the guard, so that answers to preflights and refused writes are treated alike.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import ClosingIterator

from crossguard.console.settings import Settings
from crossguard.wsgi import Environ, StartResponse, WSGIApp

logger: Final = logging.getLogger("crossguard.console.access")

#: The number of the request that this thread answers; empty outside of one.
request_id: Final[ContextVar[str]] = ContextVar("crossguard-request-id", default="")

#: Told method, status and seconds of every answer.
Observe = Callable[[str, int, float], object]

# What a proxy in front may call a request; anything else gets a number of its own.
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_DAYS: Final = 24 * 60 * 60

_HEADERS: Final = (
    # No answer of the API is a page, a script or an image of one.
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Referrer-Policy", "no-referrer"),
)

# A page that cannot reach the API asks without CORS whether there is a server at all.
_OPEN_PATHS: Final = frozenset({"/livez"})


def front_door(app: Flask, settings: Settings, observe: Observe) -> WSGIApp:
    """Return the WSGI callable of *app* behind its front door; proxies are believed as *settings* say."""
    door: WSGIApp = FrontDoor(app.wsgi_app, settings, observe)
    count = settings.trusted_proxies
    return ProxyFix(door, x_for=count, x_proto=count, x_host=count) if count else door


class FrontDoor:
    """Numbers, logs and measures requests, and completes their answers.

    Args:
        application: what answers.
        settings: whether the API is reached over https, and whether a proxy stands in front.
        observe: told of every answer.
    """

    def __init__(self, application: WSGIApp, settings: Settings, observe: Observe) -> None:
        self._application = application
        self._trusts_proxy = settings.trusted_proxies > 0
        self._observe = observe
        # Without subdomains: what else runs beside the API is not for it to decide.
        hsts = (("Strict-Transport-Security", f"max-age={365 * _DAYS}"),)
        self._headers = (*_HEADERS, *(hsts if settings.is_https else ()))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer one request (PEP 3333)."""
        if environ.get("REMOTE_ADDR") == "::1":
            # A browser may take either for `localhost`, one request to the next. Sessions are bound to an
            # address and sign-in attempts counted by it, and both are about the machine.
            environ["REMOTE_ADDR"] = "127.0.0.1"
        started = time.perf_counter()
        mark = request_id.set(self._number(environ))
        status = 500

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = int(line[:3])
            present = {name.lower() for name, _ in headers}
            added = [header for header in self._headers if header[0].lower() not in present]
            scope = "cross-origin" if environ.get("PATH_INFO") in _OPEN_PATHS else "same-site"
            added.append(("Cross-Origin-Resource-Policy", scope))
            return start_response(line, [*headers, *added], exc_info)

        def done() -> None:
            seconds = time.perf_counter() - started
            self._observe(environ["REQUEST_METHOD"], status, seconds)
            if logger.isEnabledFor(logging.INFO):
                _log(environ, status, seconds)
            request_id.reset(mark)

        try:
            body = self._application(environ, start)
        except BaseException:
            done()
            raise
        return ClosingIterator(body, done)

    def _number(self, environ: Environ) -> str:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        return given if self._trusts_proxy and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _log(environ: Environ, status: int, seconds: float) -> None:
    """Log one answered request; without its query, which may be private."""
    path = environ.get("PATH_INFO", "")
    logger.info(
        "%s %s %d",
        environ["REQUEST_METHOD"],
        ascii(path)[1:-1][:1024],
        status,
        extra={
            "fields": {
                "method": environ["REQUEST_METHOD"],
                "path": path[:1024],
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "address": environ.get("REMOTE_ADDR", ""),
            }
        },
    )
