"""Entries that are added to a list, a table or a call as its other entries are written."""

import ast
import re
from typing import Final

from crossguard.migrate.source import Edit, Source

# What follows the last entry: a comma, and the rest of its line.
_REST: Final = re.compile(r"[ \t]*(,?)([ \t]*(?:#[^\r\n]*)?)(\r\n|\r|\n|$)")
_COMMA: Final = re.compile(r"(?:\s|#[^\r\n]*)*,")
_OPEN: Final = re.compile(r"[ \t]*")


def insert_entries(
    source: Source, node: ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Call, texts: list[str]
) -> list[Edit]:
    """Return what adds *texts* behind the last entry of *node*: below it where each has a line of its own."""
    spans = _spans(source, node)
    end = source.span(node)[1]
    if not spans:
        at = end - 1
        # Of a tuple with one entry the comma makes it one.
        return [
            Edit(at, at, ", ".join(texts) + ("," if isinstance(node, ast.Tuple) and len(texts) == 1 else ""))
        ]
    last = max(stop for _, stop in spans)
    # A tuple may stand without brackets.
    close = end - 1 if source.text[end - 1] in ")]}" else end
    rest = source.text[last:close]
    found = _REST.match(rest)
    start = max(spans)[0]
    line = source.text.rfind("\n", 0, start) + 1
    alone = not source.text[line:start].strip()
    comma_below = found is not None and not found[1] and _COMMA.match(rest) is not None
    if found is None or not found[3] or not alone or comma_below:
        return _beside(source, node, last, rest, texts)
    indentation = source.text[line:start]
    lines = "".join(f"{indentation}{text},{source.newline}" for text in texts)
    below = last + found.end()
    comma = [] if found[1] else [Edit(last, last, ",")]
    return [*comma, Edit(below, below, lines)]


def _beside(source: Source, node: ast.expr, last: int, rest: str, texts: list[str]) -> list[Edit]:
    text = ", ".join(texts)
    if isinstance(node, ast.Tuple) and source.text[source.span(node)[0]] != "(":
        return [Edit(last, last, f", {text}")]
    comma = re.match(r"\s*,", rest)
    if comma is None or "#" in rest:
        return [Edit(last, last, f", {text}")]
    at = last + comma.end()
    return [Edit(at, at, f" {text}" + ("," if rest[comma.end() :].strip() == "" and "\n" in rest else ""))]


def _spans(source: Source, node: ast.expr) -> list[tuple[int, int]]:
    match node:
        case ast.List(elts=entries) | ast.Tuple(elts=entries) | ast.Set(elts=entries):
            return [_around(source, entry) for entry in entries]
        case ast.Dict(keys=keys, values=values):
            return [
                (source.span(value if key is None else key)[0], source.span(value)[1])
                for key, value in zip(keys, values, strict=True)
            ]
        case ast.Call(args=arguments, keywords=keywords):
            return [*map(source.span, arguments), *map(source.span, keywords)]
        case _:
            return []


def _around(source: Source, node: ast.expr) -> tuple[int, int]:
    """Return where an entry begins and ends, with the brackets around it."""
    start, end = source.span(node)
    while True:
        before = source.text[:start].rstrip()
        after = _OPEN.match(source.text, end)
        following = after.end() if after is not None else end
        bracketed = before.endswith("(") and source.text[following : following + 1] == ")"
        if not bracketed or before[-2:-1].isidentifier():
            return start, end
        start, end = len(before) - 1, following + 1
