"""What is served in debug for a Flask application: why a browser refused, told to the page."""

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import click
from flask import Flask

from crossguard.browser.posture import CookieAttributes
from crossguard.browser.transports import wsgi
from crossguard.browser.transports.wsgi_application import environ_of
from crossguard.browser.values import HttpRequest, Send
from crossguard.core.policy import Policy
from crossguard.core.request import is_preflight
from crossguard.devtools.access import access, file_of, is_switched_off
from crossguard.devtools.devtools import Devtools
from crossguard.devtools.side import PolicyLine
from crossguard.flask.cookies import configured_cookies
from crossguard.flask.dry_run import answer_without_running
from crossguard.flask.rows import rows_of
from crossguard.wsgi.watching import Watching

# It takes 22 ms to import.
if TYPE_CHECKING:
    from crossguard.flask.table import Table

_FILE: Final = "crossguard-devtools.json"


#: Shows the table of an application.
Look = Callable[[], AbstractContextManager["Table"]]


class Watched(Protocol):
    """What an application is watched by: its ``State``."""

    watching: Watching | None


class Application:
    """A Flask application, as its table knows it.

    Args:
        app: the application.
        look: shows its table.
    """

    def __init__(self, app: Flask, look: Look) -> None:
        self._app = app
        self._look = look

    def lines(self) -> Iterable[PolicyLine]:
        """Return what governs what."""
        with self._look() as table:
            return [
                PolicyLine(row.level, row.rule, row.methods, row.policy) for row in rows_of(self._app, table)
            ]

    def cookies(self) -> Iterable[CookieAttributes]:
        """Return the cookies that sign users in, as configured."""
        return configured_cookies(self._app)

    def policy_of(self, request: HttpRequest) -> Policy | None:
        """Return the policy that governs a request."""
        environ = environ_of(request)
        requested = request.header("access-control-request-method")
        with self._look() as table:
            if is_preflight(request.method, request.header("origin"), requested):
                return table.for_preflight(environ, requested or "")
            return table.for_request(environ)

    def dry_run(self) -> Send:
        """Return what answers by routing and the policies alone."""
        with self._look() as table:
            return wsgi(answer_without_running(self._app, table))


def watch(app: Flask, state: Watched, look: Look) -> None:
    """Serve the addresses for *app*, once: in debug, unless it is tested or they are switched off."""
    if state.watching is not None or not app.debug or app.testing or is_switched_off():
        return
    path = file_of(Path(app.instance_path) / _FILE)
    opened = access(path)
    # A process that a reloader starts leaves the file to the next one, and to the process that reloads.
    reloaded = os.environ.get("WERKZEUG_RUN_MAIN") == "true"
    opened.write(path, keep=reloaded)
    state.watching = Watching(Devtools(opened, Application(app, look)))


def start_early(app: Flask, state: Watched, look: Look, *, origin: str, reloads: bool) -> None:
    """Serve them before the first request, and print the address as the server starts.

    Args:
        app: the application.
        state: what is known of it.
        look: shows its table.
        origin: where the server will listen; empty where that is not known.
        reloads: whether this process only starts others.
    """
    watch(app, state, look)
    if state.watching is None:
        return
    opened = state.watching.access
    if reloads:
        opened.hand_on()
    if origin:
        opened.print_once(origin)


def start_with_command(app: Flask, state: Watched, look: Look) -> None:
    """Do so where ``flask run`` loads the application."""
    context = click.get_current_context(silent=True)
    if context is None or context.command.name != "run" or "port" not in context.params:
        return
    parameters: dict[str, Any] = context.params
    reload = parameters.get("reload")
    reloads = app.debug if reload is None else bool(reload)
    start_early(
        app,
        state,
        look,
        origin=origin_of(parameters.get("port"), secure=bool(parameters.get("cert"))),
        reloads=reloads and os.environ.get("WERKZEUG_RUN_MAIN") != "true",
    )


def origin_of(port: object, *, secure: bool = False) -> str:
    """Return where a server listens; empty where the port is chosen by the system."""
    if not isinstance(port, int) or not port:
        return ""
    return f"{'https' if secure else 'http'}://127.0.0.1:{port}"
