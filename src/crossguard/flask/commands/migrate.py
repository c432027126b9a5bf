"""``flask cors migrate``."""

import difflib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from crossguard.cli.screen import Screen
from crossguard.migrate import Change, Difference, FilePlan, Plan, plan_migration, replace

EXIT_SURE: Final = 0
EXIT_LOOK: Final = 1


def show_migration(paths: Iterable[Path], *, write: bool) -> int:
    """Print the plan, write it if told and sure, and return the exit code."""
    screen = Screen(sys.stdout, os.environ)
    plan = plan_migration(paths)
    if not plan.files and not plan.unreadable:
        screen.line("Nothing here uses Flask-CORS.")
        return EXIT_SURE
    seen: set[str] = set()
    for file in plan.files:
        _show_file(screen, file, seen)
    _show_rest(screen, plan, seen)
    if not plan.sure:
        screen.paragraph(
            "Nothing was written. Settle what is marked with ? first; half a migration would leave two lists."
            if write
            else "Settle what is marked with ?; nothing was written."
        )
        return EXIT_LOOK
    if not write:
        screen.line("Everything is sure. Nothing was written; --write does it.")
        return EXIT_SURE
    return _write(screen, plan.files)


def _show_file(screen: Screen, file: FilePlan, seen: set[str]) -> None:
    screen.line(screen.paint("bold")(str(file.source.path)))
    for change in file.changes:
        _show_change(screen, change, seen)
    screen.line()


def _show_change(screen: Screen, change: Change, seen: set[str]) -> None:
    number = f"{change.line:>5}  "
    if change.after == change.before:
        _show_code(screen, change.before, first=number, mark="  ", colour="dim")
    else:
        _show_code(screen, change.before, first=number, mark="- ", colour="red")
        _show_code(screen, change.after, first=" " * len(number), mark="+ ", colour="green")
    for doubt in change.doubts:
        screen.paragraph(f"{doubt}", first="       ? ", paint=screen.paint("yellow"))
    _show_differences(screen, change.differences, seen, indent=9)


def _show_code(screen: Screen, text: str, *, first: str, mark: str, colour: str) -> None:
    """Write code as it is: breaking its lines would make it something else."""
    paint = screen.paint(colour)
    for number, line in enumerate(text.splitlines()):
        screen.line((" " * len(first) if number else first) + paint(mark + line))


def _show_differences(
    screen: Screen, differences: Iterable[Difference], seen: set[str], *, indent: int
) -> None:
    """Write each difference; in full the first time, then by its code."""
    again = []
    for difference in differences:
        if difference.text in seen:
            again.append(f"[{difference.code.value}]")
            continue
        seen.add(difference.text)
        screen.paragraph(f"{difference.text} [{difference.code.value}]", first=" " * indent)
    if again:
        screen.paragraph(f"as above: {' '.join(again)}", first=" " * indent)


def _show_rest(screen: Screen, plan: Plan, seen: set[str]) -> None:
    for path, reason in plan.unreadable:
        screen.paragraph(f"{path} is not touched: {reason}", first="? ", paint=screen.paint("yellow"))
    if plan.everywhere:
        screen.line(screen.paint("bold")("Everywhere"))
        _show_differences(screen, plan.everywhere, seen, indent=2)
        screen.line()


def _write(screen: Screen, files: list[FilePlan]) -> int:
    for file in files:
        source, after = file.source, file.after
        if after == source.text:
            continue
        try:
            replace(source.path, source.raw, after.encode(source.encoding))
        except (OSError, UnicodeEncodeError) as error:
            screen.paragraph(f"{source.path} was not written: {error}", paint=screen.paint("red"))
            return EXIT_LOOK
        _show_diff(screen, str(source.path), source.text, after)
    return EXIT_SURE


def _show_diff(screen: Screen, name: str, before: str, after: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{name} (before)", f"{name} (now)", lineterm=""
    )
    for line in lines:
        colour = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        screen.line(screen.paint(colour)(line))
