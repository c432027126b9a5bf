"""Requests to a WSGI application in this process (PEP 3333)."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes

from crossguard.browser.transports.limits import is_endless, read_at_most
from crossguard.browser.values import HttpRequest, HttpResponse, Send

WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_UNPREFIXED: Final = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


def wsgi(app: WsgiApp) -> Send:
    """Return a callable that carries requests to *app*.

    An exception of the application becomes what a server makes of it, a bare 500, with the exception
    in the response's note.
    """

    def send(request: HttpRequest) -> HttpResponse:
        try:
            return _call(app, request)
        except Exception as error:  # noqa: BLE001 - as every WSGI server does
            return HttpResponse(
                500, (("Content-Type", "text/plain"),), note=f"the application raised {error!r}"
            )

    return send


def _call(app: WsgiApp, request: HttpRequest) -> HttpResponse:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        del exc_info
        started[:] = [(status, headers)]
        return written.append

    result = app(environ_of(request), start_response)
    try:
        body, note = read_at_most(_until_endless(request, result, started))
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    if not started:
        raise RuntimeError("the application did not call start_response")
    status, headers = started[0]
    if request.method == "HEAD":
        body = b""
    return HttpResponse(int(status.split(None, 1)[0]), tuple(headers), b"".join(written) + body, note)


def _until_endless(
    request: HttpRequest, chunks: Iterable[bytes], started: list[tuple[str, list[tuple[str, str]]]]
) -> Iterator[bytes]:
    """Yield *chunks* to the end; of an EventSource's stream none, once it has begun."""
    if started and is_endless(request, started[0][1]):
        return
    for chunk in chunks:
        yield chunk
        # A generator begins its answer with the first one.
        if started and is_endless(request, started[0][1]):
            return


def environ_of(request: HttpRequest) -> dict[str, Any]:
    """Return the environ of *request*, as from a connection to this machine."""
    target = request.target
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(target.path).decode("latin-1"),
        "QUERY_STRING": target.query or "",
        "SERVER_NAME": target.host.strip("[]"),
        "SERVER_PORT": str(target.effective_port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": target.authority,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": target.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key not in _UNPREFIXED:
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]}, {value}" if key in environ else value
    return environ
