"""``CORS``: declares policies for an application, its paths, and its blueprints."""

import threading
from collections.abc import Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, Final, Unpack

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from crossguard.core.issues import ConfigError
from crossguard.declare.live_policy import LivePolicy
from crossguard.declare.option_types import Options
from crossguard.declare.targets import wrong_target
from crossguard.flask import blueprints
from crossguard.flask.declarations import (
    CONFIG_PREFIX,
    Declaration,
    check_names,
    from_config,
    merged_config,
    merged_options,
    place_of_caller,
    read_resources,
    refuse_twice,
    validate_alone,
)
from crossguard.flask.early import check_now, watch
from crossguard.flask.guard import Guard
from crossguard.flask.marked import declared_within
from crossguard.logs import logger

if TYPE_CHECKING:
    from crossguard.edge.application import Application
    from crossguard.flask.table import Table

EXTENSION_KEY: Final = "crossguard"

#: The guarded ``Flask.wsgi_app``, and the one that it wraps; filled once.
ORIGINAL: Final[list[tuple[Any, Any]]] = []

# Held while an application gets its guard.
_installing: Final = threading.RLock()


class CORS:
    """Decides which origins may use an application or a blueprint from a browser.

    ``CORS(app, origins=["https://app.example.com"], supports_credentials=True)`` governs every URL;
    ``CORS(blueprint, …)`` those of a blueprint; ``resources={"/api/*": {…}}`` those below a path. The
    narrowest policy governs: view, innermost blueprint, path, application. Without a target, call
    :meth:`init_app` later.

    Args:
        target: the application or the blueprint.
        options: see the table of options; what is left out falls back to ``app.config["CORS_*"]``.

    Raises:
        TypeError: an option does not exist, or the target is no application of Flask; the message names the
            nearest option, or the right call.
        ConfigError: the options do not build; every mistake is listed, and nothing is installed.
    """

    def __init__(self, target: Flask | Blueprint | None = None, **options: Unpack[Options]) -> None:
        _refuse_wrong(target)
        self._options = check_names(options, ("resources",))
        self._place = place_of_caller()
        if not isinstance(target, Flask) or "resources" in self._options:
            # Those of an application are checked once, together with what they fall back to.
            _check(self._options, self._place)
        if target is not None:
            self.init_app(target)

    def init_app(self, target: Flask | Blueprint, **options: Unpack[Options]) -> None:
        """Declare the policy for *target*; *options* go before those of the constructor.

        Raises:
            TypeError: as the constructor.
            ConfigError: as the constructor.
            RuntimeError: the first request has been handled already.
        """
        _refuse_wrong(target)
        merged = self._options | check_names(options, ("resources",))
        place = self._place
        if options:
            # The constructor has checked its own.
            place = place_of_caller()
            _check(merged, place)
        if isinstance(target, Blueprint):
            _declare_blueprint(target, merged, place)
        else:
            with _installing:
                state = _found(target) or State(target)
                state.declare(target, merged, place)
                _install(target, state)
                watch(target)


def _refuse_wrong(target: object) -> None:
    if target is not None and not isinstance(target, Flask | Blueprint):
        raise TypeError(wrong_target("CORS", target))


