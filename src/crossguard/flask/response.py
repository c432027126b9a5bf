"""Responses of an application on their way out, with the policy that governs the request."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from crossguard.core.disputed import settle
from crossguard.core.edits import HeaderList
from crossguard.crashes import Raising
from crossguard.environ import Environ, StartResponse
from crossguard.flask.crashes import Crash, crash_of
from crossguard.wsgi_response import Outgoing, begin_late, may_fail_late

if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.flask.passed import Passed
    from crossguard.flask.table import Table


class Response(Outgoing):
    """One response of an application, with the policy that governs the request found when it begins."""

    __slots__ = ("_app", "_asked", "_table", "is_whole", "passed")

    def __init__(
        self,
        app: Flask,
        table: "Table",
        environ: Environ,
        start_response: StartResponse,
        passed: "Passed | None" = None,
    ) -> None:
        super().__init__(
            table.constant, table.reporter, environ, start_response, strict=table.is_strict(environ)
        )
        #: The mark of the request, which says how it was rewritten on its way.
        self.passed = passed
        self._app = app
        self._table = table
        # Where paths differ, what was asked for governs, whatever a dispatcher inside of the guard moves.
        self._asked = None if table.constant else (environ.get("PATH_INFO"), environ.get("SCRIPT_NAME"))
        #: Whether the body is there when the response begins; what is made later may still fail.
        self.is_whole = False

    def edited(self, headers: HeaderList) -> HeaderList:
        """Return *headers* with the policy on them, and the cookies complete."""
        # Werkzeug counts what is there, and nothing that is made while it is sent.
        self.is_whole = any(name == "Content-Length" for name, _ in headers)
        table = self._table
        policy = table.constant or _governing(table, self.environ, self._asked)
        if self.passed is not None and self.passed.inside:
            policy = _agreed(policy, self.passed.inside, self.origin)
        if policy is not None:
            headers = self.governed(policy, headers)
        return headers if table.remember_cookie is None else table.remember_cookie.complete(headers)

    def finish(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """Begin the response, once it is known that it has a beginning, and return what is to be sent."""
        if self.is_whole or not may_fail_late(body, self.environ):
            self.begin()
            return body
        return begin_late(body, self)

    def crash(self, error: Exception) -> Iterable[bytes]:
        """Answer for an application that failed, or raise *error* again."""
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


def _agreed(policy: "Policy | None", inside: "list[Policy | None]", origin: str | None) -> "Policy | None":
    """Return the policy whose headers a request gets that was rewritten on its way."""
    policies = [found for found in (policy, *inside) if found is not None]
    return settle(tuple(policies), origin) if policies else None
