"""``origins`` of Flask-CORS as ``origins`` of crossguard."""

import re
from typing import Any, Final

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.patterns import ANY_ORIGIN, parse_rule
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode
from crossguard.migrate.doubts import DoubtCode
from crossguard.migrate.values import Function, Table, Unknown, shown, written

#: What made Flask-CORS take a text for an expression.
EXPRESSION_CHARACTERS: Final = frozenset("*\\]?$^[()")

#: Texts that matched every origin.
_EVERYBODY: Final = frozenset({ANY_ORIGIN, ".*", "^.*", "^.*$", ".*$", "(.*)"})

# What people write when they mean all subdomains, and all ports.
_SUBDOMAINS: Final = re.compile(
    r"\^?(?P<scheme>https?\??)://(?:\.\*|\.\+|\(\.\*\)|\(\.\+\)|\[\^/\]\+)\\?\.(?P<host>[a-z0-9\-\\.]+)"
    r"(?P<port>:[0-9]+)?\$?",
    re.IGNORECASE,
)
# A part of the left-most label. `\\d+` and the like say less than the wildcard, and stay expressions.
_INSIDE: Final = re.compile(
    r"\^?(?P<scheme>https?\??)://(?P<before>[a-z0-9\-]*)(?:\.\*|\.\+|\(\.\*\)|\(\.\+\)|\[a-z0-9-\]\+|\[\w-\]\+|\[\^\.\]\+)"
    r"(?P<behind>[a-z0-9\-]*)\\?\.(?P<host>[a-z0-9\-\\.]+)(?P<port>:[0-9]+)?\$?",
    re.IGNORECASE,
)
_PORTS: Final = re.compile(
    r"\^?(?P<scheme>https?\??)://(?P<host>[a-z0-9\-\\.]+)"
    r"(?:\(?:(?:\\d\+|\\d\*|\[0-9\]\+|\.\*|\.\+|\*|\(\\d\+\))\)?\??)\$?",
    re.IGNORECASE,
)


def convert_origins(value: Any, *, in_config: bool) -> Converted:
    """Convert the value of ``origins``.

    Args:
        value: what was written.
        in_config: whether it stands in the configuration, where None counts as not given.
    """
    if isinstance(value, Function):
        made = Converted(value)
        made.doubt(DoubtCode.FUNCTION, "read the function before you keep it: it was never called.")
        made.note(DifferenceCode.NEVER_CALLED)
        return made
    if isinstance(value, Table):
        made = Converted(value)
        made.doubt(DoubtCode.NO_ORIGIN, "a table is no list of origins. It was meant to be resources.")
        return made
    if isinstance(value, Unknown):
        made = Converted(value)
        made.doubt(DoubtCode.RUN_TIME, f"origins={shown(value)} is only known when the application runs.")
        return made
    if value is None:
        made = Converted([], changed=True)
        made.note(DifferenceCode.NO_ORIGINS)
        if in_config:
            made.value = ANY_ORIGIN
            words = "None in the configuration was every site, and '*' says that. Write who may read."
            made.doubt(DoubtCode.NONE_IN_CONFIGURATION, words)
        return made
    entries = value if isinstance(value, list) else [value]
    result = Converted(value)
    converted: list[Any] = []
    for entry in entries:
        converted += _entry(entry, result)
    converted = _together(entries, converted, result)
    if result.changed:
        result.value = converted[0] if not isinstance(value, list) and len(converted) == 1 else converted
    return result


def exact_origins(value: Any, *, expressions_begin: bool) -> Converted:
    """Convert origins of a library in which every text is one origin, compared letter by letter.

    Args:
        value: what was written.
        expressions_begin: whether a compiled expression only had to match the beginning.
    """
    result = Converted(value)
    if value is None:
        value = []
        result.changed = True
    if isinstance(value, Unknown):
        result.doubt(DoubtCode.RUN_TIME, f"origins={shown(value)} is only known when the application runs.")
        return result
    entries = value if isinstance(value, list) else [value]
    converted: list[Any] = []
    for entry in entries:
        if isinstance(entry, re.Pattern) and not expressions_begin:
            converted.append(entry)
        elif isinstance(entry, str) and entry != ANY_ORIGIN and _builds(entry):
            fixed = str(parse_rule(entry))
            if fixed != entry or "*" in entry:
                result.note(DifferenceCode.NEVER_MATCHED, entry=shown(entry), fixed=fixed)
                result.meant.append(fixed)
            converted.append(entry)
        elif isinstance(entry, str) and entry != ANY_ORIGIN:
            converted += _literal(entry, result)
        else:
            converted += _entry(entry, result)
    converted = _together(entries, converted, result)
    result.value = converted if result.changed or isinstance(value, list) else value
    return result


def _together(entries: list[Any], converted: list[Any], result: Converted) -> list[Any]:
    """Return what *entries* become together; notes in *result* whether that is something else."""
    unknown = [entry for entry in entries if isinstance(entry, Unknown)]
    if unknown:
        _doubt_run_time(unknown, entries, converted, result)
    # "*" beside others lets every origin in, as it did.
    if ANY_ORIGIN in converted and len(converted) > 1:
        converted = [ANY_ORIGIN]
    result.changed = result.changed or converted != entries
    return converted


