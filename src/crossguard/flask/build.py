"""Builds the policy table of an application: compiles what was declared, checks it, collects mistakes."""

from collections.abc import Iterable, Mapping

from flask import Flask

from crossguard.adapters.path_policies import known_cookies, needs_the_others
from crossguard.core.issues import ConfigError, ConfigIssue
from crossguard.core.paths import PathTable
from crossguard.core.policy import Policy
from crossguard.declare.declaration import Declaration
from crossguard.declare.live_policy import LivePolicy
from crossguard.flask.blueprints import Prefixes, compile_prefixes, declaration_of
from crossguard.flask.declarations import context_of, declared_within
from crossguard.flask.governing import Governing
from crossguard.flask.marks import collect_marks
from crossguard.flask.remember import remember_cookie_of
from crossguard.flask.reports import SignalReporter
from crossguard.flask.response import RememberingResponse, Response
from crossguard.flask.routing import Router
from crossguard.flask.table import NO_POLICY, Table
from crossguard.flask.tokens import check_tokens
from crossguard.flask.views import marks_of, twice_marked
from crossguard.wsgi.environ import encoded

# To ask more gates than this costs as much as to route.
_FEW = 8


def build_table(
    app: Flask,
    *,
    app_level: Declaration | None,
    paths: Mapping[str, Declaration],
    prefixes: Prefixes,
    live_policies: dict[Declaration, LivePolicy],
) -> Table:
    """Compile everything that was declared.

    Args:
        app: the application.
        app_level: the declaration for the whole of it.
        paths: those for its paths.
        prefixes: where its blueprints are mounted.
        live_policies: what was compiled before, by declaration; grows.

    Raises:
        ConfigError: with every mistake of every policy.
    """
    builder = _Builder(app, live_policies)
    return builder.build(app_level, paths, prefixes)


class _Builder:
    """One table of *app* as it is put together."""

    def __init__(self, app: Flask, live_policies: dict[Declaration, LivePolicy]) -> None:
        self._app = app
        self._live_policies = live_policies
        self._issues: list[ConfigIssue] = []
        self._compiled: dict[Declaration, Policy] = {}

    def build(
        self, app_level: Declaration | None, paths: Mapping[str, Declaration], prefixes: Prefixes
    ) -> Table:
        app = self._app
        router = Router(app)
        self._compile_all([*([app_level] if app_level else []), *paths.values(), *declared_within(app)])
        whole = Governing("app", self._compiled.get(app_level)) if app_level else NO_POLICY
        by_path = self._by_path(paths, whole)
        blueprints = {
            name: Governing("blueprint", self._compiled.get(declaration))
            for name, blueprint in app.blueprints.items()
            if (declaration := declaration_of(blueprint)) is not None
        }
        views = dict(app.view_functions)
        endpoints = self._of_views()
        fixed, variable = compile_prefixes(app, blueprints, prefixes)
        marks = collect_marks(app, self._with_blueprint(blueprints), self._issues)
        policies = tuple(self._compiled.values())
        check_tokens(app, policies, self._issues)
        cookie_notes = self._check_cookies(policies)
        if self._issues:
            raise ConfigError(self._issues)
        routed = bool(blueprints or endpoints)
        constant = None if by_path or routed else whole.policy
        gated = tuple(policy for policy in policies if policy.gate is not None)
        remember_cookie = remember_cookie_of(app)
        return Table(
            app=app,
            router=router,
            app_level=whole,
            paths=by_path,
            blueprints=blueprints,
            endpoints=endpoints,
            prefixes=fixed,
            variable_prefixes=variable,
            views=views,
            marks=marks,
            live_policies=tuple(self._live_policies[declaration] for declaration in self._compiled),
            policies=policies,
            constant=constant,
            routed=routed,
            routes=routed or bool(marks),
            asks=any(policy.compiled.callables for policy in policies),
            gated=bool(gated),
            gates_gets=any(found.strict_get for found in marks.values()),
            asked_quickly=_asked_quickly(constant, gated, routed=routed),
            cookie_notes=tuple(cookie_notes),
            remember_cookie=remember_cookie,
            reporter=SignalReporter(app),
            response=Response if remember_cookie is None else RememberingResponse,
        )

    def _compile_all(self, declarations: list[Declaration]) -> None:
        """Compile every declaration.

        Where one policy gates writes, all do that were not told otherwise: a front end that is trusted with
        credentials may write, and a reader's route must not be the way in for every other caller.
        """
        for declaration in dict.fromkeys(declarations):
            try:
                self._compiled[declaration] = self._compile(declaration)
            except ConfigError as error:
                self._issues.extend(issue for issue in error.issues if issue not in self._issues)
        if any(policy.gate for policy in self._compiled.values()):
            signing_in = known_cookies(self._compiled.values())
            for declaration, policy in self._compiled.items():
                if needs_the_others(policy, signing_in):
                    self._compile(declaration, signing_in=signing_in)

    def _compile(self, declaration: Declaration, *, signing_in: tuple[str, ...] | None = None) -> Policy:
        live = self._live_policies.setdefault(declaration, LivePolicy(declaration, awaits=False))
        context = context_of(self._app)
        if signing_in is not None:
            context = context._replace(gated=True, auth_cookies=signing_in)
        return live.compile(context)

    def _by_path(self, paths: Mapping[str, Declaration], whole: Governing) -> PathTable[Governing] | None:
        found = {encoded(path): Governing("path", self._compiled.get(entry)) for path, entry in paths.items()}
        if found and whole.policy is not None:
            found.setdefault("/*", whole)
        return PathTable(found) if found else None

    def _of_views(self) -> dict[str, dict[str, Governing]]:
        """Return the policies of views: by endpoint, then by method, with "" for all other methods."""
        endpoints = {}
        for endpoint, view in self._app.view_functions.items():
            entry = {
                method: Governing("view", self._compiled.get(declaration))
                for method, declaration in marks_of(view)
            }
            if entry:
                self._issues.extend(twice_marked(view))
                endpoints[endpoint] = entry
        return endpoints

    def _with_blueprint(self, blueprints: Mapping[str, Governing]) -> list[tuple[Policy, str]]:
        """Return each policy with the name of its blueprint; empty for the others."""
        named = [(entry.policy, name) for name, entry in blueprints.items() if entry.policy]
        # Policies that say the same are equal, and these are two.
        of_blueprints = {id(policy) for policy, _ in named}
        return named + [(policy, "") for policy in self._compiled.values() if id(policy) not in of_blueprints]

    def _check_cookies(self, policies: Iterable[Policy]) -> list[str]:
        credentialed = any(policy.config.supports_credentials for policy in policies)
        if not credentialed or not (self._app.secret_key or hasattr(self._app, "login_manager")):
            return []
        # The browser model behind it takes 36 ms to import, which applications without cookies are spared.
        from crossguard.flask.cookies import check_cookies  # noqa: PLC0415

        return check_cookies(self._app, policies, self._issues)


def _asked_quickly(
    constant: Policy | None, gated: tuple[Policy, ...], *, routed: bool
) -> tuple[Policy, ...] | None:
    if constant is not None:
        return (constant,)
    if routed:
        return gated if len(gated) <= _FEW else ()
    return None
