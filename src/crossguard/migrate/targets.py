"""Targets: which application or blueprint a call is made for, and which calls can come together."""

import ast
from itertools import pairwise
from typing import Final

from crossguard.migrate.names import Names, dotted
from crossguard.migrate.project import Project
from crossguard.migrate.uses import Use

Identity = tuple[str, ...]

_UNKNOWN: Final = "unknown"


def is_blueprint(project: Project, names: Names, use: Use) -> bool:
    """Tell whether the target is made by a call of ``Blueprint``, in this file or in one it imports."""
    if use.target is None:
        return False
    _, node = project.follow(names, use.target)
    if isinstance(node, ast.Call):
        return dotted(node.func).rpartition(".")[2].endswith("Blueprint")
    wanted = dotted(use.target)
    return any(
        isinstance(other, ast.Assign)
        and isinstance(other.value, ast.Call)
        and dotted(other.value.func).rpartition(".")[2].endswith("Blueprint")
        and any(dotted(target) == wanted for target in other.targets)
        for other in names.nodes
    )


def identity(project: Project, names: Names, use: Use) -> Identity:
    """Return what tells one application from another; begins with "unknown" for a parameter."""
    target = use.target
    if not isinstance(target, ast.Name):
        place = f"{names.source.path}:{use.call.lineno}"
        name = dotted(target) if target is not None else ""
        around = names.scope_of(use.call)
        owner = getattr(names.scope_of(around), "name", "") if name.startswith("self.") else ""
        return ("attribute", str(names.source.path), owner, name) if name else ("expression", place)
    found = names.find(target.id, target)
    if found is None:
        return (_UNKNOWN, str(names.source.path), target.id)
    scope, bindings = found
    if len(bindings) == 1 and bindings[0].module:
        followed = project.binding(names, target.id, target)
        if followed is not None and not followed[2].module:
            return ("name", str(followed[0].source.path), "0", bindings[0].attribute)
        return ("import", bindings[0].module, bindings[0].attribute)
    if any(binding.node is None for binding in bindings) and isinstance(
        scope, ast.FunctionDef | ast.AsyncFunctionDef
    ):
        return (_UNKNOWN, str(names.source.path), scope.name, target.id)
    line = "0" if isinstance(scope, ast.Module) else str(getattr(scope, "lineno", 0))
    return ("name", str(names.source.path), line, target.id)


def is_unknown(target: Identity) -> bool:
    """Tell whether it may be any application of the project."""
    return target[0] == _UNKNOWN


def exclude_each_other(names: Names, first: ast.AST, second: ast.AST) -> bool:
    """Tell whether one run cannot come by both nodes, the first of which stands above the second."""
    above = _path(names, first)
    below = _path(names, second)
    for depth, (one, other) in enumerate(zip(above, below, strict=False)):
        if one is not other:
            return depth > 0 and (_branches(above[depth - 1], one, other) or _leaves(above[depth:]))
    return False


def _path(names: Names, node: ast.AST) -> list[ast.AST]:
    found = [node]
    while (parent := names.parents.get(found[-1])) is not None:
        found.append(parent)
    return found[::-1]


def _branches(parent: ast.AST, one: ast.AST, other: ast.AST) -> bool:
    match parent:
        case ast.If() | ast.IfExp():
            sides = [_side(parent, node) for node in (one, other)]
            return "test" not in sides and sides[0] != sides[1]
        case ast.Match():
            return isinstance(one, ast.match_case) and isinstance(other, ast.match_case)
        case ast.Try():
            return _side(parent, one) == "body" and _side(parent, other) == "handlers"
        case _:
            return False


def _side(parent: ast.AST, node: ast.AST) -> str:
    for name, value in ast.iter_fields(parent):
        if value is node or (isinstance(value, list) and any(entry is node for entry in value)):
            return name
    return ""


def _leaves(path: list[ast.AST]) -> bool:
    """Tell whether the branch in which the first node stands ends the function."""
    for parent, node in pairwise(path):
        if isinstance(parent, ast.If):
            block = parent.body if _side(parent, node) == "body" else parent.orelse
            if block and isinstance(block[-1], ast.Return | ast.Raise):
                return True
    return False
