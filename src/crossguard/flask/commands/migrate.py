"""``flask cors migrate``."""

import difflib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from crossguard.cli.screen import Screen
from crossguard.migrate import Change, Difference, Doubt, FilePlan, Plan, plan_migration, replace

EXIT_SURE: Final = 0
EXIT_LOOK: Final = 1
EXIT_USAGE: Final = 2

# Of a doubt that stands at many places, so many are named.
_PLACES: Final = 6


def show_migration(
    paths: Iterable[Path], *, write: bool, partly: bool = False, accept: Iterable[str] = ()
) -> int:
    """Print the plan, write what may be written, and return the exit code.

    Args:
        paths: files and folders.
        write: whether to write if everything is sure.
        partly: whether to write the sure part alone.
        accept: the doubts that a person has settled.
    """
    screen = Screen(sys.stdout, os.environ)
    plan = plan_migration(paths)
    if unmatched := plan.accept(accept):
        for word in unmatched:
            screen.paragraph(f"--accept {word}: there is no doubt that this accepts.")
        return EXIT_USAGE
    if not plan.files and not plan.unreadable:
        screen.line("Nothing here uses Flask-CORS.")
        _show_notes(screen, plan)
        return EXIT_LOOK if plan.others else EXIT_SURE
    seen: set[str] = set()
    for file in plan.files:
        _show_file(screen, file, seen, _common(plan))
    _show_rest(screen, plan, seen)
    if plan.sure:
        return _finish(screen, plan.files, write=write or partly)
    if partly:
        return _write_part(screen, plan)
    _show_unsure(screen, plan, write=write)
    return EXIT_LOOK


def _finish(screen: Screen, files: list[FilePlan], *, write: bool) -> int:
    if write:
        return _write(screen, files)
    screen.line("Everything is sure. Nothing was written; --write does it.")
    return EXIT_SURE


def _write_part(screen: Screen, plan: Plan) -> int:
    alone = plan.sure_part
    left = [str(file.source.path) for file in plan.files if file not in alone]
    code = _write(screen, alone)
    words = f"{len(alone)} of {len(plan.files)} files may be written by themselves."
    if left:
        words += f" Left as they are: {', '.join(left[:_PLACES])}{' …' if len(left) > _PLACES else ''}."
    screen.paragraph(words)
    return code or EXIT_LOOK


def _show_unsure(screen: Screen, plan: Plan, *, write: bool) -> None:
    doubts = [doubt for file in plan.files for change in file.changes for doubt in change.doubts]
    if write:
        words = (
            "Nothing was written. Settle what is marked with ? first; half a migration would leave two lists."
        )
    else:
        words = "Settle what is marked with ?; nothing was written."
    if any(doubt.acceptable for doubt in doubts):
        words += (
            " A doubt that is meant is accepted with --accept FILE:LINE:CODE, or by a comment in its line: "
            "# migrate: accept CODE."
        )
    if plan.sure_part:
        words += " --write --sure-part writes the files that are sure by themselves."
    screen.paragraph(words)


def _common(plan: Plan) -> dict[Doubt, list[str]]:
    """Return the doubts that stand at more than one place, with the places."""
    places: dict[Doubt, list[str]] = {}
    for file in plan.files:
        for change in file.changes:
            for doubt in change.doubts:
                places.setdefault(doubt, []).append(f"{file.source.path}:{change.line}")
    return {doubt: found for doubt, found in places.items() if len(found) > 1}


def _show_file(screen: Screen, file: FilePlan, seen: set[str], common: dict[Doubt, list[str]]) -> None:
    screen.line(screen.paint("bold")(str(file.source.path)))
    for change in file.changes:
        _show_change(screen, change, seen, common)
    screen.line()


def _show_change(screen: Screen, change: Change, seen: set[str], common: dict[Doubt, list[str]]) -> None:
    number = f"{change.line:>5}  "
    if change.after == change.before:
        _show_code(screen, change.before, first=number, mark="  ", colour="dim")
    else:
        first = number
        if change.before:
            _show_code(screen, change.before, first=first, mark="- ", colour="red")
            first = " " * len(number)
        _show_code(screen, change.after, first=first, mark="+ ", colour="green")
    yellow = screen.paint("yellow")
    for doubt in change.doubts:
        mark = f"[{doubt.code.value}]"
        if doubt not in common:
            screen.paragraph(f"{doubt} {mark}", first="       ? ", paint=yellow)
        elif doubt in seen:
            screen.paragraph(f"as above {mark}", first="       ? ", paint=yellow)
        else:
            seen.add(doubt)
            places = common[doubt]
            named = ", ".join(places[:_PLACES]) + (" …" if len(places) > _PLACES else "")
            words = f"{doubt} {mark} {len(places)} places: {named}"
            screen.paragraph(words, first="       ? ", paint=yellow)
    for doubt in change.accepted:
        screen.paragraph(f"accepted: {doubt} [{doubt.code.value}]", first="         ")
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
    _show_notes(screen, plan)


def _show_notes(screen: Screen, plan: Plan) -> None:
    """Write what is to be done in other files, and by hand."""
    for title, sentences in (("Dependencies", plan.dependencies), ("Other libraries", plan.others)):
        if sentences:
            screen.line(screen.paint("bold")(title))
            for sentence in sentences:
                screen.paragraph(sentence, first="  ")
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
