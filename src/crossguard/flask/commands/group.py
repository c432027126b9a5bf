"""The group ``flask cors``."""

import sys
from pathlib import Path

import click

from crossguard.flask.commands.arguments import BROWSERS, CREDENTIALS, MODES


@click.group()
def cors() -> None:
    """Show, explain, audit and migrate who may use the application from a browser."""


@cors.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def routes(context: click.Context, *, as_json: bool) -> None:
    """Show every rule with the policy that governs it.

    For each policy: where it was declared, who may read, who may write, with which cookies.
    """
    from crossguard.flask.commands.routes import show_routes  # noqa: PLC0415 - see the package

    show_routes(context, as_json=as_json)


@cors.command()
@click.argument("url")
@click.option("--origin", required=True, help="The origin of the page, as in http://localhost:8080.")
@click.option(
    "--credentials",
    type=click.Choice(CREDENTIALS),
    default=CREDENTIALS[0],
    show_default=True,
    help="As in fetch().",
)
@click.option("-X", "method", metavar="METHOD", help="The method; GET, or POST with -d.")
@click.option("-H", "headers", metavar="'NAME: VALUE'", multiple=True, help="A request header.")
@click.option("-d", "body", metavar="BODY", help="The body, as text.")
@click.option(
    "--cookie",
    "cookies",
    metavar="NAME=VALUE",
    multiple=True,
    help="A cookie that the application had set, with the attributes that it is configured with, "
    "or those that are written behind it: 'name=value; SameSite=None; Secure'.",
)
@click.option(
    "--browser",
    type=click.Choice(BROWSERS),
    help="Whose rules; by default chromium's, and at the end where the others differ.",
)
@click.option("--mode", type=click.Choice(MODES), default=MODES[0], show_default=True, help="As in fetch().")
@click.option("--dry-run", is_flag=True, help="Run no view; answer with the policy's headers only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def explain(context: click.Context, /, **options: object) -> None:
    """Explain what a browser does when a page calls URL.

    URL is a path, as in /api/items/3, or a whole URL of the application. A path stands for one on the
    first of public_origins, or on http://localhost:5000.

    The view really runs, with whatever it changes, unless --dry-run is given.

    Exit code: 0 the page can read the answer, 1 it cannot, 2 the command is wrong.
    """
    from crossguard.flask.commands.explain import explain_url  # noqa: PLC0415 - see the package

    sys.exit(explain_url(context, options))


@cors.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def audit(context: click.Context, *, as_json: bool) -> None:
    """Say what is wrong or worth knowing, without sending a request.

    Looks at the policies, the cookies, the routes, and the source of views and hooks; runs none of them.

    Exit code: 1 if there is an error, otherwise 0; 2 if the application does not load.
    """
    from crossguard.flask.commands.audit import show_audit  # noqa: PLC0415 - see the package

    sys.exit(show_audit(context, as_json=as_json))


@cors.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Change the files, if everything in them is sure.")
def migrate(paths: tuple[Path, ...], *, write: bool) -> None:
    """Show how the application moves from Flask-CORS to crossguard.

    Reads the Python files in PATHS, by default the current folder, and prints the lines to write, with
    every difference in behaviour. Changes nothing without --write; with it, either every file that uses
    Flask-CORS or none. The application need not load.

    Exit code: 0 everything is sure, 1 a person has to look at something, 2 the command is wrong.
    """
    from crossguard.flask.commands.migrate import show_migration  # noqa: PLC0415 - see the package

    sys.exit(show_migration(paths or (Path(),), write=write))
