"""``CORS_*`` keys of the configuration."""

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from crossguard.core.options import OPTION_NAMES, nearest_option
from crossguard.declare.declaration import IGNORED_OPTIONS
from crossguard.migrate.arguments import item_spans
from crossguard.migrate.changes import Change, change_of, removals, remove_statement, replacements
from crossguard.migrate.config_keys import PREFIX, ConfigKey
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.names import Names
from crossguard.migrate.policies import DEAD, KNOWN, convert_policy
from crossguard.migrate.project import Project
from crossguard.migrate.source import Edit
from crossguard.migrate.values import UNKNOWN, is_known, value_of

#: What follows a key that is set: ``KEY =``, ``config["KEY"] =``, ``"KEY":``; and ``KEY: bool =``.
_SET = re.compile(rb"""(?:["']?\]?\s*=(?!=)|["']\s*:)""")
_ANNOTATED = re.compile(rb"\s*\w+\s*:[^=:]+=(?!=)")


def key_values(project: Project, keys: Iterable[tuple[Names, ConfigKey]]) -> dict[str, Any]:
    """Return the values that the keys of Flask-CORS give, by option.

    A key that is set to several values has none that is known; None counts as not given.
    """
    values: dict[str, Any] = {}
    for names, key in keys:
        name = _option(key)
        if name in KNOWN:
            value = value_of(key.value, project.follower(names))
            same = name not in values or (is_known(value) and values[name] == value)
            values[name] = value if same else UNKNOWN
    return {name: value for name, value in values.items() if value is not None}


def configured_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that the keys give to every policy, converted."""
    policy = convert_policy(values, in_config=True)
    return {name: made.value for name, made in policy.options.items() if not made.dropped}


def convert_key(project: Project, names: Names, key: ConfigKey, configured: Mapping[str, Any]) -> Change:
    """Convert one key where it stands."""
    source = names.source
    name = _option(key)
    follow = project.follower(names)
    edits: list[Edit] = []
    made = Converted(UNKNOWN)
    gone = False
    if name == "resources":
        words = "CORS_RESOURCES: write resources={…} into CORS(app, …), with paths of whole segments."
        made.doubt(DoubtCode.RESOURCES, words)
    elif name in KNOWN:
        value = value_of(key.value, follow)
        others = {other: entry for other, entry in configured.items() if other != name}
        policy = convert_policy({name: value}, in_config=True, inherited=others)
        made = policy.options[name]
        _of_run_time(made, key, value)
        said = {doubt.code for doubt in made.doubts}
        made.doubts += [doubt for doubt in policy.doubts if doubt.startswith(name) and doubt.code not in said]
        # An option that does nothing may stay; a line that goes needs a better reason.
        gone = made.dropped and name not in IGNORED_OPTIONS
        if made.changed and not made.dropped:
            edits = replacements(source, key.value, made, follow)
    elif name not in OPTION_NAMES:
        gone = _of_unknown(project, key, made)
    change = change_of(source, key.value, edits)
    if gone:
        edits = _removal(names, key)
        change.edits = edits
        if not edits:
            made.doubts.append(Doubt(DoubtCode.NOT_TOGETHER, f"remove {key.key} by hand."))
    change.before = f"{key.key} = {change.before}"
    change.after = "" if gone and edits else f"{key.key} = {change.after}"
    change.line = key.line
    change.differences = [difference(DifferenceCode.CONFIGURATION, key=key.key), *made.differences]
    change.doubts = made.doubts
    change.meant = made.meant
    return change


def _of_run_time(made: Converted, key: ConfigKey, value: Any) -> None:
    if is_known(value):
        return
    if not isinstance(value, list) or not made.doubts:
        made.doubts = [
            Doubt(DoubtCode.RUN_TIME, f"the value of {key.key} is only known when the application runs.")
        ]


def _of_unknown(project: Project, key: ConfigKey, made: Converted) -> bool:
    """Doubt a key that is no option, unless nothing reads it; tell whether it goes."""
    nearest = nearest_option(_option(key))
    hint = f"It was meant to be {PREFIX}{nearest.upper()}." if nearest else ""
    places = _readers(project, key)
    if not places:
        made.note(DifferenceCode.DEAD_KEY, key=key.key)
        if nearest and _option(key) not in DEAD:
            words = f"{key.key} was ignored. {hint} What is written above goes on without it."
            made.doubt(DoubtCode.UNKNOWN_OPTION, words)
        return True
    made.note(DifferenceCode.UNKNOWN_OPTION, option=key.key, hint=hint or "Rename it.")
    where = ", ".join(places[:5]) + (" and elsewhere" if len(places) > 5 else "")  # noqa: PLR2004 - a line
    words = (
        f"{key.key} is no option, and every CORS_* key in app.config has to be one. {hint} "
        f"Rename it, here and where it is read: {where}."
    )
    code = DoubtCode.UNKNOWN_KEY if key.direct else DoubtCode.MAYBE_KEY
    made.doubt(code, " ".join(words.split()))
    return False


def _readers(project: Project, key: ConfigKey) -> list[str]:
    """Return the places that mention a key, without those that only set it."""
    places = []
    word = re.compile(rb"\b" + re.escape(key.key.encode()) + rb"\b")
    for path in project.folders:
        for number, line in enumerate(project.raw(path).splitlines(), 1):
            mentions = [*word.finditer(line)]
            # What an environment calls by that name is no key.
            if b"environ" in line or b"getenv" in line:
                mentions = mentions[:1]
            places += [
                f"{path}:{number}"
                for match in mentions
                if not _SET.match(line, match.end()) and not _ANNOTATED.match(line)
            ]
    return places


def _removal(names: Names, key: ConfigKey) -> list[Edit]:
    """Return what removes the key with its value; nothing if it cannot be placed."""
    source = names.source
    match key.statement:
        case ast.Assign() | ast.AnnAssign() as statement:
            return remove_statement(names, statement) or []
        case ast.keyword() as word:
            call = names.parents.get(word)
            if not isinstance(call, ast.Call):
                return []
            items = item_spans(names, call)
            return removals(source, items, {source.span(word)[0]})
        case ast.Dict(keys=keys, values=values):
            items = [
                (source.span(entry)[0] if entry is not None else source.span(value)[0], source.span(value)[1])
                for entry, value in zip(keys, values, strict=True)
            ]
            own = next(start for (start, _), value in zip(items, values, strict=True) if value is key.value)
            return removals(source, items, {own})
        case _:
            return []


def _option(key: ConfigKey) -> str:
    return key.key.removeprefix(PREFIX).lower()
