"""The guard around ``app.wsgi_app``: answers preflights, puts the policy on all that leaves."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask, Request

from crossguard.answer import Answer
from crossguard.core.edits import REFUSED_EDITS, HeaderList, apply_edits
from crossguard.core.names import SAFE_METHODS
from crossguard.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    send_answer,
)
from crossguard.flask.passed import KEY, Passed, mark
from crossguard.flask.signals import decision_made, wanted

if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.flask.extension import State
    from crossguard.flask.table import Table


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

    def __init__(self, app: Flask, state: "State", inner: WSGIApp, *, direct: bool) -> None:
        self._app = app
        self._inner = inner
        self._state = state
        self._direct = direct and type(app).request_context is Flask.request_context
        self._replaced: set[tuple[str, ...]] = set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer (PEP 3333)."""
        table = self._state.table or self._state.freeze(self._app)
        if len(table.views) != len(self._app.view_functions):
            table = self._state.thaw(self._app, table)
        origin = environ.get("HTTP_ORIGIN")
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS" and origin:
            requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            if requested:
                policy = table.constant or table.for_preflight(environ, requested)
                if policy is not None:
                    return self._preflight(policy, table.log_level, origin, environ, start_response)
        if table.gated and (method not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ):
            if not table.passes_at_a_glance(environ, environ.get("HTTP_SEC_FETCH_SITE"), origin):
                refusal, route = table.check_write(environ)
                if refusal is not None:
                    return send_answer(refusal, environ, start_response)
                passed = mark(environ, self._state, route=route)
            elif self._direct and self._app.request_class is Request:
                # Nothing can rewrite it from here on: no more has to be known than that it has passed.
                environ[KEY] = self._state
                passed = None
            else:
                passed = mark(environ, self._state, every=True)
            return self._serve(table, origin, environ, start_response, passed)
        if self._direct:
            # Nothing asks where a request has been that need not pass a gate.
            return self._serve(table, origin, environ, start_response, None)
        return self._serve(table, origin, environ, start_response, mark(environ, self._state))

    def again(self, outside: Passed, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Judge a request again that was rewritten inside of another guard of the same application."""
        table = self._state.table or self._state.freeze(self._app)
        method = environ["REQUEST_METHOD"]
        if table.gated and (method not in SAFE_METHODS or table.gates_gets or "HTTP_UPGRADE" in environ):
            every = table.passes_at_a_glance(
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

    def _serve(
        self,
        table: "Table",
        origin: str | None,
        environ: Environ,
        start_response: StartResponse,
        passed: Passed | None,
    ) -> Iterable[bytes]:
        """Let the application answer, and put the policy on the headers."""
        constant = table.constant
        # Where paths differ, what was asked for governs, whatever a dispatcher inside of the guard moves.
        asked = None if constant else (environ.get("PATH_INFO"), environ.get("SCRIPT_NAME"))
        begun = False

        def start(status: str, headers: HeaderList, exc_info: Any = None) -> Any:
            nonlocal begun
            begun = True
            policy = constant or _governing(table, environ, asked)
            if passed is not None and passed.inside:
                policy = _agreed(policy, passed.inside, origin)
            if policy is not None:
                edits = policy.now.actual_edits(origin)
                headers, replaced = apply_edits(edits, headers)
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
        finally:
            if passed is not None:
                # It stands for this request only, and a caller may use its environ again.
                environ.pop(KEY, None)

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


def without_policy(answer: Answer) -> Answer:
    """Return *answer* without the headers that a guard outside puts on."""
    fields = [field for field in answer.headers if not field[0].startswith("Access-Control-")]
    return answer._replace(headers=fields)


def _agreed(policy: "Policy | None", inside: "list[Policy | None]", origin: str | None) -> "Policy | None":
    """Return whose headers a request gets that was rewritten on its way."""
    # Few requests are, and only who serves has policies.
    from crossguard.core.disputed import settle  # noqa: PLC0415

    policies = [found for found in (policy, *inside) if found is not None]
    return settle(tuple(policies), origin) if policies else None
