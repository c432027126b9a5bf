"""What names and expressions in a function stand for: read from its source, nothing is run."""

import ast
import builtins
import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

#: What is set is the Origin of the request, of every page.
REFLECTED: Final = object()
#: What is set is known only when the application runs.
UNKNOWN: Final = object()

_READERS: Final = frozenset({"get", "getlist"})


class Scope:
    """The names of one function.

    Args:
        function: the function.
        nodes: the nodes of its body.
        given: the values of its arguments, as far as they are known.
        config: ``app.config``, which functions take values from.
    """

    def __init__(
        self, function: Any, nodes: list[ast.AST], given: Mapping[str, object], config: Mapping[str, Any]
    ) -> None:
        self._function, self._given, self._config = function, given, config
        self._assigned = _assignments(nodes)

    def value(self, node: ast.AST | None) -> object:  # noqa: PLR0911 - one for each kind of node
        """Return a text, a tuple of texts of which one is chosen, ``REFLECTED`` or ``UNKNOWN``."""
        match node:
            case ast.Constant(value=value):
                return as_text(value)
            case ast.BoolOp(op=ast.Or(), values=values):
                return REFLECTED if REFLECTED in [self.value(value) for value in values] else UNKNOWN
            case ast.Subscript(value=owner, slice=ast.Constant(value=str(key))):
                return self._item(owner, key)
            case ast.Call(
                func=ast.Attribute(value=owner, attr=method), args=[ast.Constant(value=str(key)), *_]
            ) if method in _READERS:
                return self._item(owner, key)
            case ast.Call(func=ast.Attribute(attr="join"), args=[inner]):
                return self.value(inner)
            case ast.Attribute(value=owner, attr="origin") if is_request(owner):
                return REFLECTED
            case ast.Name(id=name) if name in self._assigned:
                values_given = self._assigned[name]
                return self.value(values_given[0]) if len(values_given) == 1 else UNKNOWN
            case ast.Name(id=name) if name in self._given:
                return self._given[name]
            case ast.Name() | ast.Attribute():
                return as_text(self.object(node))
            case _:
                return UNKNOWN

    def _item(self, owner: ast.expr, key: str) -> object:
        """Return what ``owner[key]`` is, of a request's headers and of a configuration."""
        match owner:
            case ast.Attribute(value=holder, attr="headers") if is_request(holder):
                return REFLECTED if key.lower() == "origin" else UNKNOWN
            case ast.Attribute(value=holder, attr="environ") if is_request(holder):
                return REFLECTED if key == "HTTP_ORIGIN" else UNKNOWN
            case ast.Attribute(attr="config"):
                return as_text(self._config.get(key, UNKNOWN))
            case _:
                return UNKNOWN

    def object(self, node: ast.AST) -> Any:
        """Return what a name stands for outside of the function; ``UNKNOWN`` for what only a run tells."""
        match node:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(value=owner, attr=name):
                holder = self.object(owner)
                if isinstance(holder, ModuleType):
                    return getattr(holder, name, UNKNOWN)
                # A property of an object would run.
                found = UNKNOWN if holder is UNKNOWN else inspect.getattr_static(holder, name, UNKNOWN)
                return found.__func__ if isinstance(found, staticmethod | classmethod) else found
            case _:
                return UNKNOWN

    def _named(self, name: str) -> Any:
        code, closure = self._function.__code__, self._function.__closure__
        if name in code.co_freevars and closure is not None:
            try:
                return closure[code.co_freevars.index(name)].cell_contents
            except ValueError:
                return UNKNOWN
        if name in code.co_varnames:
            return UNKNOWN
        found = self._function.__globals__.get(name, UNKNOWN)
        return getattr(builtins, name, UNKNOWN) if found is UNKNOWN else found

    def is_open(self, test: ast.expr) -> bool:
        """Tell whether a condition keeps no page out that sends an Origin."""
        match test:
            case ast.BoolOp(values=values):
                return all(map(self.is_open, values))
            case ast.UnaryOp(op=ast.Not(), operand=inner) | ast.NamedExpr(value=inner):
                return self.is_open(inner)
            case ast.Compare(left=left, comparators=[ast.Constant(value=None)]):
                return self.value(left) is REFLECTED
            case ast.Compare(left=ast.Constant(value=str(key)), ops=[ast.In()]):
                return key.lower() == "origin"
            case ast.Compare(left=ast.Attribute(value=holder, attr="method")):
                return is_request(holder)
            case _:
                return self.value(test) is REFLECTED


def tests_in(nodes: list[ast.AST]) -> list[ast.expr]:
    """Return the conditions in *nodes*."""
    found: list[ast.expr] = []
    for node in nodes:
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            found.append(node.test)
        elif isinstance(node, ast.Match):
            found.append(node.subject)
        elif isinstance(node, ast.comprehension):
            found += node.ifs
    return found


def as_text(value: object) -> object:
    """Return a value that is known outside of the function as :meth:`Scope.value` does."""
    match value:
        case bool():
            return "true" if value else ""
        case str():
            return value
        case list() | tuple() | set() | frozenset() if value and all(isinstance(part, str) for part in value):
            return tuple(value) if isinstance(value, list | tuple) else tuple(sorted(value))
        case _:
            return UNKNOWN


def is_request(node: ast.AST) -> bool:
    """Tell whether an expression is the request, by its name."""
    match node:
        case ast.Name(id="request") | ast.Attribute(attr="request"):
            return True
        case _:
            return False


def _assignments(nodes: list[ast.AST]) -> dict[str, list[ast.expr | None]]:
    """Return what is assigned to each name; None beside it for what cannot be read."""
    found: dict[str, list[ast.expr | None]] = {}
    stores: dict[str, int] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(value)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                found.setdefault(name, []).append(value)
            case ast.Name(id=name, ctx=ast.Store()):
                stores[name] = stores.get(name, 0) + 1
            case _:
                pass
    return {
        name: found[name] if count == len(found.get(name, ())) else [None] * 2
        for name, count in stores.items()
    }
