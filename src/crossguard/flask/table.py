"""The policy table of one application: view, then innermost blueprint, then path, then application.

Exactly one policy governs a request. The table is built with the first request, from everything
that was declared until then, and does not change afterwards; Flask takes no routes after that either.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask

from crossguard.adapters.answer import Answer
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import PathTable, canonical
from crossguard.core.policy import Policy
from crossguard.core.request import NO_MARKS, RouteMarks
from crossguard.declare.live_policy import LivePolicy
from crossguard.flask.blueprints import chain
from crossguard.flask.governing import ForGate, Governing, settled
from crossguard.flask.remember import RememberCookie
from crossguard.flask.reports import SignalReporter
from crossguard.flask.response import Response
from crossguard.flask.routing import Route, Router
from crossguard.flask.writes import check_write
from crossguard.wsgi.environ import Environ

NO_POLICY: Final = Governing("none", None)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table:
    """Which policy governs which request of one application.

    Attributes:
        app: the application.
        router: asks its URL map.
        app_level: what governs where nothing narrower does.
        paths: what governs paths; None without any.
        blueprints: what governs blueprints, by name.
        endpoints: what governs views: by endpoint, then by method, with "" for all other methods.
        prefixes: what governs below the prefixes of blueprints, for unknown URLs.
        variable_prefixes: the same for prefixes with variables.
        views: the views that the table knows.
        marks: how single endpoints are marked for the write gate.
        live_policies: what keeps them up to date.
        policies: every policy of the application, also those that say the same in two places.
        constant: the one policy of an application that has no other; it needs no routing.
        routed: whether the route of a request matters for its policy.
        routes: whether the route of a request matters for its gate.
        asks: whether a callable is asked about origins, which should not be asked twice in one request.
        gated: whether any request has to pass a gate.
        gates_gets: whether a GET may have to pass one.
        asked_quickly: the policies whose gates are asked first; None where the path says whose.
        cookie_notes: what is worth saying about the cookies, in lines for the log.
        remember_cookie: completes the cookies that Flask-Login sets; None without Flask-Login.
        reporter: tells what was decided; made once, as the debug flag is fixed while serving.
        response: puts the policy of a request on what is answered.
    """

    app: Flask
    router: Router
    app_level: Governing
    paths: PathTable[Governing] | None
    blueprints: Mapping[str, Governing]
    endpoints: Mapping[str, Mapping[str, Governing]]
    prefixes: PathTable[Governing] | None
    variable_prefixes: tuple[tuple[re.Pattern[str], Governing], ...]
    views: Mapping[str, Any]
    marks: Mapping[str, RouteMarks]
    live_policies: tuple[LivePolicy, ...]
    policies: tuple[Policy, ...]
    constant: Policy | None
    routed: bool
    routes: bool
    asks: bool
    gated: bool
    gates_gets: bool
    asked_quickly: tuple[Policy, ...] | None
    cookie_notes: tuple[str, ...]
    remember_cookie: RememberCookie | None
    reporter: SignalReporter
    response: type[Response]

    def for_preflight(self, environ: Environ, requested_method: str) -> Policy | None:
        """Return the policy of the view that would run for *requested_method*."""
        if not self.routed:
            return self._by_path(environ).policy
        return self._governing(environ, requested_method).policy

    def allows_quickly(self, environ: Environ, fetch_site: str | None, origin: str | None) -> bool:
        """Tell at a glance that a request passes its gate; False leaves it open.

        Where the governing policy is known without routing, its gate is asked; otherwise every gate, as
        long as they are few.
        """
        asked = self.asked_quickly
        if asked is None:
            governing = self._by_path(environ)
            asked = governing.asked
        for policy in asked:
            gate = policy.compiled.gate
            if gate is None or not gate.passes(fetch_site, origin):
                return False
        return bool(asked)

    def for_gate(self, environ: Environ) -> ForGate:
        """Return the policy that gates a request, and the marks of the route that it reaches.

        A redirect or a method that the route lacks has no marks: an exempt route does not exempt its
        neighbours.
        """
        if not self.routes:
            return ForGate(self._by_path(environ))
        route = self.router.find(environ, environ["REQUEST_METHOD"])
        if route is None:
            return ForGate(self._by_prefix(environ))
        endpoint = route.rule.endpoint
        marks = self.marks.get(endpoint, NO_MARKS) if route.exact else NO_MARKS
        return ForGate(self.of_endpoint(environ, endpoint, route.method), marks, route)

    def of_view(self, environ: Environ, endpoint: str | None) -> ForGate:
        """Return the same for a request that Flask has routed, to no view where *endpoint* is None."""
        if endpoint is None:
            return ForGate(self._by_prefix(environ))
        governing = self.of_endpoint(environ, endpoint, environ["REQUEST_METHOD"])
        return ForGate(governing, self.marks.get(endpoint, NO_MARKS))

    def check_write(self, environ: Environ) -> tuple[Answer | None, Route | None]:
        """Return the answer to a request that may not go on, or None if it may; and its route."""
        found = self.for_gate(environ)
        governing = found.governing
        gate = None if governing.policy is None or governing.rivals else governing.policy.compiled.gate
        # Most writes need no more facts than these two.
        if gate is not None and gate.passes(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")):
            return None, found.route
        return check_write(self.app, found, environ, self.reporter), found.route

    def is_strict(self, environ: Environ) -> bool:
        """Tell whether a response depends on what the gate looks at, though its method is safe."""
        if environ["REQUEST_METHOD"] not in SAFE_METHODS:
            return False
        try:
            found = self.for_gate(environ)
        except Exception:  # noqa: BLE001 - a converter of the application; it fails again where it matters
            return True
        return found.marks.strict_get and any(
            policy.compiled.gate is not None for policy in found.governing.asked
        )

    def for_request(self, environ: Environ) -> Policy | None:
        """Return the policy of a request that the application has answered."""
        if not self.routed:
            return self._by_path(environ).policy
        # Werkzeug keeps the request in its environ; reading the rule there saves routing twice. A
        # middleware that copied the environ hides it, an unknown URL has no rule, and an application
        # mounted inside of this one has rules of its own.
        rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
        method = environ["REQUEST_METHOD"]
        if rule is not None and rule.map is self.app.url_map:
            return self.of_endpoint(environ, rule.endpoint, method).policy
        return self._governing(environ, method).policy

    def _governing(self, environ: Environ, method: str) -> Governing:
        try:
            route: Route | None = self.router.find(environ, method)
        except Exception:  # noqa: BLE001 - a converter of the application; it fails again where it matters
            route = None
        if route is not None:
            return self.of_endpoint(environ, route.rule.endpoint, route.method)
        return self._by_prefix(environ)

    def of_endpoint(self, environ: Environ, endpoint: str, method: str) -> Governing:
        """Return what governs a request that reaches *endpoint* with *method*, in any letter case."""
        entry = self.endpoints.get(endpoint)
        if entry is not None:
            method = method.upper()
            found = entry.get(method) or entry.get("GET" if method in {"HEAD", "OPTIONS"} else "")
            found = found or entry.get("")
            if found is not None:
                return found
        for name in chain(endpoint):
            if (governing := self.blueprints.get(name)) is not None:
                return governing
        return self._by_path(environ)

    def _by_path(self, environ: Environ) -> Governing:
        if self.paths is None:
            return self.app_level
        found = self.paths.find(environ.get("PATH_INFO", ""), environ.get("SCRIPT_NAME") or "")
        return self.app_level if found is None else settled(found, environ)

    def _by_prefix(self, environ: Environ) -> Governing:
        path = environ.get("PATH_INFO", "")
        if self.prefixes is not None and (found := self.prefixes.find(path)) is not None:
            return settled(found, environ)
        path = canonical(path)
        for pattern, governing in self.variable_prefixes:
            if pattern.match(path):
                return governing
        return self._by_path(environ)
