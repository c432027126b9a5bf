"""The policy table of one application: view, then innermost blueprint, then path, then application.

Exactly one policy governs a request. The table is built when the first request comes, from everything
that was declared until then, and does not change afterwards; Flask takes no routes after that either.
"""

import re
from collections.abc import Mapping
from functools import partial

from flask import Flask

from crossguard.adapters.answer import Answer
from crossguard.adapters.path_policies import known_cookies, needs_the_others
from crossguard.core.issues import ConfigError, ConfigIssue
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import PathTable, canonical
from crossguard.core.policy import Policy
from crossguard.core.write_facts import NO_MARKS
from crossguard.declare.live_policy import LivePolicy
from crossguard.flask.blueprints import Prefixes, chain, declaration_of, prefix_pattern
from crossguard.flask.declarations import Declaration, declared_within, merged_options, own_hosts
from crossguard.flask.governing import ForGate, Governing, settled
from crossguard.flask.marks import collect_marks
from crossguard.flask.remember import remember_cookie_of
from crossguard.flask.reports import SignalReporter
from crossguard.flask.response import RememberingResponse, Response
from crossguard.flask.routing import Route, Router
from crossguard.flask.tokens import check_tokens
from crossguard.flask.views import found_routed, marks_of, twice_marked
from crossguard.flask.writes import check_write
from crossguard.wsgi.environ import Environ, encoded

_NONE = Governing("none", None)
# To ask more gates than this costs as much as to route.
_FEW = 8


