"""Where and how a file uses Flask-CORS: imports, calls, decorators, configuration keys."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from crossguard.migrate.policies import KNOWN
from crossguard.migrate.source import Source

MODULE: Final = "flask_cors"
_NAMES: Final = ("CORS", "cross_origin")
_CONFIG: Final = tuple(f"CORS_{name.upper()}" for name in (*KNOWN, "resources", "headers"))
_ROUTES: Final = frozenset({"route", "get", "post", "put", "patch", "delete"})


@dataclass(slots=True)
class ConfigKey:
    """One ``CORS_*`` key that is set.

    Attributes:
        key: the key.
        value: what it is set to.
        line: where.
    """

    key: str
    value: ast.expr
    line: int


@dataclass(slots=True)
class Uses:
    """The uses in one file.

    Attributes:
        imports: the statements that import Flask-CORS.
        strange: imports of what has no counterpart, with the name.
        calls: ``CORS(…)`` and ``….init_app(…)``.
        decorators: ``@cross_origin(…)``, each with whether it stands above the route.
        keys: configuration keys.
        blueprints: names that are assigned a ``Blueprint(…)``.
        extensions: names that are assigned a ``CORS(…)``.
        logs: whether the file names Flask-CORS's logger.
    """

    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    decorators: list[tuple[ast.Call, bool]] = field(default_factory=list)
    keys: list[ConfigKey] = field(default_factory=list)
    blueprints: set[str] = field(default_factory=set)
    extensions: set[str] = field(default_factory=set)
    logs: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.imports or self.strange or self.calls or self.decorators or self.logs)


def find_uses(source: Source, extensions: frozenset[str] = frozenset()) -> Uses:
    """Return how *source* uses Flask-CORS.

    Args:
        source: the file.
        extensions: names that other files assign a ``CORS()`` to.
    """
    uses = Uses()
    names = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(_imported(node, uses))
    for node in ast.walk(source.tree):
        match node:
            case ast.Assign(targets=[target], value=ast.Call() as call):
                _assigned(ast.unparse(target), call, names, uses)
            case ast.AnnAssign(target=target, value=ast.Call() as call):
                _assigned(ast.unparse(target), call, names, uses)
            case ast.Constant(value="flask_cors"):
                uses.logs.append(node.lineno)
            case _:
                pass
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            uses.decorators += _decorators(node, names)
        if isinstance(node, ast.Call) and _is_declaration(node, names, uses.extensions | extensions):
            uses.calls.append(node)
    uses.keys += _keys(source.tree)
    uses.calls.sort(key=lambda call: call.lineno)
    return uses


def _imported(node: ast.Import | ast.ImportFrom, uses: Uses) -> dict[str, str]:
    """Return what an import binds: the local name, and ``CORS``, ``cross_origin`` or ``module``."""
    bound = {}
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name == MODULE:
                uses.imports.append(node)
                bound[alias.asname or alias.name] = "module"
            elif alias.name.startswith(f"{MODULE}."):
                uses.strange.append((node.lineno, alias.name))
    elif node.level == 0 and (node.module or "").partition(".")[0] == MODULE:
        uses.imports.append(node)
        for alias in node.names:
            if alias.name in _NAMES:
                bound[alias.asname or alias.name] = alias.name
            else:
                uses.strange.append((node.lineno, f"{node.module}.{alias.name}"))
    return bound


def _assigned(target: str, call: ast.Call, names: dict[str, str], uses: Uses) -> None:
    called = ast.unparse(call.func).rpartition(".")[2]
    if called == "Blueprint":
        uses.blueprints.add(target)
    elif _meaning(call.func, names) == "CORS":
        uses.extensions.add(target.rpartition(".")[2])


def _meaning(function: ast.expr, names: dict[str, str]) -> str:
    match function:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(value=ast.Name(id=module), attr=attribute) if names.get(module) == "module":
            return attribute if attribute in _NAMES else ""
        case _:
            return ""


def _is_declaration(node: ast.Call, names: dict[str, str], extensions: frozenset[str] | set[str]) -> bool:
    if _meaning(node.func, names) == "CORS":
        return True
    match node.func:
        case ast.Attribute(value=owner, attr="init_app"):
            return ast.unparse(owner).rpartition(".")[2] in extensions
        case _:
            return False


def _decorators(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, names: dict[str, str]
) -> Iterator[tuple[ast.Call, bool]]:
    below = False
    for decorator in reversed(node.decorator_list):
        if isinstance(decorator, ast.Call) and _meaning(decorator.func, names) == "cross_origin":
            yield decorator, below
        elif isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
            below = below or decorator.func.attr in _ROUTES


def _keys(tree: ast.Module) -> Iterator[ConfigKey]:
    """Yield the keys: assignments by index, by name or as an attribute, keywords, and written-out tables."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))], value=value):
                pairs = [(key, value)]
            case ast.Assign(targets=[ast.Name(id=key)], value=value):
                pairs = [(key, value)]
            case ast.AnnAssign(target=ast.Name(id=key), value=ast.expr() as value):
                pairs = [(key, value)]
            case ast.Call(keywords=keywords):
                pairs = [(keyword.arg or "", keyword.value) for keyword in keywords]
            case ast.Dict(keys=keys, values=values):
                pairs = [
                    (key.value, value)
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                ]
            case _:
                continue
        for key, value in pairs:
            if key in _CONFIG:
                yield ConfigKey(key, value, value.lineno)
