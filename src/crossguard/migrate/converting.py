"""One file converted: every use in it, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crossguard.migrate.calls import convert_call
from crossguard.migrate.changes import Change, change_of, imports_of_re
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.imports import convert_import
from crossguard.migrate.keys import configured_options, convert_key, key_values
from crossguard.migrate.libraries import Kind
from crossguard.migrate.middlewares import convert_middleware
from crossguard.migrate.names import Names
from crossguard.migrate.policies import convert_policy
from crossguard.migrate.reading import Reading
from crossguard.migrate.source import Edit, applied
from crossguard.migrate.uses import Use, Uses
from crossguard.migrate.values import value_of


@dataclass(slots=True)
class ConvertedFile:
    """The changes of one file.

    Attributes:
        path: where it is.
        names: the file.
        changes: all of them, in order.
        declared: those that declare a policy, each with its use.
        keys: those of keys of the configuration.
    """

    path: Path
    names: Names
    changes: list[Change] = field(default_factory=list)
    declared: list[tuple[Use, Change]] = field(default_factory=list)
    keys: list[Change] = field(default_factory=list)


def convert_file(reading: Reading, path: Path) -> ConvertedFile:
    """Convert the file at *path*."""
    names, uses = reading.names[path], reading.uses[path]
    made = ConvertedFile(path, names)
    keys = reading.keys_for(path)
    configured = configured_options(key_values(reading.project, keys))
    for use in uses.declarations:
        found = reading.project.each_choice(lambda use=use: _declaration(reading, path, use, configured))  # type: ignore[misc]
        made.declared.append((use, _merged(found)))
    made.changes += [change for _, change in made.declared]
    made.changes += _constants(made)
    active = {id(key) for other, key in reading.active_keys if other == path}
    if active and any(found and reading.together(path, other) for other, found in reading.uses.items()):
        made.keys = [
            convert_key(reading.project, names, key, configured) for key in uses.keys if id(key) in active
        ]
        made.changes += made.keys
    made.changes += [convert_import(names, node, uses) for node in uses.imports]
    made.changes += _strange(made, uses.strange)
    made.changes += _texts(made, uses)
    _import_re(made, uses.imports)
    made.changes.sort(key=lambda change: change.line)
    return made


def _merged(found: list[Change]) -> Change:
    """Return one change for what a call is with each value of its names."""
    first = found[0]
    for other in found[1:]:
        first.edits = list(dict.fromkeys([*first.edits, *other.edits]))
        first.differences = list(dict.fromkeys([*first.differences, *other.differences]))
        first.doubts = list(dict.fromkeys([*first.doubts, *other.doubts]))
        first.meant += other.meant
    return first


def _declaration(reading: Reading, path: Path, use: Use, configured: dict[str, Any]) -> Change:
    project, names = reading.project, reading.names[path]
    if use.kind in {Kind.STARLETTE, Kind.QUART}:
        return convert_middleware(project, names, use)
    inherited = dict(configured)
    shared = False
    if use.kind is Kind.INIT:
        for other, one in reading.constructors(path):
            follow = project.follower(reading.names[other])
            given = {word.arg: value_of(word.value, follow) for word in one.call.keywords if word.arg}
            given.pop("resources", None)
            policy = convert_policy(given, inherited=inherited, shared=True)
            inherited |= policy.values
    elif use.kind is Kind.CORS and use.target is None:
        shared = reading.has_init_app(path)
    blueprint = reading.is_blueprint(path, use)
    return convert_call(project, names, use, inherited, blueprint=blueprint, shared=shared)


def _constants(made: ConvertedFile) -> Iterator[Change]:
    """Yield the changes of constants, which are written where these stand and not in the calls."""
    source = made.names.source
    by_line: dict[int, list[Edit]] = {}
    for use, change in made.declared:
        if use.kind is Kind.QUART or use.inner is not None:
            continue
        start, end = source.span(use.call)
        away = [edit for edit in change.edits if not start <= edit.start <= end]
        change.edits = [edit for edit in change.edits if edit not in away]
        for edit in away:
            by_line.setdefault(source.text.count("\n", 0, edit.start) + 1, []).append(edit)
    for line, edits in by_line.items():
        start, end = source.line_start(line), max(edit.end for edit in edits)
        end = max(end, source.line_start(line + 1))
        once = list(dict.fromkeys(edits))
        before = source.text[start:end]
        after = applied(before, once, start)
        yield Change(line, before.strip(), after.strip(), once, last=line)


def _strange(made: ConvertedFile, strange: list[tuple[int, str]]) -> Iterator[Change]:
    imported = {change.line for change in made.changes}
    for line, name in strange:
        if name.endswith(" as a value"):
            words = f"{name} is a use that is not read. Call it where the policy is declared."
            yield Change(line, name, name, doubts=[Doubt(DoubtCode.NO_COUNTERPART, words)])
        elif line not in imported:
            words = f"there is no counterpart of {name}."
            yield Change(line, name, name, doubts=[Doubt(DoubtCode.NO_COUNTERPART, words)])


def _texts(made: ConvertedFile, uses: Uses) -> Iterator[Change]:
    source = made.names.source
    for node in uses.logs:
        start, end = source.span(node)
        quote = source.text[start : start + 1]
        if source.text[start:end] == f"{quote}flask_cors{quote}":
            change = change_of(source, node, [Edit(start, end, f"{quote}crossguard{quote}")])
            change.differences = [difference(DifferenceCode.LOG)]
            yield change
    for node in uses.loads:
        words = (
            "flask_cors is imported by a text, which is not changed. Write from crossguard.flask import CORS."
        )
        change = change_of(source, node, [])
        change.doubts = [Doubt(DoubtCode.NO_COUNTERPART, words)]
        yield change


def _import_re(made: ConvertedFile, imports: list[Any]) -> None:
    """Import ``re`` where expressions are written."""
    source = made.names.source
    try:
        edits = imports_of_re(made.names, [edit for change in made.changes for edit in change.edits], imports)
    except ValueError as error:
        made.changes[0].doubts.append(Doubt(DoubtCode.NOT_TOGETHER, str(error)))
        return
    for edit in edits:
        line = source.text.count("\n", 0, edit.start) + 1
        made.changes.insert(0, Change(line, "", "import re", [edit]))
