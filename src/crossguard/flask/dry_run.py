"""An answer in the application's place: its routing and its policies, and no view, hook or session."""

from collections.abc import Iterable
from typing import Final

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from crossguard.browser import HttpRequest, HttpResponse, Send
from crossguard.core.edits import HeaderList, apply_edits, strictly
from crossguard.flask.table import Table
from crossguard.flask.writes import check_write
from crossguard.wsgi.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    send_answer,
)

#: What a dry run says in the body.
BODY: Final = b"a dry run: no view has run"

_SWITCHING: Final = 101
_LET_THROUGH: Final = frozenset({200, 404})
_REASONS: Final = {200: "OK", 308: "Permanent Redirect", 404: "Not Found", 405: "Method Not Allowed"}


def answer_without_running(app: Flask, table: Table) -> WSGIApp:
    """Return a WSGI application that answers as *app* would, without running anything of it.

    A view's own status and headers are unknown to it: a route that exists answers 200.
    """

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN")
        requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
        if environ["REQUEST_METHOD"] == "OPTIONS" and origin and requested:
            policy = table.for_preflight(environ, requested)
            if policy is not None:
                edits = policy.preflight_edits(
                    origin,
                    environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
                    private_network=asks_private_network(environ),
                )
                return answer_preflight(edits, start_response)
        refusal = check_write(app, table.for_gate(environ), environ, None, dry=True)
        if refusal is not None:
            return send_answer(refusal, environ, start_response)
        status, headers = _routed(app, environ)
        policy = table.for_request(environ)
        if policy is not None:
            edits = policy.actual_edits(origin)
            headers, _ = apply_edits(strictly(edits) if table.is_strict(environ) else edits, headers)
        start_response(f"{status} {_REASONS.get(status, 'Answer')}", headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (BODY,)

    return answer


def accepting(send: Send) -> Send:
    """Return *send* with handshakes accepted that the application's gate lets through to a WebSocket's route.

    A path that it does not route is accepted, too: Socket.IO and others answer in front of the routes.
    """

    def carry(request: HttpRequest) -> HttpResponse:
        answer = send(request)
        return HttpResponse(_SWITCHING, answer.headers) if answer.status in _LET_THROUGH else answer

    return carry


def _routed(app: Flask, environ: Environ) -> tuple[int, HeaderList]:
    """Return the status and the headers that routing alone gives."""
    headers: HeaderList = [("Content-Type", "text/plain; charset=utf-8")]
    adapter = app.create_url_adapter(app.request_class(environ, populate_request=False))
    if adapter is None:  # pragma: no cover - only without a request
        return 200, headers
    try:
        adapter.match()
    except RequestRedirect as redirect:
        return redirect.code, [*headers, ("Location", redirect.new_url)]
    except HTTPException as error:
        return error.code or 404, headers
    return 200, headers
