"""The command ``crossguard``. Needs no Flask."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import crossguard
from crossguard.cli import check, export, verify
from crossguard.cli.application import ApplicationError, load_application
from crossguard.cli.attempt import AttemptError
from crossguard.cli.screen import Screen
from crossguard.edge.verify import EdgeSilentError

EXIT_USAGE: Final = 2
_EXIT_BLOCKED: Final = 1
_EXIT_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: the words behind the program's name; by default those of the process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except (AttemptError, ApplicationError, EdgeSilentError) as error:
        _usage(str(error), " ".join(["crossguard", *words[:1]]))
        return EXIT_USAGE
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe; nothing may be flushed at exit (Python, "SIGPIPE").
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _EXIT_BLOCKED


def _run(words: list[str]) -> int:
    if not words:
        # What there is to do, in place of a mistake.
        _parser().print_help()
        return 0
    parsed = _parser().parse_args(words)
    match parsed.command:
        case "verify":
            return verify.run_verify(load_application(parsed.policy), vars(parsed))
        case "export":
            application = load_application(parsed.policy)
            return export.run_export(application, vars(parsed), ["crossguard", *words])
        case _:
            return check.run_check(parsed)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="crossguard",
        description="Crossguard's commands that need no Flask.",
        epilog="In a Flask application: flask cors routes, explain, audit, migrate, verify, export.",
    )
    parser.add_argument("--version", action="version", version=f"crossguard {crossguard.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, module, summary in (
        ("check", check, "would a browser let this page use that URL?"),
        ("verify", verify, "does a proxy do what the policy of an application says?"),
        ("export", export, "write the policy of an application for a proxy"),
    ):
        command = commands.add_parser(
            name,
            help=summary,
            description=module.DESCRIPTION,
            epilog=module.EPILOGUE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_options(command)
    return parser


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as the other commands do."""

    def error(self, message: str) -> NoReturn:
        _usage(message, self.prog)
        sys.exit(EXIT_USAGE)


def _usage(message: str, program: str) -> None:
    screen = Screen(sys.stderr, os.environ)
    screen.paragraph(message, first="Error: ")
    screen.line(f"Try: {program} --help")
