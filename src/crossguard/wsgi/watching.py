"""Requests of a WSGI application, watched in debug: recorded, or answered from what was recorded."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from crossguard.adapters.answer import status_line
from crossguard.adapters.watched import WATCHED
from crossguard.wsgi.environ import Environ, StartResponse, WSGIApp, decoded
from crossguard.wsgi.environfacts import facts_of, is_websocket

# The addresses are served in debug only, and cost nothing elsewhere: 13 ms.
if TYPE_CHECKING:
    from crossguard.devtools.devtools import Asked, Devtools, Visit
    from crossguard.devtools.exchanges import Exchange

#: What an environ carries of a request that is watched: by what, and its record.
KEY: Final = "crossguard.watching"
_INSIDE: Final = "crossguard.watching.inside"
_UNPREFIXED: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
# What is printed must lead here; a mount with other letters is left out.
_MOUNT: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


class Watching:
    """Watches the requests of one application.

    Args:
        devtools: what remembers them, and answers.

    Attributes:
        access: the token.
    """

    def __init__(self, devtools: "Devtools") -> None:
        self._devtools = devtools
        self.access = devtools.access

    def __call__(self, serve: WSGIApp, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a question of a developer's page, or record a request and let *serve* answer it."""
        devtools = self._devtools
        if self.access.prints:
            self.access.print_once(_origin_of(environ))
        asked = _asked(environ)
        visit = devtools.admit(asked)
        if visit is not None:
            return _answered(visit, environ, start_response)
        before = environ.get(KEY)
        exchange = devtools.record(asked)
        environ[KEY] = (self, exchange)
        try:
            return _recorded(exchange, serve, environ, start_response)
        finally:
            # A caller may use its environ again.
            environ[KEY] = before

    def failing(self, error: Exception, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a question of a developer's page, or record a request and raise *error*, which stops all."""

        def fail(*_: object) -> Iterable[bytes]:
            raise error

        return self(fail, environ, start_response)

    def is_new(self, environ: Environ) -> bool:
        """Tell whether a request that has come to the guard has not been through :meth:`inside`."""
        return environ.get(_INSIDE) is not self

    def inside(self, guard: WSGIApp, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Record what the guard answers, before something around it may change that."""
        known = environ.get(KEY)
        serve = self._within(guard)
        if known is None or known[0] is not self:
            return self(serve, environ, start_response)
        return serve(environ, start_response)

    def _within(self, guard: WSGIApp) -> WSGIApp:
        def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            exchange = environ[KEY][1]
            before = environ.get(_INSIDE)
            environ[_INSIDE] = self

            def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                if exchange is not None:
                    exchange.answer_inside(headers)
                return start_response(status, headers, *more)

            try:
                return guard(environ, start)
            finally:
                environ[_INSIDE] = before

        return serve


def _recorded(
    exchange: "Exchange | None", serve: WSGIApp, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    if exchange is None:
        return serve(environ, start_response)

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        exchange.answer(int(status[:3]) if status[:3].isdecimal() else 0, headers)
        return start_response(status, headers, *more)

    token = WATCHED.set(exchange)
    try:
        return serve(environ, start)
    except Exception as error:
        exchange.fail(error)
        raise
    finally:
        WATCHED.reset(token)


def _asked(environ: Environ) -> "Asked":
    from crossguard.devtools.devtools import Asked  # noqa: PLC0415 - 13 ms, in debug only

    def get(name: str) -> str | None:
        found = environ.get(_UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_"))
        return None if found is None else str(found)

    return Asked(
        str(environ.get("REQUEST_METHOD", "")),
        decoded(environ.get("PATH_INFO") or ""),
        str(environ.get("QUERY_STRING") or ""),
        get,
        lambda: facts_of(environ),
        websocket=is_websocket(environ),
    )


def _answered(visit: "Visit", environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    answer = visit.answer(_body(environ) if visit.reads_body else b"")
    start_response(status_line(answer.status), [*answer.headers])
    return () if environ["REQUEST_METHOD"] == "HEAD" or not answer.body else (answer.body,)


def _body(environ: Environ) -> bytes | None:
    """Return the body of a request; None where it is longer than is read, or cannot be read."""
    from crossguard.devtools.devtools import MAX_BODY  # noqa: PLC0415 - 13 ms, in debug only

    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdecimal() and len(length) < 16):  # noqa: PLR2004 - a size
        return b""
    wanted = min(int(length), MAX_BODY + 1) if length else MAX_BODY + 1
    if not length and not environ.get("wsgi.input_terminated"):
        return b""
    body = b""
    try:
        while len(body) < wanted and (part := environ["wsgi.input"].read(wanted - len(body))):
            body += part
    except Exception:  # noqa: BLE001 - the server may raise anything where the caller has gone
        return b""
    return None if len(body) > MAX_BODY else body


def _origin_of(environ: Environ) -> str:
    """Return where the server listens, from what it says by itself: ``Host`` is what a caller says."""
    scheme = "https" if environ.get("wsgi.url_scheme") == "https" else "http"
    port = str(environ.get("SERVER_PORT") or "")
    mount = environ.get("SCRIPT_NAME") or ""
    at = f":{port}" if port.isascii() and port.isdecimal() else ""
    return f"{scheme}://127.0.0.1{at}{mount if _MOUNT.fullmatch(mount) else ''}"
