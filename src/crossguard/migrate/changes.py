"""Changes: one use of Flask-CORS, as it is and as it would be."""

import ast
import re
from dataclasses import dataclass, field

from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import Difference
from crossguard.migrate.source import Edit, Source
from crossguard.migrate.values import value_of, written


@dataclass(slots=True)
class Change:
    """One use of Flask-CORS.

    Attributes:
        line: where it begins.
        before: as it is.
        after: as it would be.
        edits: the replacements in the file.
        differences: what behaves differently.
        doubts: why a person has to look; without any the change is sure.
    """

    line: int
    before: str
    after: str
    edits: list[Edit] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def change_of(source: Source, node: ast.expr | ast.stmt, edits: list[Edit]) -> Change:
    """Return the change that *edits* make to *node*."""
    start, end = source.span(node)
    inner = [
        Edit(edit.start - start, edit.end - start, edit.text) for edit in edits if start <= edit.start <= end
    ]
    before = source.text[start:end]
    after = before
    for edit in sorted(inner, key=lambda edit: edit.start, reverse=True):
        after = after[: max(edit.start, 0)] + edit.text + after[edit.end :]
    return Change(node.lineno, before, after, edits)


def removals(source: Source, items: list[tuple[int, int]], dropped: set[int]) -> list[Edit]:
    """Return what removes some of the items of a call or a table, with their commas.

    Args:
        source: the file.
        items: where the items begin and end, in order.
        dropped: the beginnings of those that go.
    """
    edits: list[Edit] = []
    kept_before = False
    for index, (start, end) in enumerate(items):
        if start not in dropped:
            kept_before = True
        elif (line := _own_line(source.text, start, end)) is not None:
            edits.append(Edit(*line, ""))
        elif kept_before:
            # What went before it may have taken the line break in between with it.
            begin = max(items[index - 1][1], edits[-1].end if edits else 0)
            edits.append(Edit(begin, end, ""))
        else:
            edits.append(Edit(start, items[index + 1][0] if index + 1 < len(items) else end, ""))
    return edits


def _own_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the lines of an item begin and end, if it shares them with nothing but a comment."""
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    rest = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(text, end)
    return (line, rest.end()) if rest is not None and not text[line:start].strip() else None


def replacements(source: Source, node: ast.expr, made: Converted) -> list[Edit]:
    """Return what writes a new value where *node* stands; of a list only the entries that change."""
    if (
        isinstance(node, ast.List | ast.Tuple | ast.Set)
        and isinstance(made.value, list)
        and len(node.elts) == len(made.value)
    ):
        return [
            Edit(*source.span(entry), written(value, source.segment(entry)))
            for entry, value in zip(node.elts, made.value, strict=True)
            if value_of(entry) != value
        ]
    return [Edit(*source.span(node), written(made.value, source.segment(node)))]


def import_edits(source: Source, node: ast.Import | ast.ImportFrom, *, needs_re: bool) -> list[Edit]:
    """Return what makes an import of Flask-CORS one of crossguard."""
    start, end = source.span(node)
    text = source.text[start:end]
    if isinstance(node, ast.ImportFrom):
        made = re.sub(r"^from\s+flask_cors(?:\.\w+)?\s+import", "from crossguard.flask import", text)
    else:
        made = re.sub(
            r"\bflask_cors\b(?:\s+as\s+(\w+))?",
            lambda match: f"crossguard.flask as {match[1] or 'flask_cors'}",
            text,
        )
    if needs_re:
        made = f"import re{source.newline}{_indent(source, start)}{made}"
    return [Edit(start, end, made)]


def _indent(source: Source, start: int) -> str:
    line = max(source.text.rfind("\n", 0, start), source.text.rfind("\r", 0, start)) + 1
    before = source.text[line:start]
    return before[: len(before) - len(before.lstrip(" \t"))]


def imports_name(source: Source, name: str) -> bool:
    """Tell whether the file imports the module *name*."""
    return any(
        isinstance(node, ast.Import) and any(alias.name == name and not alias.asname for alias in node.names)
        for node in ast.walk(source.tree)
    )
