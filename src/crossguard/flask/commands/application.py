"""The application that a command is about: loaded, or a sentence about why not."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from typing import Final

import click
from flask import Flask
from flask.cli import NoAppException, ScriptInfo

from crossguard.cli.screen import silence
from crossguard.core.issues import ConfigError
from crossguard.flask.places import place_of_error
from crossguard.flask.state import inspect, state_of
from crossguard.flask.table import Table

EXIT_USAGE: Final = 2


class CommandError(click.ClickException):
    """The command cannot do its work; one sentence, and exit code 2."""

    exit_code = EXIT_USAGE


class BrokenApplication(CommandError):  # noqa: N818 - it is the application that is broken
    """The application raised while it was loaded.

    Attributes:
        error: what it raised.
        where: the line of the application, as ``file.py:12``; empty if unknown.
    """

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.where = place_of_error(error)
        at = f" ({self.where})" if self.where else ""
        super().__init__(f"The application does not load{at}: {type(error).__name__}: {error}")


def load_application(context: click.Context) -> Flask:
    """Return the application of ``--app``.

    Raises:
        CommandError: there is none, or it does not load.
    """
    try:
        with redirect_stdout(sys.stderr):
            return context.ensure_object(ScriptInfo).load_app()
    except NoAppException as error:
        # For an import that fails Flask puts the traceback into the message.
        head, _, rest = error.message.partition("\n")
        last = rest.rstrip().rpartition("\n")[2].strip()
        raise CommandError(f"{head} {last}".strip()) from error
    except Exception as error:
        raise BrokenApplication(error) from error


@contextmanager
def table_of(app: Flask, *, serves: bool = False) -> Iterator[Table]:
    """Yield the policies of *app* as its first request fixes them.

    Args:
        app: the application.
        serves: whether requests are sent to it meanwhile; otherwise *app* is left as it is.

    Raises:
        BrokenApplication: they do not build.
    """
    with ExitStack() as stack:
        try:
            with silence():
                table = state_of(app).freeze(app) if serves else stack.enter_context(inspect(app))
        except (ConfigError, TypeError) as error:
            raise BrokenApplication(error) from error
        yield table
