"""The project: the Python files that are read, how they import one another, what a name leads to."""

import ast
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from crossguard.migrate.files import NoFile, read_file, refuse_foreign
from crossguard.migrate.names import Binding, Names
from crossguard.migrate.source import Source, UnreadableSource, read_source
from crossguard.migrate.values import Follow

#: What a file has that imports a library that is migrated.
_LIBRARIES: Final = (b"flask_cors", b"flask.ext.cors", b"quart_cors", b"CORSMiddleware")
_DEPTH: Final = 20
# A name that is bound in more places than these is built up step by step.
_CHOICES: Final = 4

T = TypeVar("T")


class Project:
    """Python files, parsed when something leads to them.

    Args:
        files: the Python files, each with the folder that it was found in; None if it was named.
    """

    def __init__(self, files: Iterable[tuple[Path, Path | None]]) -> None:
        self.folders = dict(files)
        self._by_path = {_plain(path): path for path in self.folders}
        self._names: dict[Path, Names | None] = {}
        self._imports: dict[tuple[Path, str], Path | None] = {}
        self.unreadable: dict[Path, str] = {}
        #: Of a name that is bound in several places, which one is followed; and how many there were at most.
        self.choice = 0
        self.widest = 1
        #: Keys of the configuration that are set once, with the file and the value.
        self.settings: dict[str, tuple[Names, ast.expr]] = {}

    def replaced(self, sources: Iterable[Source]) -> "Project":
        """Return a project in which *sources* stand for the files of the same path."""
        made = Project(self.folders.items())
        made._names = dict(self._names)
        for source in sources:
            made._names[source.path] = Names(source)
        return made

    def names_at(self, path: Path) -> Names | None:
        """Return the names of a file; None if it cannot be read."""
        if path not in self._names:
            try:
                refuse_foreign(path, self.folders[path])
                self._names[path] = Names(read_source(path))
            except (UnreadableSource, OSError) as error:
                named = isinstance(error, UnreadableSource | NoFile)
                self.unreadable[path] = (
                    str(error) if named else getattr(error, "strerror", None) or type(error).__name__
                )
                self._names[path] = None
        return self._names[path]

    def imported(self, importer: Path, module: str) -> Path | None:
        """Return the file that *module* is, as *importer* names it; None if it is none of the project."""
        key = (importer.parent, module)
        if key not in self._imports:
            self._imports[key] = self._look_for(importer, module)
        return self._imports[key]

    def _look_for(self, importer: Path, module: str) -> Path | None:
        bare = module.lstrip(".")
        level = len(module) - len(bare)
        parts = bare.split(".") if bare else []
        start = importer.parent
        for _ in range(level - 1):
            start = start.parent
        # A script finds what is beside it; a package, what is beside one of the folders around it.
        starts = [start] if level else [start, *list(start.parents)[:8]]
        for folder in starts:
            package = folder.joinpath(*parts)
            for name in (package / "__init__.py", *([package.parent / f"{parts[-1]}.py"] if parts else [])):
                found = self._by_path.get(_plain(name))
                if found is not None:
                    return found
        return None

    def set_aside(self) -> list[tuple[Path, str]]:
        """Return the files that mention a library and are not read: no Python, or links out of the folder."""
        found = dict(self.unreadable)
        for path, folder in self.folders.items():
            if folder is not None and path.is_symlink():
                try:
                    refuse_foreign(path, folder)
                except NoFile as error:
                    found[path] = str(error)
        return [(path, reason) for path, reason in sorted(found.items()) if _mentions(path)]

    def refused(self) -> list[tuple[Path, str]]:
        """Return the files that were named and cannot be read, with the reason."""
        found = []
        for path, folder in self.folders.items():
            if folder is None:
                try:
                    read_file(path)
                except OSError as error:
                    found.append(
                        (path, str(error) if isinstance(error, NoFile) else error.strerror or "unreadable")
                    )
        return found

    def is_imported(self, path: Path, name: str) -> bool:
        """Tell whether another file mentions *name*, which stands in the file at *path*."""
        wanted = name.encode()
        return any(wanted in self.raw(other) for other in self.folders if other != path)

    def raw(self, path: Path) -> bytes:
        """Return the content of a file; nothing if it cannot be read."""
        try:
            refuse_foreign(path, self.folders[path])
            return read_file(path)
        except OSError:
            return b""

    def setting(self, node: ast.expr) -> tuple[Names, ast.expr] | None:
        """Return where the value of ``app.config["KEY"]`` is set, if it is set once."""
        match node:
            case ast.Subscript(value=ast.Attribute(attr="config"), slice=ast.Constant(value=str(key))):
                return self.settings.get(key)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="config"), attr="get"),
                args=[ast.Constant(value=str(key)), *_],
            ):
                return self.settings.get(key)
            case _:
                return None

    def binding(self, names: Names, name: str, node: ast.AST) -> tuple[Names, ast.AST, Binding] | None:
        """Return the one binding of *name* as *node* sees it, followed through imports; None if several."""
        found = names.find(name, node)
        for _ in range(_DEPTH):
            if found is None or len(found[1]) != 1:
                return None
            scope, (binding,) = found
            if not binding.module or not binding.attribute:
                return names, scope, binding
            path = self.imported(names.source.path, binding.module)
            other = None if path is None else self.names_at(path)
            if other is None:
                return names, scope, binding
            inner = other.bindings.get(other.source.tree, {}).get(binding.attribute)
            if inner is None:
                return names, scope, binding
            names, found = other, (other.source.tree, inner)
        return None

    def follower(self, names: Names) -> Follow:
        """Return what follows a name in *names* to the expression that it is bound to, once and for good."""

        def follow(node: ast.expr) -> tuple[ast.expr, Follow]:
            owner, target = self.follow(names, node)
            return target, follow if owner is names else self.follower(owner)

        return follow

    def follow(self, names: Names, node: ast.expr) -> tuple[Names, ast.expr]:
        """Return the expression that *node* leads to, and the file in which it stands."""
        for _ in range(_DEPTH):
            step = self._step(names, node)
            if step is None:
                return names, node
            names, node = step
        return names, node

    def _step(self, names: Names, node: ast.expr) -> tuple[Names, ast.expr] | None:
        match node:
            case ast.Name(id=name):
                found = self.binding(names, name, node) or self._chosen(names, name, node)
                if found is None or name in names.changed or name in found[0].changed:
                    return None
                owner, _, binding = found
                return (owner, binding.node) if _is_value(binding) else None  # type: ignore[return-value]
            case ast.Attribute(value=ast.Name() as holder, attr=attribute):
                return self._member(names, holder, attribute)
            case _:
                return self.setting(node)

    def _chosen(self, names: Names, name: str, node: ast.expr) -> tuple[Names, ast.AST, Binding] | None:
        """Return one of a few bindings, as of ``if …: origins = […]`` and ``else: origins = […]``."""
        found = names.find(name, node)
        if found is None or not 1 < len(found[1]) <= _CHOICES or not all(map(_is_value, found[1])):
            return None
        self.widest = max(self.widest, len(found[1]))
        return names, found[0], found[1][min(self.choice, len(found[1]) - 1)]

    def each_choice(self, make: Callable[[], T]) -> list[T]:
        """Return what *make* gives for each choice."""
        self.choice, self.widest = 0, 1
        made = [make()]
        while self.choice + 1 < self.widest:
            self.choice += 1
            made.append(make())
        self.choice = 0
        return made

    def _member(self, names: Names, holder: ast.Name, attribute: str) -> tuple[Names, ast.expr] | None:
        """Return ``settings.NAME`` and ``Config.NAME``."""
        found = self.binding(names, holder.id, holder)
        if found is None:
            return None
        owner, _, binding = found
        scope: ast.AST | None = binding.node if isinstance(binding.node, ast.ClassDef) else None
        if binding.module:
            module = binding.module
            if binding.attribute:
                module += binding.attribute if module.endswith(".") else f".{binding.attribute}"
            path = self.imported(owner.source.path, module)
            other = None if path is None else self.names_at(path)
            if other is None:
                return None
            owner, scope = other, other.source.tree
        if scope is None or attribute in owner.changed or attribute in names.changed:
            return None
        inner = owner.bindings.get(scope, {}).get(attribute, [])
        if len(inner) == 1 and _is_value(inner[0]):
            return owner, inner[0].node  # type: ignore[return-value]
        return None


def _is_value(binding: Binding) -> bool:
    return not binding.module and isinstance(binding.node, ast.expr | ast.FunctionDef | ast.AsyncFunctionDef)


def _mentions(path: Path) -> bool:
    try:
        raw = read_file(path)
    except OSError:
        return False
    return any(mark in raw for mark in _LIBRARIES)


def _plain(path: Path) -> Path:
    return path.absolute()