class State:
    """What crossguard knows of one application; kept in ``app.extensions``.

    Attributes:
        guard: stands directly around Flask.
        table: the policies; None before the first request.
        prefixes: where blueprints are mounted.
    """

    def __init__(self, app: Flask) -> None:
        original = ORIGINAL[0][1] if ORIGINAL else type(app).wsgi_app
        self.guard = Guard(app, self, MethodType(original, app), direct=True)
        self.table: Table | None = None
        self.prefixes = blueprints.Prefixes()
        self._app_level: Declaration | None = None
        self._paths: dict[str, Declaration] = {}
        # One for each declaration, whatever table it is in: whoever was given a policy keeps it.
        self._live_policies: dict[int, LivePolicy] = {}
        self._lock = threading.Lock()
        # Why the first request could not fix the policies; no later one tries again.
        self._broken: ConfigError | None = None

    def declare(self, app: Flask, options: Mapping[str, object], place: str) -> None:
        """Add the application's policy, or its paths'."""
        self.refuse_late(place)
        configured = from_config(app)
        resources = options.get("resources", configured.get("resources"))
        shared = {name: value for name, value in options.items() if name != "resources"}
        added = (
            {"": Declaration(shared, place, "app")}
            if resources is None
            else read_resources(resources, shared, place)
        )
        refuse_twice(self._paths | ({"": self._app_level} if self._app_level else {}), added)
        checked = {id(entry): LivePolicy(entry, awaits=False) for entry in added.values()}
        for declaration in added.values():
            checked[id(declaration)].check(merged_options(app, declaration), debug=app.debug)
        self._live_policies.update(checked)
        for declaration in added.values():
            # Now, so that whoever asks for the name of the session cookie before the first request gets
            # the right one; and again then, when the debug flag is known.
            _apply_posture(app, declaration)
        self._app_level = added.pop("", self._app_level)
        self._paths.update(added)

    def freeze(self, app: Flask) -> "Table":
        """Build the table from all that was declared; the first request does."""
        # Only who serves needs it.
        from crossguard.flask.serving import start_serving  # noqa: PLC0415

        with self._lock:
            if self._broken is not None:
                raise self._broken.with_traceback(None)
            if self.table is None:
                table = self._build_once(app)
                start_serving(app, table)
                for live in self._live_policies.values():
                    live.follow()
                self.table = table
            return self.table

    def thaw(self, app: Flask, stale: "Table") -> "Table":
        """Build the table again, in place of *stale*, because views were added after the first request."""
        with self._lock:
            if self.table is stale:
                table = self.build(app)
                for live in self._live_policies.values():
                    live.follow()
                self.table = table
            return self.table or stale

    def _build_once(self, app: Flask) -> "Table":
        try:
            return self.build(app)
        except ConfigError as error:
            self._broken = error
            logger.critical("%s serves nothing until this is corrected: %s", app.name, error)
            raise

    def build(self, app: Flask) -> "Table":
        """Build a table from what is declared so far, and keep none; reads the sources."""
        # Only who serves or looks needs it, and it is the larger half of the extension.
        from crossguard.flask.table import Table  # noqa: PLC0415

        # An application has one set of cookies, whoever asks for their posture.
        for declaration in (self._app_level, *self._paths.values(), *declared_within(app)):
            if declaration is not None:
                _apply_posture(app, declaration)
        table = Table(
            app,
            app_level=self._app_level,
            paths=self._paths,
            prefixes=self.prefixes,
            live_policies=self._live_policies,
        )
        # The cookies were compared with the front ends that are written down: a row of a database that
        # does not fit must not keep the application from starting.
        for live in self._live_policies.values():
            live.read()
        return table

    def describe(self, app: Flask) -> "Application":
        """Describe the policies by path, for a proxy in front of *app*.

        Raises:
            ConfigError: they do not build.
        """
        # Only the commands about proxies need it.
        from crossguard.flask.edge import describe_flask  # noqa: PLC0415

        described = describe_flask(app, self.freeze(app), self._paths, self.prefixes)
        described.known = lambda: all(found.is_known for found in self._live_policies.values())
        return described

    def refuse_late(self, place: str) -> None:
        """Refuse a declaration that no request would see.

        Raises:
            RuntimeError: the first request has been handled.
        """
        if self.table is not None:
            raise RuntimeError(
                f"CORS at {place} comes after the first request, which has fixed the policies. "
                "Declare it while the application is set up."
            )


def state_of(app: Flask) -> State:
    """Return the state of *app*; installs the guard at the first call."""
    found = _found(app)
    if found is not None:
        return found
    with _installing:
        return _found(app) or _install(app, State(app))


def _found(app: Flask) -> State | None:
    state = app.extensions.get(EXTENSION_KEY)
    return state if isinstance(state, State) else None


def _install(app: Flask, state: State) -> State:
    if app.extensions.get(EXTENSION_KEY) is not state:
        inner = app.wsgi_app
        unwrapped = getattr(inner, "__self__", None) is app and any(
            getattr(inner, "__func__", None) is guarded for guarded, _ in ORIGINAL
        )
        app.extensions[EXTENSION_KEY] = state
        guard = state.guard if unwrapped else Guard(app, state, inner, direct=False)
        app.wsgi_app = guard  # type: ignore[method-assign]
    return state


def _apply_posture(app: Flask, declaration: Declaration) -> None:
    """Set the cookies as ``cookies=`` asks; before anything reads their names from the configuration."""
    if "cookies" not in declaration.options and f"{CONFIG_PREFIX}COOKIES" not in app.config:
        return  # nobody asks, and a list of a million origins is not read again to find that out
    try:
        config = merged_config(app, declaration)
    except ConfigError:
        return  # the table reports it, together with all others
    if config.cookies != "as-configured":
        # The browser model behind it is loaded by whoever asks for it.
        from crossguard.flask.cookies import apply_posture  # noqa: PLC0415

        apply_posture(app, config)


def _check(options: Mapping[str, object], place: str) -> None:
    shared = {name: value for name, value in options.items() if name != "resources"}
    validate_alone(shared, place)
    if "resources" in options:
        read_resources(options["resources"], shared, place)


def _declare_blueprint(blueprint: Blueprint, options: Mapping[str, object], place: str) -> None:
    if "resources" in options:
        raise TypeError(
            "CORS: a blueprint has one policy; give resources={…} to CORS(app), "
            "or call CORS for each blueprint."
        )
    present = blueprints.declaration_of(blueprint)
    if present is not None and (present.options, present.place) == (options, place):
        # An application factory that runs again, as it does in tests: the same line says the same.
        return
    apps = blueprints.apps_with(blueprint) if _is_registered(blueprint) else []
    for app in apps:
        state_of(app).refuse_late(place)
    blueprints.declare(blueprint, Declaration(options, place, f"blueprint {blueprint.name}"))
    # Not with record(), which refuses a blueprint that is mounted somewhere: it may be mounted again.
    blueprint.deferred_functions.append(_record_mount)


def _record_mount(setup: BlueprintSetupState) -> None:
    if isinstance(setup.app, Flask):
        state_of(setup.app).prefixes.record(setup)
        present = blueprints.declaration_of(setup.blueprint)
        check_now(setup.app, () if present is None else (present,))


def _is_registered(blueprint: Blueprint) -> bool:
    return bool(getattr(blueprint, "_got_registered_once", False))
