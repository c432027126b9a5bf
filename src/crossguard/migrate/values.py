"""What an expression is worth, without running it: constants, lists, tables, names that are bound once."""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from crossguard.core import issues


class Unknown:
    """The value of an expression that only a run would tell.

    Attributes:
        text: the expression, for people.
    """

    def __init__(self, text: str = "…") -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class Function(Unknown):
    """A function that is written where a value stands."""


class Table(Unknown):
    """A table that is written where a list stands."""


UNKNOWN: Final = Unknown()

#: Names that lead to names, lists in lists: no hand-written value is deeper.
_DEPTH: Final = 20
_CALLS: Final = {"compile", "timedelta"}
_SPLITS: Final = frozenset({"split", "strip", "lower", "rstrip"})

#: Follows a name to the expression that it is bound to; returns its argument if it leads nowhere.
Follow = Callable[[ast.expr], tuple[ast.expr, "Follow"]]


def no_names(node: ast.expr) -> tuple[ast.expr, Follow]:
    """Follow no name."""
    return node, no_names


def shown(value: object, limit: int = 80) -> str:
    """Return *value* for people; what only a run would tell as it is written."""
    if isinstance(value, list) and any(isinstance(entry, Unknown) for entry in value):
        return "[" + ", ".join(shown(entry, limit) for entry in value[:8]) + "]"
    if isinstance(value, Unknown):
        return value.text if len(value.text) <= limit else value.text[: limit - 1] + "…"
    return issues.shown(value, limit)


def value_of(  # noqa: C901, PLR0911 - one for each kind of expression
    node: ast.expr, follow: Follow = no_names, depth: int = 0
) -> Any:
    """Return the value of *node*; an :class:`Unknown` for what only a run would tell.

    A list whose entries are known in part is a list with :class:`Unknown` entries.
    """
    node, follow = follow(node)
    if depth > _DEPTH:
        return UNKNOWN
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant(value=value)):
            return not value
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _entries(items, follow, depth)
        case ast.Call():
            return _called(node, follow, depth)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _added(value_of(left, follow, depth + 1), value_of(right, follow, depth + 1), node)
        case ast.JoinedStr(values=parts):
            return _joined(parts, follow, depth) or _unknown(node)
        case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
            return value_of(inner, follow, depth + 1)
        case ast.Lambda() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return Function()
        case ast.Dict():
            return Table(_unknown(node).text)
        case _:
            return _unknown(node)


def _unknown(node: ast.AST) -> Unknown:
    try:
        return Unknown(ast.unparse(node))
    except (RecursionError, ValueError):
        return UNKNOWN


def _entries(items: list[ast.expr], follow: Follow, depth: int) -> Any:
    values: list[Any] = []
    for item in items:
        if isinstance(item, ast.Starred):
            inner = value_of(item.value, follow, depth + 1)
            values += inner if isinstance(inner, list) else [_unknown(item)]
        else:
            values.append(value_of(item, follow, depth + 1))
    return values


def _added(left: Any, right: Any, node: ast.expr) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) or isinstance(right, list):
        return [
            entry
            for value in (left, right)
            for entry in (
                value if isinstance(value, list) else [value if isinstance(value, Unknown) else UNKNOWN]
            )
        ]
    return _unknown(node)


def _joined(parts: list[ast.expr], follow: Follow, depth: int) -> str:
    values = [value_of(part, follow, depth + 1) for part in parts]
    known = all(isinstance(value, str | int) and not isinstance(value, bool) for value in values)
    return "".join(str(value) for value in values) if known else ""


def is_known(value: Any) -> bool:
    """Tell whether nothing in *value* waits for a run."""
    if isinstance(value, list):
        return all(is_known(entry) for entry in value)
    return not isinstance(value, Unknown)


def _called(node: ast.Call, follow: Follow, depth: int) -> Any:  # noqa: PLR0911 - one for each function
    """Return what ``re.compile("…")``, ``timedelta(minutes=10)``, ``"a,b".split(",")`` give."""
    match node.func:
        case ast.Attribute(value=owner, attr=name) if name in _SPLITS:
            text = value_of(owner, follow, depth + 1)
            arguments = [value_of(argument, follow, depth + 1) for argument in node.args]
            if (
                isinstance(text, str)
                and all(isinstance(entry, str) for entry in arguments)
                and not node.keywords
            ):
                try:
                    return getattr(text, name)(*arguments)
                except (TypeError, ValueError):
                    pass
            return _unknown(node)
        case ast.Name(id="list" | "tuple" | "set") if len(node.args) == 1 and not node.keywords:
            inner = value_of(node.args[0], follow, depth + 1)
            return inner if isinstance(inner, list) else _unknown(node)
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in _CALLS:
            pass
        case _:
            return _unknown(node)
    positional = [value_of(argument, follow, depth + 1) for argument in node.args]
    if name == "compile":
        positional += [_flag(keyword.value) for keyword in node.keywords]
        positional = [_flag(node.args[1]) if index == 1 else value for index, value in enumerate(positional)]
        named: dict[str | None, Any] = {}
    else:
        named = {keyword.arg: value_of(keyword.value, follow, depth + 1) for keyword in node.keywords}
    if None in named or not is_known([*positional, *named.values()]):
        return _unknown(node)
    try:
        if name == "timedelta":
            return timedelta(*positional, **{str(key): value for key, value in named.items()})
        return re.compile(*positional)
    except (TypeError, ValueError, OverflowError, RecursionError, re.error):
        return _unknown(node)


def _flag(node: ast.expr, depth: int = 0) -> Any:
    """Return the value of ``re.I`` and ``re.IGNORECASE | re.ASCII``."""
    match node:
        case ast.Attribute(value=ast.Name(id="re"), attr=name) if name in re.RegexFlag.__members__:
            return re.RegexFlag[name]
        case ast.BinOp(op=ast.BitOr(), left=left, right=right) if depth < _DEPTH:
            flags = _flag(left, depth + 1), _flag(right, depth + 1)
            return flags[0] | flags[1] if is_known([*flags]) else UNKNOWN
        case ast.Constant(value=int() as number):
            return number
        case _:
            return UNKNOWN


def written(value: object, like: str = '"') -> str:
    """Return *value* as source, with the quotes that *like* uses."""
    quote = "'" if "'" in like and '"' not in like else '"'
    match value:
        case str():
            return _quoted(value, quote)
        case list():
            return "[" + ", ".join(written(item, like) for item in value) + "]"
        case re.Pattern():
            flags = re.RegexFlag(value.flags & ~re.UNICODE)
            return f"re.compile({_quoted_raw(value.pattern, quote)}{f', {flags!r}' if flags else ''})"
        case Unknown():
            return value.text
        case _:
            return repr(value)


def _quoted(text: str, quote: str) -> str:
    if quote in text or not text.isprintable() or "\\" in text:
        return repr(text)
    return f"{quote}{text}{quote}"


def _quoted_raw(text: str, quote: str) -> str:
    other = "'" if quote == '"' else '"'
    for mark in (quote, other):
        # A raw text cannot end in a backslash, nor hold its own quotes or a line break.
        if mark not in text and text.isprintable() and not text.endswith("\\"):
            return f"r{mark}{text}{mark}"
    return repr(text)
