"""What crossguard knows of one application: its declarations, its guard, and the table once it serves."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any, Final

from flask import Flask

from crossguard.core.issues import ConfigError
from crossguard.declare.declaration import Declaration, Written
from crossguard.declare.live_policy import LivePolicy
from crossguard.declare.resources import read_resources
from crossguard.flask.blueprints import Prefixes
from crossguard.flask.cookie_settings import cookie_settings, set_cookies
from crossguard.flask.declarations import context_of, declared_within, refuse_twice
from crossguard.flask.guard import Guard
from crossguard.flask.views import found_routed
from crossguard.logs import logger

# The table takes 12 ms to import, the description of an edge 3 ms more.
if TYPE_CHECKING:
    from crossguard.edge.application import Application
    from crossguard.flask.table import Table
    from crossguard.wsgi.watching import Watching

EXTENSION_KEY: Final = "crossguard"
# The state whose policies were handed out before there was a guard.
_KEPT: Final = "crossguard.kept"

#: The guarded ``Flask.wsgi_app``, and the one that it wraps; filled once.
ORIGINAL: Final[list[tuple[Any, Any]]] = []

#: Held while an application gets its guard.
INSTALLING: Final = threading.RLock()


class State:
    """What crossguard knows of one application; kept in ``app.extensions``.

    Attributes:
        guard: stands directly around Flask.
        table: the policies; None before the first request.
        watching: watches the requests, in debug; None elsewhere.
        prefixes: where blueprints are mounted.
        broken: why the policies do not build; None where they do.
    """

    def __init__(self, app: Flask) -> None:
        original = ORIGINAL[0][1] if ORIGINAL else type(app).wsgi_app
        self.guard = Guard(app, self, MethodType(original, app), direct=True)
        self.table: Table | None = None
        self.watching: Watching | None = None
        self.prefixes = Prefixes()
        self._app_level: Declaration | None = None
        self._paths: dict[str, Declaration] = {}
        # One for each declaration, in every table: a policy that was handed out stays in force.
        self._live_policies: dict[Declaration, LivePolicy] = {}
        # Held while the table is built; the same thread may look at it meanwhile.
        self._lock = threading.RLock()
        # The table as it would be built now, while a caller looks at it.
        self._looked_at: Table | None = None
        self.broken: ConfigError | None = None

    def declare(self, app: Flask, written: Written, place: str) -> None:
        """Add the application's policy, or its paths'."""
        self.refuse_late(place)
        context = context_of(app, quiet=True)
        resources = written.over(context.fallback).resources
        added = (
            {"": Declaration(written, place, "app")}
            if resources is None
            else read_resources(resources, written, place)
        )
        present = self._paths | ({"": self._app_level} if self._app_level else {})
        refuse_twice(present, {path: entry.name for path, entry in added.items()}, place)
        checked = {entry: LivePolicy(entry, awaits=False) for entry in added.values()}
        for live in checked.values():
            live.check(context)
        self._live_policies.update(checked)
        for declaration in added.values():
            # Now, as extensions ask for the name of the session cookie before the first request; and again
            # then, when the debug flag is known.
            set_cookies(app, declaration)
        self._app_level = added.pop("", self._app_level)
        self._paths.update(added)

    def freeze(self, app: Flask) -> "Table":
        """Build the table from all that was declared; the first request does."""
        # With the table it takes 14 ms to import, and only serving needs it.
        from crossguard.flask.serving import start_serving  # noqa: PLC0415

        with self._lock:
            if self.table is None:
                if self.broken is not None:
                    # The first request could not fix them, and no later one tries again.
                    raise self.broken.with_traceback(None)
                if app.debug:
                    # In debug only. First, as it tells also why they do not build.
                    from crossguard.flask.devtools import watch  # noqa: PLC0415 - 9 ms

                    watch(app, self, partial(self.look, app))
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
                try:
                    table = self.build(app)
                except ConfigError as error:
                    self.broken = error
                    raise
                for live in self._live_policies.values():
                    live.follow()
                self.table, self.broken = table, None
            return self.table or stale

    def _build_once(self, app: Flask) -> "Table":
        try:
            return self.build(app)
        except ConfigError as error:
            self.broken = error
            logger.critical("%s serves nothing until this is corrected: %s", app.name, error)
            raise

    def build(self, app: Flask) -> "Table":
        """Build a table from what is declared so far, and keep none; for what is about to serve."""
        self._set_cookies(app)
        return self._table_of(app, self._live_policies)

    @contextmanager
    def look(self, app: Flask, *, hand_out: bool = False) -> Iterator["Table"]:
        """Yield the table; before the first request, as it would be built now.

        Then it is compiled apart, from the policies to be and with the cookies that serving would set, and
        nothing of it stays: not in *app*, not in its configuration, not in a policy that was handed out.

        Args:
            app: the application.
            hand_out: whether the policies stay in force with the first request, because a caller keeps one.

        Raises:
            ConfigError: the policies do not build.
        """
        table = self.table
        if table is not None:
            yield table
            return
        with self._lock:
            found = self.table or (None if hand_out else self._looked_at)
            if found is not None:
                yield found
                return
            live_policies = self._live_policies
            if not hand_out:
                live_policies = {entry: live.apart() for entry, live in live_policies.items()}
            before, outer = cookie_settings(app), self._looked_at
            try:
                self._set_cookies(app)
                self._looked_at = self._table_of(app, live_policies)
                yield self._looked_at
            finally:
                self._looked_at = outer
                if self.table is None:
                    for key in cookie_settings(app):
                        del app.config[key]
                    app.config.update(before)

    def _set_cookies(self, app: Flask) -> None:
        # An application has one set of cookies, whichever policy asks for their posture.
        for declaration in (self._app_level, *self._paths.values(), *declared_within(app)):
            if declaration is not None:
                set_cookies(app, declaration)

    def _table_of(self, app: Flask, live_policies: dict[Declaration, LivePolicy]) -> "Table":
        # It takes 12 ms to import, which an application that declares and does not serve is spared.
        from crossguard.flask.build import build_table  # noqa: PLC0415

        table = build_table(
            app,
            app_level=self._app_level,
            paths=self._paths,
            prefixes=self.prefixes,
            live_policies=live_policies,
        )
        # The cookies were compared with the front ends that are written down: a row of a database that
        # does not fit must not keep the application from starting.
        for live in live_policies.values():
            live.read()
        # That they are routed is true of them however long this table is used.
        found_routed(live_policies)
        return table

    def describe(self, app: Flask) -> "Application":
        """Describe the policies by path, for a proxy in front of *app*.

        Raises:
            ConfigError: they do not build.
        """
        # It takes 3 ms to import besides the table, and only the commands about proxies need it.
        from crossguard.flask.edge import describe_flask  # noqa: PLC0415

        with self.look(app) as table:
            described = describe_flask(app, table, self._paths, self.prefixes)

        def follow() -> None:
            for live in table.live_policies:
                live.follow()

        described.follow = follow
        described.known = lambda: all(live.is_known for live in table.live_policies)
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
    found = app.extensions.get(EXTENSION_KEY)
    if isinstance(found, State):
        return found
    with INSTALLING:
        return install(app, state_to_be(app))


def state_to_be(app: Flask, *, keep: bool = False) -> State:
    """Return the state of *app*; installs nothing.

    Args:
        app: the application.
        keep: whether a new state is the one that is installed later.
    """
    with INSTALLING:
        for key in (EXTENSION_KEY, _KEPT):
            if isinstance(found := app.extensions.get(key), State):
                return found
        state = State(app)
        if keep:
            app.extensions[_KEPT] = state
        return state


def inspect(app: Flask) -> AbstractContextManager["Table"]:
    """Return the table of *app* to look at, see :meth:`State.look`; changes nothing.

    Raises:
        ConfigError: the policies do not build.
    """
    return state_to_be(app).look(app)


def install(app: Flask, state: State) -> State:
    """Put the guard of *state* around *app*, once, and return the state."""
    if app.extensions.get(EXTENSION_KEY) is not state:
        inner = app.wsgi_app
        unwrapped = getattr(inner, "__self__", None) is app and any(
            getattr(inner, "__func__", None) is guarded for guarded, _ in ORIGINAL
        )
        app.extensions[EXTENSION_KEY] = state
        guard = state.guard if unwrapped else Guard(app, state, inner, direct=False)
        app.wsgi_app = guard  # type: ignore[method-assign]
    return state
