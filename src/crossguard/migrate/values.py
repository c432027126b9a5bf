"""What an expression is worth, without running it: constants, lists, tables, compiled expressions."""

import ast
import re
from datetime import timedelta
from typing import Any, Final


class Unknown:
    """The value of an expression that only a run would tell."""

    def __repr__(self) -> str:
        return "…"


class Function(Unknown):
    """A function that is written out where a value stands."""


UNKNOWN: Final = Unknown()
FUNCTION: Final = Function()

_CALLS: Final = {"compile", "timedelta"}


def value_of(node: ast.expr) -> Any:
    """Return the value of *node*; :data:`UNKNOWN` for what is not written out."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _all([value_of(item) for item in items])
        case ast.Call():
            return _called(node)
        case ast.Lambda():
            return FUNCTION
        case _:
            return UNKNOWN


def _all(values: list[Any]) -> Any:
    return UNKNOWN if any(isinstance(value, Unknown) for value in values) else values


def _called(node: ast.Call) -> Any:
    """Return what ``re.compile("…")`` and ``timedelta(minutes=10)`` give."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in _CALLS:
            pass
        case _:
            return UNKNOWN
    positional = [value_of(argument) for argument in node.args]
    named = {keyword.arg: value_of(keyword.value) for keyword in node.keywords}
    if None in named or any(isinstance(value, Unknown) for value in (*positional, *named.values())):
        return UNKNOWN
    try:
        if name == "timedelta":
            return timedelta(*positional, **{str(key): value for key, value in named.items()})
        return re.compile(*positional)
    except (TypeError, ValueError, OverflowError, re.error):
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
            return f"re.compile(r{_quoted_raw(value.pattern, quote)}{f', {flags!r}' if flags else ''})"
        case _:
            return repr(value)


def _quoted(text: str, quote: str) -> str:
    if quote in text or not text.isprintable() or "\\" in text:
        return repr(text)
    return f"{quote}{text}{quote}"


def _quoted_raw(text: str, quote: str) -> str:
    other = "'" if quote == '"' else '"'
    return f"{quote}{text}{quote}" if quote not in text else f"{other}{text}{other}"
