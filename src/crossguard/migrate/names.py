"""The names of one file: what binds each, where it is in force, and whether it keeps its value."""

import ast
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from crossguard.migrate.source import Source

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES: Final = (ast.Module, *_FUNCTIONS, ast.ClassDef)
#: What is looked for later; what binds, changes or imports a name; and what has nothing inside.
_LOOKED_AT: Final = frozenset(
    {ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef}
    | {ast.ClassDef, ast.Call, ast.Constant, ast.Attribute, ast.Dict}
)
_NOTED: Final = frozenset(
    {ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign, ast.Delete, ast.For, ast.AsyncFor}
    | {ast.comprehension, ast.withitem, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.FunctionDef}
    | {
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.arg,
        ast.Global,
        ast.Nonlocal,
        ast.Import,
        ast.ImportFrom,
        ast.Call,
    }
)
_LEAVES: Final = frozenset({ast.Load, ast.Store, ast.Del})
_CHANGING: Final = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "add", "discard", "update", "setdefault", "sort"}
    | {"reverse", "popitem", "difference_update", "intersection_update", "symmetric_difference_update"}
)


@dataclass(frozen=True, slots=True)
class Binding:
    """What gives a name its value.

    Attributes:
        node: the expression, the definition or the import; None for what only a run would tell.
        attribute: of ``from module import attribute``, the attribute; of ``import module``, "".
        module: the module that is imported, with a dot for each level up.
    """

    node: ast.AST | None
    module: str = ""
    attribute: str = ""


@dataclass(slots=True)
class Names:
    """The names of one file.

    Attributes:
        source: the file.
        parents: what is around each node.
        bindings: by scope and name.
        changed: names whose value is changed in place somewhere.
        loads: how often each name is read.
        nodes: the nodes of the kinds that are looked for, in the order of the text.
    """

    source: Source
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    bindings: dict[ast.AST, dict[str, list[Binding]]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    loads: Counter[str] = field(default_factory=Counter)
    nodes: list[ast.AST] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Not ast.walk(), which forgets what is around; not recursive, as trees may be deep.
        waiting: list[tuple[ast.AST, ast.AST]] = [(self.source.tree, self.source.tree)]
        parents = self.parents
        while waiting:
            node, scope = waiting.pop()
            kind = type(node)
            if kind is ast.Name:
                if isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                    self.loads[node.id] += 1  # type: ignore[attr-defined]
                    self.nodes.append(node)
                continue
            if kind in _LOOKED_AT:
                self.nodes.append(node)
            if kind in _NOTED:
                self._note(node, scope)
            inner = node if kind in _SCOPES else scope
            children = [child for child in ast.iter_child_nodes(node) if type(child) not in _LEAVES]
            for child in children:
                parents[child] = node
            waiting += [(child, inner) for child in reversed(children)]

    def scope_of(self, node: ast.AST) -> ast.AST:
        """Return the innermost function, class or module around *node*."""
        while (parent := self.parents.get(node)) is not None:
            # A decorator is evaluated outside of what it decorates.
            if isinstance(parent, _SCOPES) and node not in getattr(parent, "decorator_list", ()):
                return parent
            node = parent
        return self.source.tree

    def find(self, name: str, node: ast.AST) -> tuple[ast.AST, list[Binding]] | None:
        """Return the scope and the bindings of *name* as *node* sees it."""
        scope = self.scope_of(node)
        first = True
        while True:
            # A function does not see the names of the class around it (Python reference, 4.2.2).
            if (first or not isinstance(scope, ast.ClassDef)) and name in self.bindings.get(scope, {}):
                return scope, self.bindings[scope][name]
            if isinstance(scope, ast.Module):
                return None
            scope, first = self.scope_of(scope), False

    def _note(self, node: ast.AST, scope: ast.AST) -> None:  # noqa: C901, PLR0912 - a case for each kind of node
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, scope, value if isinstance(target, ast.Name) else None)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._bind(target, scope, value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, scope, value)
            case ast.AugAssign(target=target):
                self._change(target)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._change(target)
            case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
                self._bind(target, scope, None)
            case ast.withitem(optional_vars=ast.expr() as target):
                self._bind(target, scope, None)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                self._add(scope, name, Binding(None))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._add(scope, node.name, Binding(node))
            case ast.arg(arg=name):
                self._add(scope, name, Binding(None))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                self.changed.update(names)
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.Call(func=ast.Attribute(value=owner, attr=attribute)) if attribute in _CHANGING:
                self._change(owner)
            case _:
                pass

    def _bind(self, target: ast.expr, scope: ast.AST, value: ast.AST | None) -> None:
        match target:
            case ast.Name(id=name):
                self._add(scope, name, Binding(value))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self._bind(item, scope, None)
            case ast.Starred(value=inner):
                self._bind(inner, scope, None)
            case ast.Subscript(value=owner):
                self._change(owner)
            case _:
                pass

    def _change(self, target: ast.expr) -> None:
        while isinstance(target, ast.Subscript):
            target = target.value
        match target:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                self.changed.add(name)
            case _:
                pass

    def _import(self, node: ast.Import | ast.ImportFrom, scope: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                module = alias.name if alias.asname else name
                self._add(scope, name, Binding(node, module))
            return
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            self._add(scope, alias.asname or alias.name, Binding(node, module, alias.name))

    def _add(self, scope: ast.AST, name: str, binding: Binding) -> None:
        self.bindings.setdefault(scope, {}).setdefault(name, []).append(binding)


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c``; "" for what is no such name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
