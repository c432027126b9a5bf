"""As a development server starts: where a developer reads what browsers are refused.

The address is printed once, by the process that a person has started. Those that a reloader starts have its
token, so that a page which is open goes on.
"""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import click
from flask import Flask
from flask.helpers import get_debug_flag

from crossguard.flask.state import State

_DEFAULT_PORT: Final = 5000
# Where a server listens that this machine reaches as itself.
_HERE: Final = (None, "", "0.0.0.0", "::", "localhost")  # noqa: S104 - nothing is bound
_SEPARATE: Final = "WERKZEUG_RUN_MAIN"


def announce_command(app: Flask, state: State) -> None:
    """Print the address, where ``flask run`` loads *app* in debug."""
    context = click.get_current_context(silent=True)
    if not app.debug or context is None or context.command.name != "run" or "port" not in context.params:
        return
    parameters: dict[str, Any] = context.params
    reload = parameters.get("reload")
    _start(
        app,
        state,
        host=parameters.get("host"),
        port=parameters["port"],
        secure=bool(parameters.get("cert")),
        reloads=reload is None or bool(reload),
    )


def announce_run(app: Flask, state: State, options: Mapping[str, Any]) -> None:
    """Print the address, where ``app.run(**options)`` will serve in debug."""
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        # It will serve nothing: `flask run` has loaded the application.
        return
    if "FLASK_DEBUG" in os.environ:
        app.debug = get_debug_flag()
    if (debug := options.get("debug")) is not None:
        app.debug = bool(debug)
    if not app.debug:
        return
    port = options.get("port")
    named = str(app.config["SERVER_NAME"] or "").rpartition(":")[2]
    _start(
        app,
        state,
        host=options.get("host"),
        port=port if port is not None else int(named) if named.isdecimal() else _DEFAULT_PORT,
        secure=options.get("ssl_context") is not None,
        reloads=bool(options.get("use_reloader", True)),
    )


def _start(  # noqa: PLR0913 - by name
    app: Flask, state: State, *, host: object, port: object, secure: bool, reloads: bool
) -> None:
    # In debug only.
    from crossguard.flask.devtools import watch  # noqa: PLC0415 - 9 ms

    watch(app, state, partial(state.look, app))
    if state.watching is None:
        return
    access = state.watching.access
    if reloads and os.environ.get(_SEPARATE) != "true":
        access.hand_on()
    name = "127.0.0.1" if host in _HERE else f"[{host}]" if ":" in str(host) else str(host)
    if isinstance(port, int) and port and "/" not in name:
        access.print_once(f"{'https' if secure else 'http'}://{name}:{port}")
