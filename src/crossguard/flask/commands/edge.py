"""``flask cors verify`` and ``flask cors export``."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from crossguard.cli.application import ApplicationError
from crossguard.cli.export import run_export
from crossguard.cli.screen import silence
from crossguard.cli.verify import run_verify
from crossguard.edge.application import Application
from crossguard.edge.verify import EdgeSilentError
from crossguard.flask.commands.application import CommandError, load_application, table_of
from crossguard.flask.state import state_to_be


def verify_edge(context: click.Context, options: Mapping[str, Any]) -> int:
    """Compare a live edge with the policies of the application and return the exit code.

    Raises:
        CommandError: the application does not load, or the edge does not answer.
    """
    try:
        return run_verify(_described(context), options)
    except (ApplicationError, EdgeSilentError) as error:
        raise CommandError(str(error)) from error


def export_policy(context: click.Context, options: Mapping[str, Any]) -> int:
    """Write the policies of the application for a proxy and return the exit code.

    Raises:
        CommandError: the application does not load, or an option makes no sense.
    """
    words = ["flask", *sys.argv[1:]] if "cors" in sys.argv else ["flask", "cors", "export", options["target"]]
    try:
        return run_export(_described(context), options, words)
    except ApplicationError as error:
        raise CommandError(str(error)) from error


def _described(context: click.Context) -> Application:
    app = load_application(context)
    with table_of(app), silence():
        return state_to_be(app).describe(app)
