"""The group ``flask cors``."""

import sys
from pathlib import Path

import click

from crossguard.flask.commands.arguments import (
    BROWSERS,
    CREDENTIALS,
    EXPORT_TARGETS,
    FORMATS,
    MODES,
    SENDERS,
    SEVERITIES,
)


def _example(line: str) -> str:
    # \b keeps click from folding the lines into one.
    return f"\b\nExample:\n  {line}"


@click.group()
def cors() -> None:
    """Show, explain, audit, migrate, export and verify who may use the application from a browser."""


_RUN_HOOKS = click.option(
    "--run-hooks",
    is_flag=True,
    help="Run the hooks of URLs without a policy, with a request of a stranger; no view.",
)


@cors.command(epilog=_example("flask cors routes --json"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_RUN_HOOKS
@click.pass_context
def routes(context: click.Context, *, as_json: bool, run_hooks: bool) -> None:
    """Show every rule with the policy that governs it.

    For each policy: where it was declared, who may read, who may write, with which cookies. Where no policy
    governs: who reads through Flask-CORS, Socket.IO, or headers that the application sets itself.

    Exit code: 1 if other code lets every site read with the user's cookies, otherwise 0; 2 if the application
    does not load.
    """
    from crossguard.flask.commands.routes import show_routes  # noqa: PLC0415 - 40 ms

    sys.exit(show_routes(context, as_json=as_json, run_hooks=run_hooks))


@cors.command(
    epilog=_example("flask cors explain --origin http://localhost:8080 --credentials include /items")
)
@click.argument("url")
@click.option("--origin", required=True, help="The origin of the page, as in http://localhost:8080.")
@click.option(
    "--credentials",
    type=click.Choice(CREDENTIALS),
    help="As in fetch(); by default include where the policy has credentials or a --cookie is given, "
    "otherwise same-origin.",
)
@click.option(
    "--as",
    "sent_as",
    type=click.Choice(SENDERS),
    help="What sends it; by default a fetch, or for ws:// and wss:// a WebSocket.",
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
@click.option(
    "--debug/--no-debug",
    default=None,
    help="Ask as the application is in debug, or not; by default FLASK_DEBUG.",
)
@click.option("--dry-run", is_flag=True, help="Run no view; answer with the policy's headers only.")
@click.option("--fix", is_flag=True, help="Show the proved fix in its file, ask, and write it there.")
@click.option("--yes", is_flag=True, help="With --fix: write without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def explain(context: click.Context, /, **options: object) -> None:
    """Explain what a browser does when a page calls URL.

    URL is a path, as in /api/items/3, or a whole URL of the application, also ws:// or wss://. A path
    stands for one on the first of public_origins, on SERVER_NAME, or on http://localhost with the port of
    FLASK_RUN_PORT, otherwise 5000.

    The view really runs, and changes what it always changes, unless --dry-run is given. Of a WebSocket the
    handshake is judged, and no view runs.

    Exit code: 0 the page can read the answer, or its form or handshake is accepted, or --fix has written
    what it lacks; 1 it is not; 2 the command is wrong.
    """
    from crossguard.flask.commands.explain import explain_url  # noqa: PLC0415 - 54 ms

    if options["yes"] and not options["fix"]:
        raise click.UsageError("--yes says what --fix writes; give both.")
    sys.exit(explain_url(context, options))


@cors.command(epilog=_example("flask cors audit --format sarif"))
@click.option(
    "--only", metavar="CODE", multiple=True, help="Findings with this code; may be given several times."
)
@click.option("--severity", type=click.Choice(SEVERITIES), help="Findings that matter at least so much.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="How to print.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: --format json.")
@_RUN_HOOKS
@click.pass_context
def audit(context: click.Context, /, **options: object) -> None:
    """Say what is wrong or worth knowing, without sending a request.

    Looks at the policies, the cookies, the routes, other libraries, and the source of views and hooks; runs
    none of them without --run-hooks. SARIF is what code scanning reads.

    Exit code: 1 if there is an error among the findings that are printed, otherwise 0; 2 if the application
    does not load.
    """
    from crossguard.flask.commands.audit import show_audit  # noqa: PLC0415 - 57 ms

    sys.exit(show_audit(context, options))


@cors.command(epilog=_example("flask cors migrate --write"))
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Change the files, if everything in them is sure.")
@click.option(
    "--sure-part",
    is_flag=True,
    help="With --write: change the files that are sure by themselves, leave the others.",
)
@click.option(
    "--accept",
    metavar="FILE:LINE[:CODE]",
    multiple=True,
    help="A doubt that is meant so. Also FILE:CODE, or FILE for one that cannot be read.",
)
def migrate(paths: tuple[Path, ...], *, write: bool, sure_part: bool, accept: tuple[str, ...]) -> None:
    """Show how the application moves to crossguard from Flask-CORS, CORSMiddleware or Quart-CORS.

    Reads the Python files in PATHS, by default the current folder, and prints the lines to write, with
    every difference in behaviour. What is sure was built with both libraries, as policies of stub
    applications, and answered the same requests. Changes nothing without --write; with it, either every
    file that uses the library or none. The application need not load.

    Exit code: 0 everything is sure, 1 a person has to look at something, 2 the command is wrong.
    """
    from crossguard.flask.commands.migrate import show_migration  # noqa: PLC0415 - 51 ms

    if sure_part and not write:
        raise click.UsageError("--sure-part says what --write writes; give both.")
    sys.exit(show_migration(paths or (Path(),), write=write, partly=sure_part, accept=accept))


@cors.command(epilog=_example("flask cors verify https://api.example.com"))
@click.argument("url")
@click.option("--mount", default="", metavar="PATH", help="The path at which the edge has the application.")
@click.option(
    "--sample",
    type=int,
    default=20,
    show_default=True,
    metavar="N",
    help="Listed origins of each policy that are asked about.",
)
@click.option(
    "--timeout", type=float, default=10.0, show_default=True, metavar="SECONDS", help="For each request."
)
@click.option("--insecure", is_flag=True, help="Accept any https certificate.")
@click.option("--json", "json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(context: click.Context, /, **options: object) -> None:
    """Ask a live edge at URL whether it does what the policy says.

    URL is what browsers call: a proxy, also one that was configured by hand, or the application itself.
    Asks every listed origin or a sample, near misses of each, paths and their look-alikes, errors. Sends
    GET and OPTIONS only, without cookies, and judges with the rules of a browser.

    Exit code: 0 the edge does what the policy says, 1 something differs, 2 it could not be asked.
    """
    from crossguard.flask.commands.edge import verify_edge  # noqa: PLC0415 - 58 ms

    sys.exit(verify_edge(context, options))


@cors.command(epilog=_example("flask cors export nginx --output conf.d"))
@click.argument("target", type=click.Choice(EXPORT_TARGETS))
@click.option("--mode", type=click.Choice(("preflight", "full")), help="What the edge answers.")
@click.option("--output", metavar="FOLDER", help="Write files; by default all goes to standard output.")
@click.option("--folder", metavar="PATH", help="Where the proxy finds them; by default the --output folder.")
@click.option("--mount", multiple=True, metavar="PATH", help="Where the proxy has the application.")
@click.option("--leave", multiple=True, metavar="PATH", help="Leave paths below it to the application.")
@click.option("--upstream", default="app", metavar="NAME", help="The cluster, or the service as name:port.")
@click.option("--platform", metavar="NAME", help="edge-js: workers (the default) or cloudfront.")
@click.option("--check", is_flag=True, help="Only say whether the files in --output are fresh.")
@click.option("--watch", is_flag=True, help="Go on, and write the files again whenever a list changes.")
@click.option("--reload", default="", metavar="COMMAND", help="With --watch: has the proxy read the files.")
@click.pass_context
def export(context: click.Context, /, **options: object) -> None:
    """Write the policy for a proxy, exactly, or say what the proxy cannot hold.

    In mode preflight, which is the default, the edge answers preflights and the application decorates
    everything else. In mode full the edge owns all headers of CORS. The write gate stays in the application.

    Exit code: 0 written, 1 refused (or, with --check, the files are stale), 2 the command is wrong.
    """
    from crossguard.flask.commands.edge import export_policy  # noqa: PLC0415 - 58 ms

    sys.exit(export_policy(context, options))
