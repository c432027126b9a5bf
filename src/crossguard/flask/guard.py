"""The guard around ``app.wsgi_app``: answers preflights, puts the policy on all that leaves."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from crossguard.core.decision import Outcome
from crossguard.core.edits import HeaderList, apply_edits
from crossguard.core.policy import Policy
from crossguard.flask import reports
from crossguard.flask.crashes import answer_crash
from crossguard.wsgi import Environ, StartResponse, WSGIApp, answer_preflight, asks_private_network

if TYPE_CHECKING:
    from crossguard.flask.extension import State


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
        """Answer a preflight, or let the application answer and edit the headers (PEP 3333)."""
        table = self._state.table or self._state.freeze(self._app)
        origin = environ.get("HTTP_ORIGIN")
        if origin and environ["REQUEST_METHOD"] == "OPTIONS":
            requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            if requested:
                policy = table.constant or table.for_preflight(environ, requested)
                if policy is not None:
                    return self._preflight(policy, origin, environ, start_response)

        def start(status: str, headers: HeaderList, exc_info: Any = None) -> Any:
            policy = table.constant or table.for_request(environ)
            if policy is not None:
                headers = self._edit(policy, origin, environ, headers)
            return start_response(status, headers, exc_info)

        try:
            return self._inner(environ, start)
        except Exception as error:
            answer = answer_crash(self._app, environ, error)
            if answer is None:
                raise
            return answer(environ, start)

    def _preflight(
        self, policy: Policy, origin: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        decision = policy.preflight(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )
        # Refused or not can depend on the method and the headers, which the answer does not; only who
        # listens pays for finding out.
        if reports.wanted(self._app, allowed=False):
            reports.report(self._app, policy, environ)
        return answer_preflight(decision, start_response)

    def _edit(self, policy: Policy, origin: str | None, environ: Environ, headers: HeaderList) -> HeaderList:
        decision = policy.actual(origin)
        edited, replaced = apply_edits(decision.edits, headers)
        if replaced and replaced not in self._replaced:
            self._replaced.add(replaced)
            reports.report_replaced(policy, environ, replaced)
        if origin and reports.wanted(self._app, allowed=decision.outcome is not Outcome.ACTUAL_REFUSED):
            reports.report(self._app, policy, environ)
        return edited
