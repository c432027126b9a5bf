"""What functions do, read from their source: nothing is run.

Only the function itself is read, not what it calls, and only where its source is at hand.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ENDING_CALLS: Final = frozenset({"abort", "redirect", "unauthorized", "make_response"})
_REDIRECTING: Final = frozenset({"redirect", "authorize_redirect"})
_SENDING_FILES: Final = frozenset({"send_file", "send_from_directory"})


@lru_cache(maxsize=4096)
def tree_of(function: Any) -> ast.AST | None:
    """Return the syntax tree of *function*; None if its source is not at hand."""
    try:
        lines, start = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError, IndexError):
        return None
    ast.increment_lineno(tree, start - 1)
    return tree


def request_headers_read(function: Any) -> list[str]:
    """Return the names of the request headers that *function* reads."""
    found: dict[str, None] = {}
    for node in _walk(function):
        if isinstance(node, ast.Attribute) and node.attr == "authorization" and _is_request(node.value):
            found["Authorization"] = None
        name = _key_of(node, store=False)
        if name and _is_request(_owner(node)):
            found[name] = None
    return list(found)


def response_headers_set(function: Any) -> list[str]:
    """Return the names of the response headers that *function* sets."""
    found: dict[str, None] = {}
    for node in _walk(function):
        if (name := _key_of(node, store=True)) is not None:
            found[name] = None
        if isinstance(node, ast.Call):
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            found.update(dict.fromkeys(_names_in(keywords.get("headers"))))
            if _called(node) in _SENDING_FILES and {"as_attachment", "download_name"} & keywords.keys():
                found["Content-Disposition"] = None
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            found.update(dict.fromkeys(_names_in(node.value.elts[-1])))
    return list(found)


def forces_json(function: Any) -> bool:
    """Tell whether *function* parses a body as JSON under any type."""
    for node in _walk(function):
        if not isinstance(node, ast.Call):
            continue
        if _called(node) == "get_json" and any(
            keyword.arg == "force" and isinstance(keyword.value, ast.Constant) and keyword.value.value
            for keyword in node.keywords
        ):
            return True
        if _called(node) in {"loads", "decode"} and any(_is_request_data(argument) for argument in node.args):
            return True
    return False


def may_end_request(function: Any) -> bool:
    """Tell whether a hook can answer a preflight: it returns or raises, and never asks for OPTIONS."""
    tree = tree_of(function)
    if tree is None:
        return True
    nodes = [*ast.walk(tree)]
    if any(isinstance(node, ast.Constant) and node.value == "OPTIONS" for node in nodes):
        return False
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value))
        or (isinstance(node, ast.Call) and _called(node) in _ENDING_CALLS)
        for node in nodes
    )


def redirects(function: Any) -> bool:
    """Tell whether *function* redirects; Authlib's method for it included."""
    return any(isinstance(node, ast.Call) and _called(node) in _REDIRECTING for node in _walk(function))


def _walk(function: Any) -> Iterator[ast.AST]:
    tree = tree_of(function)
    return iter(()) if tree is None else ast.walk(tree)


def _called(node: ast.Call) -> str:
    """Return the last name of what is called: ``abort`` of ``flask.abort(401)``."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _key_of(node: ast.AST, *, store: bool) -> str | None:
    """Return the header name of ``x.headers["…"]`` or ``x.headers.get("…")``; None for anything else."""
    reading = {"get", "getlist"}
    writing = {"add", "set", "setdefault"}
    match node:
        case ast.Subscript(
            value=ast.Attribute(attr="headers"), slice=ast.Constant(value=str(name)), ctx=context
        ):
            return name if isinstance(context, ast.Store) is store else None
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="headers"), attr=method),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return name if method in (writing if store else reading) else None
        case _:
            return None


def _owner(node: ast.AST) -> ast.AST | None:
    """Return what the ``headers`` of :func:`_key_of` belong to."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=owner)):
            return owner
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=owner))):
            return owner
        case _:
            return None


def _is_request(node: ast.AST | None) -> bool:
    match node:
        case ast.Name(id="request") | ast.Attribute(attr="request"):
            return True
        case _:
            return False


def _is_request_data(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=owner, attr="data"):
            return _is_request(owner)
        case ast.Call(func=ast.Attribute(value=owner, attr="get_data")):
            return _is_request(owner)
        case _:
            return False


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _names_in(node: ast.AST | None) -> list[str]:
    """Return the keys of a dictionary that is written out."""
    if not isinstance(node, ast.Dict):
        return []
    return [
        key.value
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and _HEADER_NAME.fullmatch(key.value)
    ]
