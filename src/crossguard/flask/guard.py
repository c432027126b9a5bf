"""The guard around ``app.wsgi_app``: answers preflights, puts the policy on all that leaves."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask

from crossguard.core.edits import REFUSED_EDITS, HeaderList, apply_edits, strictly
from crossguard.core.names import SAFE_METHODS
from crossguard.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    send_answer,
)
from crossguard.flask.signals import decision_made, wanted

if TYPE_CHECKING:
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
        self._replaced: set[tuple[str, ...]] = set()

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
                    return self._preflight(policy, table.log_level, origin, environ, start_response)
        if table.gated and (method not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ):
            refusal = None
            if not table.passes_at_a_glance(environ, environ.get("HTTP_SEC_FETCH_SITE"), origin):
                refusal = table.check_write(environ)
            if refusal is not None:
                return send_answer(refusal, environ, start_response)
        return self._serve(table, origin, environ, start_response)

    def _serve(
        self, table: "Table", origin: str | None, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the application answer, and put the policy on the headers."""
        constant = table.constant
        # Where paths differ, what was asked for governs, whatever a dispatcher inside of the guard moves.
        asked = None if constant else (environ.get("PATH_INFO"), environ.get("SCRIPT_NAME"))
        begun = False
        # Asked before the application runs, which may change the environ.
        strict = table.gates_gets and table.is_strict(environ)

        def start(status: str, headers: HeaderList, exc_info: Any = None) -> Any:
            nonlocal begun
            begun = True
            policy = constant or _governing(table, environ, asked)
            if policy is not None:
                edits = policy.now.actual_edits(origin)
                headers, replaced = apply_edits(strictly(edits) if strict else edits, headers)
                if replaced:
                    self._say_replaced(policy, environ, replaced)
                refused = edits is REFUSED_EDITS
                if origin and (refused or decision_made.receivers):
                    self._report_if_wanted(policy, environ, table.log_level, allowed=not refused)
            if table.remember_cookie is not None:
                headers = table.remember_cookie.complete(headers)
            return start_response(status, headers, exc_info)

        try:
            return self._inner(environ, start)
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            return self._crashed(error, environ, start, begun=begun)

    def _crashed(
        self, error: Exception, environ: Environ, start: StartResponse, *, begun: bool
    ) -> Iterable[bytes]:
        """Answer for an application that failed, or raise *error* again."""
        # Few requests need it, and none of an application that works.
        from crossguard.flask.crashes import answer_crash  # noqa: PLC0415

        answer = answer_crash(self._app, environ, error)
        if answer is None:
            raise error
        if begun:
            # As before a teardown that fails: the server decides whether the headers have left, and raises
            # the exception if so (PEP 3333).
            start = partial(start, exc_info=(type(error), error, error.__traceback__))
        return send_answer(answer, environ, start)

    def _preflight(
        self, policy: "Policy", log_level: int, origin: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Whether a browser goes on can depend on the method and the headers, which the answer does
        # not; only who listens pays for finding out.
        self._report_if_wanted(policy, environ, log_level, allowed=False)
        edits = policy.now.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )
        return answer_preflight(edits, start_response)

    def _report_if_wanted(self, policy: "Policy", environ: Environ, log_level: int, *, allowed: bool) -> None:
        if wanted(log_level, allowed=allowed):
            # The words are loaded with the first decision that somebody wants to know.
            from crossguard.flask.reports import report  # noqa: PLC0415

            report(self._app, policy, environ, log_level)

    def _say_replaced(self, policy: "Policy", environ: Environ, names: tuple[str, ...]) -> None:
        # Once for each set of names: enough to find the view, and bounded.
        if names not in self._replaced:
            self._replaced.add(names)
            from crossguard.flask.reports import report_replaced  # noqa: PLC0415 - once, if ever

            report_replaced(policy, environ, names)


def _governing(table: "Table", environ: Environ, asked: tuple[Any, Any] | None) -> "Policy | None":
    """Return the policy of a request, by the path and the mount that were *asked* for."""
    if asked is not None and environ.get("PATH_INFO") != asked[0]:
        environ = {**environ, "PATH_INFO": asked[0], "SCRIPT_NAME": asked[1]}
    return table.for_request(environ)
