"""Imports of a library that is migrated, as imports of crossguard."""

import ast
import re
from typing import Final

from crossguard.migrate.changes import Change, change_of
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.libraries import OLD, Kind
from crossguard.migrate.names import Names
from crossguard.migrate.source import Edit
from crossguard.migrate.uses import Uses

#: What is imported afterwards, by the first part of the module's name.
_TARGETS: Final = {
    "flask_cors": "crossguard.flask",
    "flask_ext_cors": "crossguard.flask",
    "flask": "crossguard.flask",
    "starlette": "crossguard.asgi",
    "fastapi": "crossguard.asgi",
    "quart_cors": "crossguard.asgi",
}


def convert_import(names: Names, node: ast.Import | ast.ImportFrom, uses: Uses) -> Change:
    """Convert one statement."""
    source = names.source
    start, end = source.span(node)
    text = source.text[start:end]
    made = _from(names, node, text) if isinstance(node, ast.ImportFrom) else _module(node, text)
    change = change_of(source, node, [Edit(start, end, made)] if made and made != text else [])
    strange = [
        name for line, name in uses.strange if line == node.lineno and not name.endswith(" as a value")
    ]
    change.doubts += [
        Doubt(DoubtCode.NO_COUNTERPART, f"there is no counterpart of {name}.") for name in strange
    ]
    if not made and not strange:
        words = "write from crossguard.flask import CORS, cross_origin, and use these names."
        change.doubts.append(Doubt(DoubtCode.NO_COUNTERPART, words))
    if "flask.ext" in text:
        change.differences.append(difference(DifferenceCode.FLASK_EXT))
    return change


def _from(names: Names, node: ast.ImportFrom, text: str) -> str:
    module = node.module or ""
    target = _TARGETS.get(module.partition(".")[0], "")
    if any(alias.name == "*" for alias in node.names):
        known = OLD.get(module, {})
        used = [name for name in sorted(known) if names.loads[name]] or sorted(known)
        return f"from {target} import {', '.join(used)}"
    head = re.match(rf"from(?:\s|\\)+{re.escape(module)}(?:\s|\\)+import", text)
    if head is None:
        return ""
    made = f"from {target} import{text[head.end() :]}"
    if Kind.STARLETTE in OLD.get(module, {}).values() or module == "quart_cors":
        made = re.sub(r"\b(?:CORSMiddleware|cors)\b(?!\s*\.)", "Crossguard", made[len("from ") :])
        made = f"from {made}"
    return made


def _module(node: ast.Import, text: str) -> str:
    made = text
    for alias in node.names:
        if alias.name not in OLD:
            continue
        target = _TARGETS[alias.name.partition(".")[0]]
        if "." in alias.name and not alias.asname:
            return ""
        made = re.sub(
            rf"(?<![\w.]){re.escape(alias.name)}\b(?:\s+as\s+(\w+))?",
            lambda match, target=target, name=alias.name: f"{target} as {match[1] or name}",  # type: ignore[misc]
            made,
        )
    return made
