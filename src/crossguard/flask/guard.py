"""The guard around ``app.wsgi_app``: answers preflights, puts the policy on all that leaves."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from crossguard.core.edits import HeaderList
from crossguard.core.names import SAFE_METHODS
from crossguard.crashes import Raising
from crossguard.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    send_answer,
)
from crossguard.environfacts import facts_of
from crossguard.wsgi_response import Outgoing, begin_late, may_fail_late

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
        origin = environ.get("HTTP_ORIGIN")
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS" and origin:
            requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            if requested:
                policy = table.constant or table.for_preflight(environ, requested)
                if policy is not None:
                    return self._preflight(policy, table, origin, environ, start_response)
        try:
            refusal = self._refusal(table, method, origin, environ)
        except Exception as error:  # noqa: BLE001 - a converter or a session store of the application
            return Response(self._app, table, environ, start_response).crash(error)
        if refusal is not None:
            return send_answer(refusal, environ, start_response)
        return self._serve(Response(self._app, table, environ, start_response))

    def _refusal(self, table: "Table", method: str, origin: str | None, environ: Environ) -> "Answer | None":
        """Return the answer to a write that may not go on; None to everything else."""
        if not table.gated or (
            method in SAFE_METHODS and not table.gates_gets and "HTTP_UPGRADE" not in environ
        ):
            return None
        if table.passes_at_a_glance(environ, environ.get("HTTP_SEC_FETCH_SITE"), origin):
            return None
        return table.check_write(environ)

    def _serve(self, response: "Response") -> Iterable[bytes]:
        """Let the application answer, and put the policy on the headers."""
        try:
            body = self._inner(response.environ, response.start)
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            return response.crash(error)
        if response.is_whole or not may_fail_late(body, response.environ):
            response.begin()
            return body
        return begin_late(body, response)

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


class Response(Outgoing):
    """One response of an application, with the policy that governs the request found when it begins."""

    __slots__ = ("_app", "_asked", "_table", "is_whole")

    def __init__(self, app: Flask, table: "Table", environ: Environ, start_response: StartResponse) -> None:
        super().__init__(table.constant, table.reporter, environ, start_response)
        self._app = app
        self._table = table
        # Where paths differ, what was asked for governs, whatever a dispatcher inside of the guard moves.
        self._asked = None if table.constant else (environ.get("PATH_INFO"), environ.get("SCRIPT_NAME"))
        #: Whether the body is there when the response begins; what makes it while it is sent may still fail.
        self.is_whole = False

    def edited(self, headers: HeaderList) -> HeaderList:
        """Return *headers* with the policy on them, and the cookies complete."""
        # Werkzeug counts what is there, and nothing that is made while it is sent.
        self.is_whole = any(name == "Content-Length" for name, _ in headers)
        table = self._table
        policy = table.constant or _governing(table, self.environ, self._asked)
        if policy is not None:
            headers = self.governed(policy, headers)
        return headers if table.remember_cookie is None else table.remember_cookie.complete(headers)

    def crash(self, error: Exception) -> Iterable[bytes]:
        """Answer for an application that failed, or raise *error* again."""
        # Few requests need it, and none of an application that works.
        from crossguard.flask.crashes import Crash, crash_of  # noqa: PLC0415

        crash = crash_of(self._app, self.environ, error)
        if crash is Crash.LEFT:
            raise error
        body = self.send_crash(error, debug=self._app.debug)
        return body if crash is Crash.ANSWERED else Raising(body, error)


def _governing(table: "Table", environ: Environ, asked: tuple[Any, Any] | None) -> "Policy | None":
    """Return the policy of a request, by the path and the mount that were *asked* for."""
    if asked is not None and environ.get("PATH_INFO") != asked[0]:
        environ = {**environ, "PATH_INFO": asked[0], "SCRIPT_NAME": asked[1]}
    return table.for_request(environ)
