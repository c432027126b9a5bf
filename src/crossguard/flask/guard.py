"""The guard around ``app.wsgi_app``: answers preflights, puts the policy on all that leaves."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from crossguard.checks import FOUND, Once, asking_once
from crossguard.core.names import SAFE_METHODS
from crossguard.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    send_answer,
)
from crossguard.environfacts import facts_of

if TYPE_CHECKING:
    from crossguard.answer import Answer
    from crossguard.core.policy import Policy
    from crossguard.flask.extension import State
    from crossguard.flask.table import Table


class Guard:
    """Wraps the WSGI callable of one application.

    It stands outside of everything that Flask runs, which is why no hook, limiter or redirect can
    answer a preflight, and no error path can lose the headers.
    """

    def __init__(self, app: Flask, state: "State") -> None:
        self._app = app
        self._inner: WSGIApp = app.wsgi_app
        self._state = state

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer (PEP 3333)."""
        table = self._state.table or self._state.freeze(self._app)
        if table.asks and not isinstance(FOUND.get(), Once):
            return asking_once(self, environ, start_response)
        origin = environ.get("HTTP_ORIGIN")
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS" and origin:
            requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            if requested:
                policy = table.constant or table.for_preflight(environ, requested)
                if policy is not None:
                    return self._preflight(policy, table, origin, environ, start_response)
        response = table.respond(environ, start_response)
        try:
            if table.gated and (method not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ):
                refusal = self._refusal(table, origin, environ)
                if refusal is not None:
                    return send_answer(refusal, environ, start_response)
            body = self._inner(environ, response.start)
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            return response.crash(error)
        return response.finish(body)

    def _refusal(self, table: "Table", origin: str | None, environ: Environ) -> "Answer | None":
        """Return the answer to a write that may not go on; None if it may."""
        if table.passes_at_a_glance(environ, environ.get("HTTP_SEC_FETCH_SITE"), origin):
            return None
        return table.check_write(environ)

    def _preflight(
        self, policy: "Policy", table: "Table", origin: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Whether a browser goes on can depend on the method and the headers, which the answer does
        # not; only who listens pays for finding out.
        if table.reporter.wanted(allowed=False):
            table.reporter.report(policy, facts_of(environ))
        edits = policy.now.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )
        return answer_preflight(edits, start_response)