def _doubt_run_time(
    unknown: list[Unknown], entries: list[Any], converted: list[Any], result: Converted
) -> None:
    """Doubt the entries that only a run would tell; say what was made of the others."""
    texts = ", ".join(dict.fromkeys(shown(entry) for entry in unknown))
    verb = "are" if len(unknown) > 1 else "is"
    words = f"{texts} in origins {verb} only known when the application runs."
    made_of = {
        shown(before): written(after)
        for before, after in zip(entries, converted, strict=False)
        if len(entries) == len(converted) and before != after
    }
    said = "; ".join(f"for {before} write {after}" for before, after in made_of.items())
    result.doubt(DoubtCode.RUN_TIME, f"{words} Of the others: {said}." if said else words)


def _entry(entry: Any, result: Converted) -> list[Any]:  # noqa: PLR0911 - one for each kind of entry
    """Return what stands for one entry; notes in *result* what is different."""
    if isinstance(entry, re.Pattern):
        if isinstance(entry.pattern, str):
            result.note(DifferenceCode.EXPRESSION_BEGINNING, entry=shown(entry.pattern))
        return [entry]
    if isinstance(entry, Unknown):
        return [entry]
    if not isinstance(entry, str):
        result.doubt(DoubtCode.NO_ORIGIN, f"{shown(entry)} is no origin.")
        return [entry]
    if entry in _EVERYBODY:
        return [ANY_ORIGIN]
    parts = [part for part in re.split(r"[,\s]+", entry) if part]
    if len(parts) > 1 and all("://" in part for part in parts):
        result.note(DifferenceCode.NEVER_MATCHED, entry=shown(entry), fixed="one origin at a time")
        result.meant += [str(parse_rule(part)) for part in parts if _builds(part)]
        return [made for part in parts for made in _entry(part, result)]
    if _builds(entry):
        return [_noted(entry, result)]
    return _expression(entry, result) if set(entry) & EXPRESSION_CHARACTERS else _literal(entry, result)


def _noted(entry: str, result: Converted) -> str:
    """Note what is different about an entry that can stay as it is written."""
    if "*" in entry or "[" in entry:
        result.note(DifferenceCode.GLOB, entry=shown(entry))
        result.meant.append(entry)
    elif entry != str(parse_rule(entry)):
        fixed = str(parse_rule(entry))
        if fixed.casefold() != entry.casefold():
            result.note(DifferenceCode.NEVER_MATCHED, entry=shown(entry), fixed=fixed)
            result.meant.append(fixed)
    return entry


def _literal(entry: str, result: Converted) -> list[Any]:
    bare = re.match(r"(https?://[^/?#\s]+)/?$", entry.strip(), re.IGNORECASE)
    if bare and _builds(bare[1]):
        result.meant.append(str(parse_rule(bare[1])))
        result.note(DifferenceCode.NEVER_MATCHED, entry=shown(entry), fixed=str(parse_rule(bare[1])))
        return [bare[1]]
    reason = _reason(entry)
    result.note(DifferenceCode.NEVER_MATCHED, entry=shown(entry), fixed="something else")
    result.doubt(DoubtCode.NO_ORIGIN, f"{shown(entry)}: {reason}")
    return [entry]


def _expression(entry: str, result: Converted) -> list[Any]:
    """Return patterns for an expression that is known to mean them, and the compiled expression otherwise.

    Both match less than the expression did, which only had to match the beginning.
    """
    for known, form in (
        (_SUBDOMAINS, "{scheme}://*.{host}{port}"),
        (_INSIDE, "{scheme}://{before}*{behind}.{host}{port}"),
        (_PORTS, "{scheme}://{host}:*"),
    ):
        match = known.fullmatch(entry)
        if match is None:
            continue
        host = match["host"].replace("\\", "")
        port = match.groupdict().get("port") or ""
        schemes = ["https", "http"] if match["scheme"].endswith("?") else [match["scheme"].lower()]
        around = {name: match.groupdict().get(name) or "" for name in ("before", "behind")}
        texts = [form.format(scheme=scheme, host=host, port=port, **around) for scheme in schemes]
        if all(_builds(text) for text in texts):
            result.note(DifferenceCode.EXPRESSION_BEGINNING, entry=shown(entry))
            if known is _PORTS and not entry.rstrip("$").endswith(")?"):
                result.note(DifferenceCode.DEFAULT_PORT, entry=shown(entry))
                result.meant += [text.removesuffix(":*") for text in texts]
            return texts
    try:
        compiled = re.compile(entry)
    except (re.error, RecursionError, OverflowError) as error:
        result.doubt(DoubtCode.NO_ORIGIN, f"{shown(entry)} is no expression: {error}.")
        return [entry]
    result.note(DifferenceCode.EXPRESSION_BEGINNING, entry=shown(entry))
    return [compiled]


def _builds(text: str) -> bool:
    return not _reason(text)


def _reason(text: str) -> str:
    try:
        parse_rule(text)
    except OriginSyntaxError as error:
        return f"{error.reason} {error.fix}"
    return ""