class Table:
    """Which policy governs which request of one application."""

    def __init__(
        self,
        app: Flask,
        *,
        app_level: Declaration | None,
        paths: Mapping[str, Declaration],
        prefixes: Prefixes,
        live_policies: dict[int, LivePolicy],
    ) -> None:
        """Compile everything that was declared.

        Args:
            app: the application.
            app_level: the declaration for the whole of it.
            paths: those for its paths.
            prefixes: where its blueprints are mounted.
            live_policies: what was compiled before, by the identity of the declaration; grows.

        Raises:
            ConfigError: with every mistake of every policy.
        """
        self._app = app
        self.live_policies = live_policies
        self._issues: list[ConfigIssue] = []
        self._router = Router(app)
        self._compiled = self._compile_all([app_level, *paths.values()])
        self._app_level = Governing("app", self._compile(app_level)) if app_level else _NONE
        by_path = {encoded(path): Governing("path", self._compile(entry)) for path, entry in paths.items()}
        if by_path and self._app_level.policy is not None:
            by_path.setdefault("/*", self._app_level)
        self._paths = PathTable(by_path) if by_path else None
        self._blueprints = {
            name: Governing("blueprint", self._compile(declaration))
            for name, blueprint in app.blueprints.items()
            if (declaration := declaration_of(blueprint)) is not None
        }
        #: The views that the table knows.
        self.views = dict(app.view_functions)
        self._endpoints = self._compile_endpoints()
        self._prefixes, self._variable_prefixes = self._compile_prefixes(prefixes)
        #: What single endpoints are marked as for the write gate.
        self.marks = collect_marks(app, self._policies_with_blueprint(), self._issues)
        check_tokens(app, self._compiled.values(), self._issues)
        #: What is worth saying about the cookies, in lines for the log.
        self.cookie_notes = self._check_cookies()
        if self._issues:
            raise ConfigError(self._issues)
        found_routed(self._compiled)
        #: Completes the cookies that Flask-Login sets; None without Flask-Login.
        self.remember_cookie = remember_cookie_of(app)
        #: The one policy of an application that has no other; it needs no routing.
        self.constant: Policy | None = (
            self._app_level.policy if not (self._paths or self._blueprints or self._endpoints) else None
        )
        #: Tells what was decided; made once, as the debug flag is fixed while serving.
        self.reporter = SignalReporter(app)
        #: Takes the environ and ``start_response`` of a request, and puts its policy on what is answered.
        self.respond = partial(Response if self.remember_cookie is None else RememberingResponse, app, self)
        self._routed = bool(self._blueprints or self._endpoints)
        #: Whether the route of a request matters for its gate.
        self.routes = self._routed or bool(self.marks)
        #: Every policy of the application, also those that say the same in two places.
        self.policies = tuple(self._compiled.values())
        #: Whether somebody is asked about origins, who should not be asked twice in one request.
        self.asks = any(policy.compiled.callables for policy in self.policies)
        gated = tuple(policy for policy in self.policies if policy.gate is not None)
        #: Whether any request has to pass a gate, and whether a GET may have to.
        self.gated = bool(gated)
        # Whose gates are asked at a glance; None where the path says whose.
        self._glanced: tuple[Policy, ...] | None = None
        if self.constant is not None:
            self._glanced = (self.constant,)
        elif self._routed:
            self._glanced = gated if len(gated) <= _FEW else ()
        self.gates_gets = any(marks.strict_get for marks in self.marks.values())

    def for_preflight(self, environ: Environ, requested_method: str) -> Policy | None:
        """Return the policy of the view that would run for *requested_method*."""
        if not self._routed:
            return self._by_path(environ).policy
        return self._governing(environ, requested_method).policy

    def allows_quickly(self, environ: Environ, fetch_site: str | None, origin: str | None) -> bool:
        """Tell at a glance that a request passes its gate; False leaves it open.

        Where the governing policy is known without routing, its gate is asked; otherwise every gate, as
        long as they are few.
        """
        asked = self._glanced
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
        route = self._router.find(environ, environ["REQUEST_METHOD"])
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
        return check_write(self._app, found, environ, self.reporter), found.route

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
        if not self._routed:
            return self._by_path(environ).policy
        # Werkzeug keeps the request in its environ; reading the rule there saves routing twice. A
        # middleware that copied the environ hides it, an unknown URL has no rule, and an application
        # mounted inside of this one has rules of its own.
        rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
        method = environ["REQUEST_METHOD"]
        if rule is not None and rule.map is self._app.url_map:
            return self.of_endpoint(environ, rule.endpoint, method).policy
        return self._governing(environ, method).policy

    def _governing(self, environ: Environ, method: str) -> Governing:
        try:
            route: Route | None = self._router.find(environ, method)
        except Exception:  # noqa: BLE001 - a converter of the application; it fails again where it matters
            route = None
        if route is not None:
            return self.of_endpoint(environ, route.rule.endpoint, route.method)
        return self._by_prefix(environ)

    def of_endpoint(self, environ: Environ, endpoint: str, method: str) -> Governing:
        """Return what governs a request that reaches *endpoint* with *method*, in any letter case."""
        entry = self._endpoints.get(endpoint)
        if entry is not None:
            method = method.upper()
            found = entry.get(method) or entry.get("GET" if method in {"HEAD", "OPTIONS"} else "")
            found = found or entry.get("")
            if found is not None:
                return found
        for name in chain(endpoint):
            if (governing := self._blueprints.get(name)) is not None:
                return governing
        return self._by_path(environ)

    def _by_path(self, environ: Environ) -> Governing:
        if self._paths is None:
            return self._app_level
        found = self._paths.find(environ.get("PATH_INFO", ""), environ.get("SCRIPT_NAME") or "")
        return self._app_level if found is None else settled(found, environ)

    def _by_prefix(self, environ: Environ) -> Governing:
        path = environ.get("PATH_INFO", "")
        if self._prefixes is not None and (found := self._prefixes.find(path)) is not None:
            return settled(found, environ)
        path = canonical(path)
        for pattern, governing in self._variable_prefixes:
            if pattern.match(path):
                return governing
        return self._by_path(environ)

    def _compile_all(self, declarations: list[Declaration | None]) -> dict[int, Policy]:
        """Compile every declaration, by its identity.

        Where one policy gates writes, all do that were not told otherwise: whoever is trusted with
        credentials may write, and a reader's route must not be the way in for everybody else.
        """
        every = [declaration for declaration in declarations if declaration is not None]
        every += declared_within(self._app)
        compiled: dict[int, Policy] = {}
        for declaration in every:
            if id(declaration) not in compiled:
                try:
                    compiled[id(declaration)] = self._compile_one(declaration)
                except ConfigError as error:
                    self._issues.extend(issue for issue in error.issues if issue not in self._issues)
        if any(policy.gate for policy in compiled.values()):
            signing_in = known_cookies(compiled.values())
            for declaration in every:
                policy = compiled.get(id(declaration))
                if policy is not None and needs_the_others(policy, signing_in):
                    self._compile_one(declaration, gated=True, auth_cookies=signing_in)
        return compiled

    def _compile_one(
        self, declaration: Declaration, *, gated: bool = False, auth_cookies: tuple[str, ...] = ()
    ) -> Policy:
        live = self.live_policies.setdefault(id(declaration), LivePolicy(declaration, awaits=False))
        options = merged_options(self._app, declaration)
        if auth_cookies:
            options["auth_cookies"] = auth_cookies
        return live.compile(options, debug=self._app.debug, gated=gated, own_hosts=own_hosts(self._app))

    def _check_cookies(self) -> list[str]:
        credentialed = any(policy.config.supports_credentials for policy in self._compiled.values())
        if not credentialed or not (self._app.secret_key or hasattr(self._app, "login_manager")):
            return []
        # The browser model behind it costs an import, which applications without cookies are spared.
        from crossguard.flask.cookies import check_cookies  # noqa: PLC0415

        return check_cookies(self._app, self._compiled.values(), self._issues)

    def _policies_with_blueprint(self) -> list[tuple[Policy, str]]:
        blueprints = [(entry.policy, name) for name, entry in self._blueprints.items() if entry.policy]
        of_blueprints = {id(policy) for policy, _ in blueprints}
        return blueprints + [
            (policy, "") for policy in self._compiled.values() if id(policy) not in of_blueprints
        ]

    def _compile(self, declaration: Declaration) -> Policy | None:
        return self._compiled.get(id(declaration))

    def _compile_endpoints(self) -> dict[str, dict[str, Governing]]:
        """Return the policies of views: by endpoint, then by method, with "" for all other methods."""
        endpoints = {}
        for endpoint, view in self._app.view_functions.items():
            entry = {
                method: Governing("view", self._compile(declaration))
                for method, declaration in marks_of(view)
            }
            self._issues.extend(twice_marked(view))
            if entry:
                endpoints[endpoint] = entry
        return endpoints

    def _compile_prefixes(
        self, prefixes: Prefixes
    ) -> tuple[PathTable[Governing] | None, tuple[tuple[re.Pattern[str], Governing], ...]]:
        fixed: dict[str, Governing] = {}
        variable: list[tuple[str, re.Pattern[str], Governing]] = []
        for name, governing in self._blueprints.items():
            prefix = encoded(prefixes.of(self._app, name)).rstrip("/")
            if pattern := prefix_pattern(prefix):
                variable.append((prefix, pattern, governing))
            elif prefix:
                fixed[f"{prefix}/*"] = governing
        variable.sort(key=lambda entry: -entry[0].count("/"))
        return PathTable(fixed) if fixed else None, tuple(
            (pattern, governing) for _, pattern, governing in variable
        )
