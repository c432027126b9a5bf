"""The guard around ``app.wsgi_app``: answers preflights, puts the policy on all that leaves."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, Request

from crossguard.adapters.answer import Answer
from crossguard.core.edits import HeaderList
from crossguard.core.issues import ConfigError
from crossguard.core.names import SAFE_METHODS
from crossguard.flask.passed import KEY, Passed, mark
from crossguard.lists.origin_check import FOUND, Once, asking_once
from crossguard.wsgi.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    send_answer,
)
from crossguard.wsgi.environfacts import facts_of

# They take 12 ms to import, and only serving needs them.
if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.flask.table import Table
    from crossguard.wsgi.watching import Watching


class Tables(Protocol):
    """What a guard asks for the table of its application: its ``State``."""

    table: "Table | None"
    watching: "Watching | None"

    def freeze(self, app: Flask) -> "Table":
        """Build the table with the first request."""

    def thaw(self, app: Flask, stale: "Table") -> "Table":
        """Build the table again, in place of *stale*."""


class Guard:
    """Wraps a WSGI callable of one application.

    It stands outside of everything that Flask runs, which is why no hook, limiter or redirect can
    answer a preflight, and no error path can lose the headers.

    Args:
        app: the application.
        state: what is known of it.
        inner: what it wraps.
        direct: whether nothing between it and Flask could rewrite a request.
    """

    def __init__(self, app: Flask, state: Tables, inner: WSGIApp, *, direct: bool) -> None:
        self._app = app
        self._inner = inner
        self._state = state
        self._direct = direct and type(app).request_context is Flask.request_context

    # Written out: every request comes through here.
    def __call__(  # noqa: C901, PLR0911, PLR0912
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer (PEP 3333)."""
        table = self._state.table
        if table is None:
            try:
                table = self._state.freeze(self._app)
            except ConfigError as error:
                if self._state.watching is None:
                    raise
                return self._state.watching.failing(error, environ, start_response)
        watching = self._state.watching
        if watching is not None and watching.is_new(environ):
            return watching.inside(self, environ, start_response)
        if len(table.views) != len(self._app.view_functions):
            table = self._state.thaw(self._app, table)
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
        response = table.response(self._app, table, environ, start_response)
        try:
            if table.gated and (method not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ):
                constant = table.constant
                if (
                    constant is not None
                    and self._direct
                    and self._app.request_class is Request
                    and (gate := constant.compiled.gate) is not None
                    and gate.passes(environ.get("HTTP_SEC_FETCH_SITE"), origin)
                ):
                    # As below, for what most writes are.
                    environ[KEY] = self._state
                else:
                    refusal, passed = self._judge(table, origin, environ)
                    if refusal is not None:
                        return send_answer(refusal, environ, start_response)
                    response.carry(passed)
            elif not self._direct:
                # Otherwise nothing asks where a request has been that need not pass a gate.
                response.carry(mark(environ, self._state))
            body = self._inner(environ, response.start)
        except Exception as error:  # noqa: BLE001 - each exception is answered, or raised again
            return response.crash(error)
        finally:
            if response.passed is not None:
                # It stands for this request only, and a caller may use its environ again.
                environ.pop(KEY, None)
        return response.finish(body)

    def _judge(
        self, table: "Table", origin: str | None, environ: Environ
    ) -> tuple[Answer | None, Passed | None]:
        """Return the answer to a write that may not go on, and the mark of one that may."""
        if not table.allows_quickly(environ, environ.get("HTTP_SEC_FETCH_SITE"), origin):
            refusal, route = table.check_write(environ)
            return refusal, None if refusal is not None else mark(environ, self._state, route=route)
        if self._direct and self._app.request_class is Request:
            # Nothing can rewrite it from here on: all that has to be known is that it has passed.
            environ[KEY] = self._state
            return None, None
        return None, mark(environ, self._state, every=True)

    def again(self, outside: Passed, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Judge a request again that was rewritten inside of another guard of the same application."""
        table = self._state.table or self._state.freeze(self._app)
        method = environ["REQUEST_METHOD"]
        if table.gated and (method not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ):
            every = table.allows_quickly(
                environ, environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
            )
            refusal, route = (None, None) if every else table.check_write(environ)
            if refusal is not None:
                # The guard outside puts the headers on.
                return send_answer(without_policy(refusal), environ, start_response)
            mark(environ, self._state, every=every, route=route, inside=outside.inside)

        def start(status: str, headers: HeaderList, exc_info: Any = None) -> Any:
            outside.inside.append(table.constant or table.for_request(environ))
            return start_response(status, headers, exc_info)

        return self._inner(environ, start)

    def _preflight(
        self, policy: "Policy", table: "Table", origin: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Whether a browser goes on can depend on the method and the headers, which the answer does
        # not; only who listens pays for finding out.
        if table.reporter.wanted(allowed=False):
            table.reporter.report(policy, facts_of(environ))
        edits = policy.compiled.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )
        return answer_preflight(edits, start_response)


def without_policy(answer: Answer) -> Answer:
    """Return *answer* without the headers that a guard outside puts on."""
    fields = [field for field in answer.headers if not field[0].startswith("Access-Control-")]
    return answer._replace(headers=fields)
