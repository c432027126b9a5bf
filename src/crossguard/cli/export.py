"""``crossguard export``: the policy of an application, written for a proxy."""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from crossguard.cli.application import ApplicationError
from crossguard.cli.screen import Screen, printable
from crossguard.core.issues import shown
from crossguard.edge.application import Application
from crossguard.edge.description import describe
from crossguard.edge.export import TARGETS, Export, export
from crossguard.edge.files import save, stale, watch
from crossguard.edge.part import Mode, Order, Part
from crossguard.edge.refusal import ExportRefusedError

DESCRIPTION: Final = """\
Write the policy of an application for a proxy, exactly, or say what the proxy
cannot hold and what to do instead.
"""
EPILOGUE: Final = """\
Example:
  crossguard export nginx shop:app --output conf.d

Exit code: 0 written, 1 refused (or, with --check, the files are stale), 2 the command is wrong.
"""
_EXIT_REFUSED: Final = 1
# What a path of a configuration file may have in it without quotes.
_PATH_CHARS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-@+:")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("target", choices=TARGETS, help="what it is written for: " + ", ".join(TARGETS))
    add("policy", metavar="MODULE:APP", help="the application, or a policy")
    add("--mode", choices=("preflight", "full"), help="answer preflights only, or own all headers of CORS")
    add("--output", metavar="FOLDER", help="write files; by default everything goes to standard output")
    add("--folder", metavar="PATH", help="where the proxy finds the files; by default the --output folder")
    add("--mount", action="append", default=[], metavar="PATH", help="where the proxy has the application")
    add(
        "--upstream",
        default="app",
        metavar="NAME",
        help="the cluster, or the service as name:port; %(default)s",
    )
    add(
        "--leave",
        action="append",
        default=[],
        metavar="PATH",
        help="leave what is below it to the application",
    )
    add("--platform", metavar="NAME", help="edge-js: workers (the default) or cloudfront")
    add("--check", action="store_true", help="only say whether the files in --output are fresh")
    add("--watch", action="store_true", help="go on, and write the files again whenever a list changes")
    add("--reload", default="", metavar="COMMAND", help="with --watch: has the proxy read the files")


def run_export(application: Application, options: Mapping[str, Any], words: list[str]) -> int:
    """Write the files, or say why not, and return the exit code.

    Args:
        application: whose policies are written.
        options: those of :func:`add_options`, without ``policy``.
        words: the command, for the comment that says how to write the files again.

    Raises:
        ApplicationError: an option makes no sense.
    """
    target = options["target"]
    order = _order(options)
    # To look whether files are fresh must not make them stale.
    command = printable(shlex.join(word for word in words if word != "--check"))

    def render() -> Export:
        described = describe(
            application, mounts=options["mount"], left=options["leave"], watched=options["watch"]
        )
        return export(described, target, order, command=command)

    errors = Screen(sys.stderr, os.environ)
    try:
        written = render()
    except ExportRefusedError as error:
        errors.paragraph(f"The policy cannot be written for {target}.", first="Error: ")
        for obstacle in error.obstacles:
            errors.line()
            errors.paragraph(f"{obstacle.where}: {obstacle.reason}", first="  ")
            errors.paragraph(obstacle.advice, first="  Instead: ")
        return _EXIT_REFUSED
    output = None if options["output"] is None else Path(options["output"])
    try:
        if options["check"]:
            return _check(written, output, errors)
        if options["watch"]:
            return _watch(application, render, output, options["reload"], errors)
        if output is not None:
            save(written.parts, output)
            _show(Screen(sys.stdout, os.environ), written, output)
        else:
            _print(written)
            _show(errors, written, None)
    except OSError as error:
        raise ApplicationError(f"the files cannot be written: {error}") from error
    return 0


def _order(options: Mapping[str, Any]) -> Order:
    found = TARGETS[options["target"]]
    mode: Mode = options["mode"] or found.modes[0]
    output, platform = options["output"], options["platform"]
    for name in ("check", "watch"):
        if options[name] and output is None:
            raise ApplicationError(f"--{name} needs --output: the folder with the files.")
    if options["reload"] and not options["watch"]:
        raise ApplicationError("--reload is for --watch; without it, reload the proxy yourself.")
    if platform and platform not in found.platforms:
        known = " or ".join(found.platforms) or "none"
        raise ApplicationError(f"{options['target']} has no platform {shown(platform)}; it has {known}.")
    folder = options["folder"] or str(Path(output or f"/etc/{options['target']}").absolute())
    for option, text in (("--folder", folder), ("--upstream", options["upstream"])):
        if not text or not _PATH_CHARS.issuperset(text):
            raise ApplicationError(
                f"{option}: {shown(text)} has characters that mean something in configurations."
            )
    return Order(
        mode, folder, options["upstream"], options["watch"], platform or "".join(found.platforms[:1])
    )


def _check(written: Export, output: Path | None, errors: Screen) -> int:
    names = stale(written.parts, output or Path())
    if names:
        errors.paragraph(f"Stale: {', '.join(names)}.")
    return int(bool(names))


def _watch(
    application: Application, render: Callable[[], Export], output: Path | None, reload: str, errors: Screen
) -> int:
    application.follow()
    stop: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: stop.append(received))

    def say(text: str) -> None:
        errors.paragraph(text)
        sys.stderr.flush()

    def parts() -> list[Part]:
        if not application.known():
            raise ValueError("a list cannot be read yet.")
        return render().parts

    watch(
        parts,
        lambda: [application.known(), *(policy.config for policy in application.policies)],
        output or Path(),
        reload=shlex.split(reload),
        say=say,
        stopped=lambda: bool(stop),
    )
    return 0


def _show(screen: Screen, written: Export, output: Path | None) -> None:
    for part in written.parts if output is not None else ():
        screen.line(str(output / part.name if output else part.name))
        screen.paragraph(part.place, first="  ")
    for note in written.notes:
        screen.paragraph(note, first="Note: ", rest="  ")
    sys.stdout.flush()


def _print(written: Export) -> None:
    for part in written.parts:
        if len(written.parts) > 1:
            sys.stdout.write(f"# ===== {part.name}: {part.place}\n")
        sys.stdout.write(part.text)
    sys.stdout.flush()
