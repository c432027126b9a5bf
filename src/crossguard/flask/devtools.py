"""What is served in debug for a Flask application: why a browser refused, told to the page."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from flask import Flask

from crossguard.core.issues import ConfigError
from crossguard.core.policy import Policy
from crossguard.devtools.access import access, file_of, is_switched_off
from crossguard.devtools.devtools import Devtools
from crossguard.devtools.side import PolicyLine
from crossguard.wsgi.watching import Watching

# With the table and the browser model it takes 60 ms to import, and only a question needs it.
if TYPE_CHECKING:
    from crossguard.browser.posture import CookieAttributes
    from crossguard.browser.values import HttpRequest, Send
    from crossguard.flask.table import Table

_FILE: Final = "crossguard-devtools.json"


#: Shows the table of an application.
Look = Callable[[], AbstractContextManager["Table"]]


class Watched(Protocol):
    """What an application is watched by: its ``State``."""

    watching: Watching | None
    broken: ConfigError | None


class Application:
    """A Flask application, as its table knows it.

    Args:
        app: the application.
        look: shows its table.
        state: says whether its policies build.
    """

    def __init__(self, app: Flask, look: Look, state: Watched) -> None:
        self._app = app
        self._look = look
        self._state = state

    def broken(self) -> ConfigError | None:
        """Return why the policies do not build, as the last request that needed them has found."""
        return self._state.broken

    def lines(self) -> Iterable[PolicyLine]:
        """Return what governs what."""
        from crossguard.flask.rows import rows_of  # noqa: PLC0415 - 7 ms

        with self._look() as table:
            return [
                PolicyLine(row.level, row.rule, row.methods, row.policy) for row in rows_of(self._app, table)
            ]

    def cookies(self) -> "Iterable[CookieAttributes]":
        """Return the cookies that sign users in, as configured."""
        from crossguard.flask.cookies import configured_cookies  # noqa: PLC0415 - 25 ms

        return configured_cookies(self._app)

    def policy_of(self, request: "HttpRequest") -> Policy | None:
        """Return the policy that governs a request."""
        from crossguard.flask.asked import policy_in  # noqa: PLC0415 - 35 ms

        with self._look() as table:
            return policy_in(table, request)

    def route_of(self, request: "HttpRequest") -> str | None:
        """Return the endpoint that a request would reach."""
        from crossguard.flask.asked import endpoint_in  # noqa: PLC0415 - 35 ms

        with self._look() as table:
            return endpoint_in(table.router, request)

    def dry_run(self) -> "Send":
        """Return what answers by routing and the policies alone."""
        from crossguard.browser.transports import wsgi  # noqa: PLC0415 - 37 ms
        from crossguard.flask.dry_run import answer_without_running  # noqa: PLC0415 - 8 ms

        with self._look() as table:
            return wsgi(answer_without_running(self._app, table))


def watch(app: Flask, state: Watched, look: Look) -> None:
    """Serve the addresses for *app*, once: in debug, unless it is tested or they are switched off."""
    if state.watching is not None or not app.debug or app.testing or is_switched_off():
        return
    path = file_of(Path(app.instance_path) / _FILE)
    opened = access(path)
    opened.write(path)
    state.watching = Watching(Devtools(opened, Application(app, look, state)))
