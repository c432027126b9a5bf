"""Where and how a file uses a library: imports, calls, decorators, configuration keys."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from crossguard.migrate.config_keys import ConfigKey, keys_in
from crossguard.migrate.libraries import OLD, Kind
from crossguard.migrate.names import Names, dotted
from crossguard.migrate.project import Project

_ROUTES: Final = frozenset({"route", "get", "post", "put", "patch", "delete"})


#: How a name of what is migrated ends.
_LAST: Final = frozenset({"CORS", "cross_origin", "CORSMiddleware", "cors", "Crossguard"})
#: Of these every name is looked at; of Starlette's only the one.
_WHOLE: Final = frozenset({"flask_cors", "flask", "quart_cors"})


@dataclass(slots=True)
class Use:
    """One declaration of a policy.

    Attributes:
        kind: what declares it.
        call: the call.
        target: what gets the policy; None for a view, and for an extension without an application.
        above_route: whether a decorator stands above the route.
        inner: the decorator of the same view that is nearer to it, if there is one.
        value: whether ``cross_origin(…)`` is used as a value, and ends nowhere that is known.
    """

    kind: Kind
    call: ast.Call
    target: ast.expr | None = None
    above_route: bool = False
    inner: ast.Call | None = None
    value: bool = False


@dataclass(slots=True)
class Uses:
    """The uses in one file.

    Attributes:
        imports: the statements that import what is migrated.
        strange: uses of what has no counterpart, with the line and the name.
        declarations: what declares policies, in the order of the text.
        keys: configuration keys.
        extensions: names that are assigned a ``CORS(…)``.
        logs: texts that name Flask-CORS's logger.
        loads: texts by which Flask-CORS is imported.
        meanings: local names of what is migrated.
    """

    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)
    declarations: list[Use] = field(default_factory=list)
    keys: list[ConfigKey] = field(default_factory=list)
    extensions: set[str] = field(default_factory=set)
    logs: list[ast.Constant] = field(default_factory=list)
    loads: list[ast.Constant] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.imports or self.strange or self.declarations or self.logs or self.loads)


def find_uses(
    project: Project,
    names: Names,
    dialect: Mapping[str, Mapping[str, Kind]],
    extensions: frozenset[str] = frozenset(),
) -> Uses:
    """Return how a file uses the libraries of *dialect*.

    Args:
        project: what the file is a part of.
        names: the file.
        dialect: :data:`OLD` or :data:`NEW`.
        extensions: names that other files assign a ``CORS()`` to.
    """
    found = _Finder(project, names, dialect)
    found.find(extensions)
    return found.uses


class _Finder:
    def __init__(self, project: Project, names: Names, dialect: Mapping[str, Mapping[str, Kind]]) -> None:
        self._project = project
        self._names = names
        self._dialect = dialect
        self._understood: set[int] = set()
        self.uses = Uses()

    def find(self, extensions: frozenset[str]) -> None:  # noqa: C901, PLR0912 - one case for each kind of node
        """Look at every node; at imports first, which say what the names mean."""
        nodes = self._names.nodes
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._imported(node)
        for node in nodes:
            match node:
                case ast.Assign(targets=[target], value=ast.Call() as call):
                    self._assigned(target, call)
                case ast.AnnAssign(target=target, value=ast.Call() as call):
                    self._assigned(target, call)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    self._decorators(node)
                case _:
                    pass
        known = self.uses.extensions | extensions
        for node in nodes:
            if isinstance(node, ast.Call):
                self._call(node, known)
        for node in nodes:
            match node:
                case ast.Constant(value="flask_cors") if self._dialect is OLD:
                    self._text(node)
                case ast.Name(id=name) if name in self.uses.meanings and self._meaning(node) is not None:
                    self._stray(node)
                case ast.Attribute(attr=name) if name in _LAST and self._meaning(node) is not None:
                    self._stray(node)
                case _:
                    pass
        self.uses.keys += keys_in(self._names)
        self.uses.declarations.sort(key=lambda use: (use.call.lineno, use.call.col_offset))

    def _imported(self, node: ast.Import | ast.ImportFrom) -> None:  # noqa: C901 - one branch for each form
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in self._dialect:
                    self.uses.imports.append(node)
                    self.uses.meanings[alias.asname or alias.name] = alias.name
                elif alias.name.partition(".")[0] in {"flask_cors", "quart_cors"}:
                    self.uses.strange.append((node.lineno, alias.name))
            return
        module = node.module or ""
        if node.level == 0 and module in self._dialect:
            self.uses.imports.append(node)
            kinds = self._dialect[module]
            for alias in node.names:
                if alias.name == "*":
                    self.uses.meanings.update({name: name for name in kinds})
                elif alias.name in kinds:
                    self.uses.meanings[alias.asname or alias.name] = alias.name
                elif module.partition(".")[0] in _WHOLE:
                    self.uses.strange.append((node.lineno, f"{module}.{alias.name}"))
        elif node.level == 0 and module.partition(".")[0] in {"flask_cors", "quart_cors"}:
            self.uses.imports.append(node)
            self.uses.strange += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
        else:
            self._handed_on(node)

    def _handed_on(self, node: ast.ImportFrom) -> None:
        """Note names that another file of the project imports from the library."""
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if f"{module}.{alias.name}" in self._dialect:
                name = f"{module}.{alias.name}, imported as a module; import the names in it"
                self.uses.strange.append((node.lineno, name))
            if not any(alias.name in kinds for kinds in self._dialect.values()):
                continue
            path = self._project.imported(self._names.source.path, module)
            other = None if path is None else self._project.names_at(path)
            if other is None or other is self._names:
                continue
            for binding in other.bindings.get(other.source.tree, {}).get(alias.name, ()):
                if binding.attribute in self._dialect.get(binding.module, {}):
                    self.uses.meanings[alias.asname or alias.name] = binding.attribute

    def _meaning(self, function: ast.AST) -> Kind | None:
        name = dotted(function) if isinstance(function, ast.expr) else ""
        if not name:
            return None
        module, _, last = name.rpartition(".")
        if not module:
            meant = self.uses.meanings.get(name, "")
            return next((kinds[meant] for kinds in self._dialect.values() if meant in kinds), None)
        return self._dialect.get(self.uses.meanings.get(module, ""), {}).get(last)

    def _assigned(self, target: ast.expr, call: ast.Call) -> None:
        if self._meaning(call.func) is Kind.CORS:
            self.uses.extensions.add(dotted(target).rpartition(".")[2])

    def _call(self, node: ast.Call, extensions: set[str] | frozenset[str]) -> None:
        if id(node) in self._understood:
            return
        kind = self._meaning(node.func)
        if isinstance(node.func, ast.Attribute) and _gives_application(node.func, extensions):
            self.uses.declarations.append(Use(Kind.INIT, node, _first(node)))
        elif kind is Kind.VIEW:
            self._understood.update((id(node), id(node.func)))
            self.uses.declarations.append(Use(Kind.VIEW, node, value=not self._ends_at_a_view(node)))
        elif kind is not None:
            self._understood.add(id(node.func))
            self.uses.declarations.append(Use(kind, node, _first(node)))
        else:
            self._wrapped(node)

    def _wrapped(self, node: ast.Call) -> None:
        """Note ``app.add_middleware(CORSMiddleware, …)`` and ``Middleware(CORSMiddleware, …)``."""
        takes = dotted(node.func).rpartition(".")[2] in {"add_middleware", "Middleware"}
        if takes and node.args and self._meaning(node.args[0]) is Kind.STARLETTE:
            self._understood.add(id(node.args[0]))
            self.uses.declarations.append(Use(Kind.STARLETTE, node, node.args[0]))

    def _ends_at_a_view(self, call: ast.Call) -> bool:
        """Tell whether a decorator that is a value is applied to functions of views."""
        parent = self._names.parents.get(call)
        match parent:
            case ast.Call(func=function, args=[ast.expr()]) if function is call:
                return isinstance(self._names.parents.get(parent), ast.keyword | ast.Call)
            case ast.List() | ast.Tuple():
                around = self._names.parents.get(parent)
                match around:
                    case ast.Assign(targets=[ast.Name(id="decorators")]):
                        return isinstance(self._names.scope_of(around), ast.ClassDef)
                    case ast.keyword(arg="decorators"):
                        return True
                    case _:
                        return False
            case ast.Assign(targets=[ast.Name(id=name)]):
                found = self._names.find(name, parent)
                once = found is not None and len(found[1]) == 1 and name not in self._names.changed
                return once and self._names.loads[name] == self._decorating.get(name, 0)
            case _:
                return False

    @property
    def _decorating(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for node in self._names.nodes:
            for decorator in getattr(node, "decorator_list", ()):
                if isinstance(decorator, ast.Name):
                    counts[decorator.id] = counts.get(decorator.id, 0) + 1
        return counts

    def _decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        below = False
        inner: ast.Call | None = None
        for decorator in reversed(node.decorator_list):
            if isinstance(decorator, ast.Call) and self._meaning(decorator.func) is Kind.VIEW:
                self._understood.update((id(decorator), id(decorator.func)))
                self.uses.declarations.append(Use(Kind.VIEW, decorator, above_route=below, inner=inner))
                inner = inner or decorator
            elif isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
                below = below or decorator.func.attr in _ROUTES

    def _text(self, node: ast.Constant) -> None:
        """Note a text that names the module: a logger of that name, or an import; others are only words."""
        parent = self._names.parents.get(node)
        match parent:
            case ast.Call(args=[first, *_]) if first is node:
                called = dotted(parent.func).rpartition(".")[2]
                if called == "getLogger":
                    self.uses.logs.append(node)
                elif called in {"import_module", "__import__", "find_spec", "importorskip"}:
                    self.uses.loads.append(node)
            case ast.Dict():
                around = self._names.parents.get(parent)
                keys = around.keys if isinstance(around, ast.Dict) else []
                if any(isinstance(key, ast.Constant) and key.value == "loggers" for key in keys):
                    self.uses.logs.append(node)
            case _:
                pass

    def _stray(self, node: ast.AST) -> None:
        """Note what is used in a way that is not read, as ``partial(CORS, …)``."""
        parent = self._names.parents.get(node)
        if id(node) in self._understood or isinstance(parent, ast.Attribute):
            return
        # A type that is written beside a name does nothing.
        inner = node
        while isinstance(parent, ast.Subscript | ast.BinOp | ast.Tuple):
            inner, parent = parent, self._names.parents.get(parent)
        if isinstance(parent, ast.AnnAssign) and parent.annotation is inner:
            return
        if isinstance(parent, ast.arg | ast.FunctionDef | ast.AsyncFunctionDef) and inner not in getattr(
            parent, "decorator_list", ()
        ):
            return
        name = dotted(node) if isinstance(node, ast.expr) else ""
        self.uses.strange.append((getattr(node, "lineno", 1), f"{name} as a value"))


def _gives_application(function: ast.Attribute, extensions: set[str] | frozenset[str]) -> bool:
    return function.attr == "init_app" and dotted(function.value).rpartition(".")[2] in extensions


def _first(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((word.value for word in call.keywords if word.arg in {"app", "app_or_blueprint"}), None)
