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
from crossguard.cli.completion import SHELLS, CompletionAction, answer_shell
from crossguard.cli.screen import Screen
from crossguard.edge.verify import EdgeSilentError

EXIT_USAGE: Final = 2
_EXIT_BLOCKED: Final = 1
_EXIT_INTERRUPTED: Final = 130
_DESCRIPTION: Final = """\
Ask a running API, or a proxy in front of it, what a browser would make of its
answers; and write the policy of an application for a proxy. Needs no Flask.
"""
_EPILOGUE: Final = """\
Examples:
  crossguard check --origin http://localhost:8080 http://localhost:5000/items
  crossguard verify --policy shop:app https://api.example.com
  crossguard export nginx shop:app --output conf.d

In the folder of a Flask application:
  flask cors routes     every rule, with the policy that governs it
  flask cors explain    what a browser does when a page calls a URL
  flask cors audit      what is wrong or worth knowing
  flask cors migrate    the way from Flask-CORS, CORSMiddleware or Quart-CORS
  flask cors verify, flask cors export    as above, with the application that Flask finds
"""


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
    parser = command_parser()
    answer_shell(parser)
    if not words:
        # What there is to do, in place of a mistake.
        parser.print_help()
        return 0
    parsed = parser.parse_args(words)
    match parsed.command:
        case "verify":
            return verify.run_verify(load_application(parsed.policy), vars(parsed))
        case "export":
            application = load_application(parsed.policy)
            return export.run_export(application, vars(parsed), ["crossguard", *words])
        case _:
            return check.run_check(parsed)


def command_parser() -> argparse.ArgumentParser:
    """Return what reads the words behind ``crossguard``."""
    parser = _Parser(
        prog="crossguard",
        description=_DESCRIPTION,
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"crossguard {crossguard.__version__}")
    parser.add_argument(
        "--completion",
        action=CompletionAction,
        choices=SHELLS,
        help="print what a shell runs to complete this command",
    )
    commands = parser.add_subparsers(
        required=True, title="commands", metavar="COMMAND", dest="command", parser_class=_Parser
    )
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
