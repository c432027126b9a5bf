"""Changes: one use of a library, as it is and as it would be."""

import ast
import re
from dataclasses import dataclass, field
from typing import Any, Final

from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import Difference
from crossguard.migrate.doubts import Doubt
from crossguard.migrate.names import Names
from crossguard.migrate.source import Edit, Source, applied
from crossguard.migrate.values import Follow, Unknown, no_names, value_of, written

_ACCEPTS: Final = re.compile(r"#\s*migrate:\s*accept\b[ \t:]*(?P<codes>[a-z, \t-]*)")


@dataclass(slots=True)
class Change:
    """One use of a library that is migrated.

    Attributes:
        line: where it begins.
        before: as it is.
        after: as it would be.
        edits: the replacements in the file.
        differences: what behaves differently.
        doubts: why a person has to look; without any the change is sure.
        accepted: doubts that a person has accepted.
        last: the line in which it ends.
        meant: origins and headers that matched nothing, and match what they say here.
        added: options that have to be written and were not.
    """

    line: int
    before: str
    after: str
    edits: list[Edit] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    accepted: list[Doubt] = field(default_factory=list)
    last: int = 0
    meant: list[str] = field(default_factory=list)


def change_of(source: Source, node: ast.expr | ast.stmt, edits: list[Edit]) -> Change:
    """Return the change that *edits* make to *node*."""
    start, end = source.span(node)
    before = source.text[start:end]
    change = Change(node.lineno, before, before, edits, last=node.end_lineno or node.lineno)
    show_after(source, start, end, change)
    return change


def show_after(source: Source, start: int, end: int, change: Change) -> None:
    """Write into *change* what its edits make of the text from *start* to *end*."""
    inner = {edit for edit in change.edits if start <= edit.start <= end}
    change.after = applied(source.text[start:end], inner, start)


def accepts(source: Source, change: Change) -> set[str] | None:
    """Return the codes that a comment in the lines of *change* accepts; None without such a comment.

    An empty set is every code.
    """
    found: set[str] | None = None
    text = source.text[source.line_start(change.line) : source.line_start((change.last or change.line) + 1)]
    for match in _ACCEPTS.finditer(text):
        found = (found or set()) | {word for word in re.split(r"[,\s]+", match["codes"]) if word}
    return found


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


def remove_statement(names: Names, node: ast.stmt) -> list[Edit] | None:
    """Return what removes a statement with its lines; None if it shares a line with something else."""
    source = names.source
    parent = names.parents.get(node)
    block = (
        next((body for _, body in ast.iter_fields(parent) if isinstance(body, list) and node in body), [])
        if parent is not None
        else []
    )
    start, end = source.span(node)
    if len(block) == 1 and not isinstance(parent, ast.Module):
        return [Edit(start, end, "pass")]
    line = _own_line(source.text, start, end)
    return None if line is None else [Edit(*line, "")]


def _own_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the lines of an item begin and end, if it shares them with nothing but a comment."""
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    rest = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)").match(text, end)
    return (line, rest.end()) if rest is not None and not text[line:start].strip() else None


def replacements(source: Source, node: ast.expr, made: Converted, follow: Follow = no_names) -> list[Edit]:
    """Return what writes a new value where *node* stands; of a list only the entries that change."""
    if (
        isinstance(node, ast.List | ast.Tuple | ast.Set)
        and isinstance(made.value, list)
        and len(node.elts) == len(made.value)
    ):
        return [
            Edit(*source.span(entry), written(value, source.segment(entry)))
            for entry, value in zip(node.elts, made.value, strict=True)
            if not isinstance(value, Unknown) and _differs(value_of(entry, follow), value)
        ]
    return [Edit(*source.span(node), written(made.value, source.segment(node)))]


def _differs(before: Any, after: Any) -> bool:
    return type(before) is not type(after) or bool(before != after)


def imports_of_re(names: Names, edits: list[Edit], imports: list[ast.Import | ast.ImportFrom]) -> list[Edit]:
    """Return what makes ``re`` known where *edits* write it.

    Raises:
        ValueError: ``re`` is something else in this file.
    """
    source = names.source
    needing = [edit.start for edit in edits if "re.compile(" in edit.text]
    if not needing:
        return []
    bound = [binding for scope in names.bindings.values() for binding in scope.get("re", ())]
    if any(binding.module != "re" or binding.attribute for binding in bound):
        raise ValueError("re is not the module re in this file. Write the expressions by hand.")
    top = names.bindings.get(source.tree, {}).get("re", [])
    known = [
        binding.node
        for binding in top
        if isinstance(binding.node, ast.Import) and names.parents.get(binding.node) is source.tree
    ]
    if any(source.span(node)[1] <= min(needing) for node in known):
        return []
    for node in imports:
        start, _ = source.span(node)
        if names.parents.get(node) is source.tree and start <= min(needing):
            return [Edit(start, start, f"import re{source.newline}")]
    first = next((node for node in source.tree.body if not _goes_first(node)), source.tree.body[0])
    start = min(source.span(node)[0] for node in (first, *getattr(first, "decorator_list", ())))
    line = max(source.text.rfind("\n", 0, start), source.text.rfind("\r", 0, start)) + 1
    return [Edit(line, line, f"import re{source.newline}")]


def _goes_first(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())) | ast.ImportFrom(module="__future__"):
            return True
        case _:
            return False
