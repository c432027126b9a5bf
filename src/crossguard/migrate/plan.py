"""The plan of a migration: every use in every file, and whether all of it is sure."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crossguard.migrate.calls import convert_call, convert_decorator
from crossguard.migrate.changes import (
    Change,
    change_of,
    import_edits,
    imports_name,
)
from crossguard.migrate.differences import Difference, DifferenceCode, difference
from crossguard.migrate.files import may_matter, python_files
from crossguard.migrate.keys import configured_options, convert_key
from crossguard.migrate.source import Source, UnreadableSource, read_source
from crossguard.migrate.uses import Uses, find_uses


@dataclass(slots=True)
class FilePlan:
    """What is to be done in one file.

    Attributes:
        source: the file.
        changes: its uses, in order.
    """

    source: Source
    changes: list[Change] = field(default_factory=list)

    @property
    def after(self) -> str:
        """The whole text, as it would be."""
        return self.source.apply([edit for change in self.changes for edit in change.edits])


@dataclass(slots=True)
class Plan:
    """What is to be done in all files.

    Attributes:
        files: those that use Flask-CORS, with a change or without.
        unreadable: files that mention it and do not parse, with the reason.
        everywhere: what behaves differently whatever the options are.
    """

    files: list[FilePlan] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    everywhere: list[Difference] = field(default_factory=list)

    @property
    def sure(self) -> bool:
        """Whether everything can be written without a person. Half a migration would leave two lists."""
        return not self.unreadable and not any(
            change.doubts for file in self.files for change in file.changes
        )


def plan_migration(paths: Iterable[Path]) -> Plan:
    """Read the Python files in *paths* and plan their migration. Writes nothing."""
    plan = Plan()
    sources = []
    for path in python_files(paths):
        if not may_matter(path):
            continue
        try:
            sources.append(read_source(path))
        except (UnreadableSource, OSError) as error:
            if _mentions(path):
                plan.unreadable.append((path, str(error)))
    uses = {id(source): find_uses(source) for source in sources}
    extensions = frozenset(name for found in uses.values() for name in found.extensions)
    uses = {id(source): find_uses(source, extensions) for source in sources}
    if not any(uses.values()):
        return plan
    keys = [(source, key) for source in sources for key in uses[id(source)].keys]
    configured = configured_options([key for _, key in keys])
    for source in sources:
        file = FilePlan(source, _changes(source, uses[id(source)], configured))
        if file.changes:
            _doubt_unparsable(file)
            plan.files.append(file)
    if plan.files:
        plan.everywhere = [difference(DifferenceCode.PREFLIGHT_FIRST), difference(DifferenceCode.ERRORS)]
    return plan


def _doubt_unparsable(file: FilePlan) -> None:
    """Doubt a file that would not be Python any more: it must not be written, whatever the mistake."""
    try:
        ast.parse(file.after)
    except SyntaxError:  # pragma: no cover - no such file is known
        file.changes[0].doubts.append("the lines above do not fit together. Write them by hand.")


def _mentions(path: Path) -> bool:
    try:
        return b"flask_cors" in path.read_bytes()
    except OSError:
        return False


def _changes(source: Source, uses: Uses, configured: Mapping[str, Any]) -> list[Change]:
    changes = [convert_call(source, call, uses, configured) for call in uses.calls]
    _doubt_second_calls(uses, changes)
    changes += [
        convert_decorator(source, call, configured, above_route=above) for call, above in uses.decorators
    ]
    changes += [convert_key(source, key, configured) for key in uses.keys]
    needs_re = not imports_name(source, "re") and any(
        "re.compile(" in edit.text for change in changes for edit in change.edits
    )
    for node in uses.imports:
        made = change_of(source, node, import_edits(source, node, needs_re=needs_re))
        needs_re = False
        made.doubts = [
            f"there is no counterpart of {name}." for line, name in uses.strange if line == node.lineno
        ]
        changes.append(made)
    changes += [
        Change(line, name, name, doubts=[f"there is no counterpart of {name}."])
        for line, name in uses.strange
        if not any(node.lineno == line for node in uses.imports)
    ]
    changes += [
        Change(line, '"flask_cors"', '"crossguard"', differences=[difference(DifferenceCode.LOG)])
        for line in uses.logs
    ]
    return sorted(changes, key=lambda change: change.line)


def _doubt_second_calls(uses: Uses, changes: list[Change]) -> None:
    seen: dict[str, int] = {}
    for call, change in zip(uses.calls, changes, strict=True):
        if not call.args:
            continue
        target = ast.unparse(call.args[0])
        if target in seen:
            change.differences.insert(0, difference(DifferenceCode.DECLARED_TWICE))
            change.doubts.append(f"line {seen[target]} declares a policy for {target} already.")
        seen.setdefault(target, call.lineno)
