"""Responses of an application on their way out, with the policy that governs the request."""

from collections.abc import Iterable
from typing import Protocol

from flask import Flask

from crossguard.adapters.crashes import Raising
from crossguard.adapters.reporter import Reporter
from crossguard.core.disputed import settle
from crossguard.core.policy import Policy
from crossguard.flask.crashes import Crash, crash_of
from crossguard.flask.passed import Passed
from crossguard.flask.remember import RememberCookie
from crossguard.wsgi.environ import Environ, StartResponse
from crossguard.wsgi.response import Outgoing, begin_late, may_fail_late


class Policies(Protocol):
    """What a response asks of the policies of its application: its ``Table``."""

    @property
    def constant(self) -> Policy | None:
        """The one policy of an application that has no other."""

    @property
    def reporter(self) -> Reporter:
        """Tells what was decided."""

    @property
    def remember_cookie(self) -> RememberCookie | None:
        """Completes the cookies that Flask-Login sets."""

    @property
    def gates_gets(self) -> bool:
        """Whether a GET may have to pass a gate."""

    def is_strict(self, environ: Environ) -> bool:
        """Tell whether a response depends on what the gate looks at, though its method is safe."""

    def for_request(self, environ: Environ) -> Policy | None:
        """Return the policy of a request that the application has answered."""


class Response(Outgoing):
    """One response of an application, with the policy that governs the request found when it begins."""

    __slots__ = ("_app", "_asked", "_table", "passed")

    def __init__(self, app: Flask, table: Policies, environ: Environ, start_response: StartResponse) -> None:
        # Written out, because one is made for every request.
        self._policy = constant = table.constant
        self._strict = table.gates_gets and table.is_strict(environ)
        self.reporter = table.reporter
        self.environ = environ
        self.origin = environ.get("HTTP_ORIGIN")
        self._start_response = start_response
        self._pending = self._begun = self._told = False
        self._app = app
        #: The mark of the request, where it may be rewritten on its way.
        self.passed: Passed | None = None
        self._table = table
        # The path that was asked for governs, even if a dispatcher inside of the guard changes it.
        self._asked = None if constant is not None else (environ.get("PATH_INFO"), environ.get("SCRIPT_NAME"))

    def carry(self, passed: Passed | None) -> None:
        """Take the mark of a request that may be rewritten on its way, by which others may govern it, too."""
        self.passed = passed
        if passed is not None:
            self._policy = None

    def governing(self) -> Policy | None:
        """Return the policy of the request, by the path and the mount that were asked for."""
        environ, asked = self.environ, self._asked
        if asked is not None and environ.get("PATH_INFO") != asked[0]:
            environ = {**environ, "PATH_INFO": asked[0], "SCRIPT_NAME": asked[1]}
        policy = self._table.constant or self._table.for_request(environ)
        if self.passed is None or not self.passed.inside:
            return policy
        policies = [found for found in (policy, *self.passed.inside) if found is not None]
        return settle(tuple(policies), self.origin) if policies else None

    def finish(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """Begin the response, once it is known that it has a beginning, and return what is to be sent."""
        if self._pending:
            for name, _ in self._headers:
                # Werkzeug counts what is there, and nothing that is made while it is sent.
                if name == "Content-Length":
                    self.begin()
                    return body
        if not may_fail_late(body, self.environ):
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


class RememberingResponse(Response):
    """One of an application with Flask-Login."""

    __slots__ = ()

    def begin(self) -> None:
        """Tell the server of the beginning, with the cookies complete."""
        remember_cookie = self._table.remember_cookie
        if remember_cookie is not None and self._pending:
            self._headers = remember_cookie.complete(self._headers)
        super().begin()
