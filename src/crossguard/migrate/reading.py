"""The reading of a project: its declarations and keys, and the options that each policy has."""

import ast
from collections.abc import Mapping
from functools import cached_property
from itertools import islice, product
from pathlib import Path
from typing import Any, Final, NamedTuple

from crossguard.migrate.config_keys import PREFIX, ConfigKey
from crossguard.migrate.libraries import OLD, Kind
from crossguard.migrate.names import Names
from crossguard.migrate.policies import KNOWN
from crossguard.migrate.project import Project
from crossguard.migrate.targets import is_blueprint
from crossguard.migrate.uses import Use, Uses, find_uses
from crossguard.migrate.values import Unknown, is_known, value_of

#: Stands for a list of origins that only a run would tell.
STAND_IN: Final = "https://known-at-run-time.example"

# A key with more values than this has them in a table; and configurations that are proved.
_VALUES: Final = 4
_CONFIGURATIONS: Final = 8

#: What a file has that creates an application, and one that reads keys from classes and modules.
_CREATES: Final = (b"Flask(", b"APIFlask(", b"Connexion", b"FlaskApp(")
_READS_CONFIG: Final = (
    b"from_object",
    b"from_pyfile",
    b"from_mapping",
    b"config.update",
    b"from_file",
    b"APP_SETTINGS",
)


class Marks(NamedTuple):
    """What the bytes of a file say, without parsing it."""

    library: bool
    creates: bool
    reads_config: bool


def marks_of(raw: bytes) -> Marks:
    """Return the marks of one file."""
    return Marks(
        b"cors" in raw or b"CORS" in raw or b"cross_origin" in raw,
        any(mark in raw for mark in _CREATES),
        any(mark in raw for mark in _READS_CONFIG),
    )


class Reading:
    """The declarations and keys of a project.

    Args:
        project: the files.
        marks: of each file.
        dialect: the libraries that are looked for.
    """

    def __init__(
        self, project: Project, marks: Mapping[Path, Marks], dialect: Mapping[str, Mapping[str, Kind]]
    ) -> None:
        self.project = project
        self.marks = marks
        self._dialect = dialect
        self.uses: dict[Path, Uses] = {}
        self.names: dict[Path, Names] = {}
        self._homes: dict[Path, frozenset[Path]] = {}
        self._applications = sorted({path.absolute().parent for path, mark in marks.items() if mark.creates})
        marked = [path for path, mark in marks.items() if mark.library]
        self._find(marked, frozenset())
        extensions = frozenset(name for found in self.uses.values() for name in found.extensions)
        if extensions:
            calls = [f"{name}.init_app".encode() for name in extensions]
            more = [path for path in marks if any(call in project.raw(path) for call in calls)]
            self._find(more, extensions)
        project.settings = self._settings()

    def _find(self, paths: list[Path], extensions: frozenset[str]) -> None:
        for path in dict.fromkeys(paths):
            names = self.project.names_at(path)
            if names is not None:
                self.names[path] = names
                self.uses[path] = find_uses(self.project, names, self._dialect, extensions)

    def _settings(self) -> dict[str, tuple[Names, ast.expr]]:
        found: dict[str, list[tuple[Names, ast.expr]]] = {}
        for path, uses in self.uses.items():
            for key in uses.keys:
                found.setdefault(key.key, []).append((self.names[path], key.value))
        return {key: places[0] for key, places in found.items() if len(places) == 1}

    def _home(self, path: Path) -> frozenset[Path]:
        """Return the folders of applications that are nearest to a file."""
        folder = path.absolute().parent
        if folder not in self._homes:
            common = {home: _common(folder, home) for home in self._applications}
            most = max(common.values(), default=0)
            self._homes[folder] = frozenset(home for home, length in common.items() if length == most)
        return self._homes[folder]

    def together(self, one: Path, other: Path) -> bool:
        """Tell whether two files can belong to one application."""
        return one == other or not self._applications or bool(self._home(one) & self._home(other))

    @cached_property
    def active_keys(self) -> list[tuple[Path, ConfigKey]]:
        """The keys that an application can read, each with its file."""
        readers = [path for path, mark in self.marks.items() if mark.reads_config]
        found: list[tuple[Path, ConfigKey]] = []
        for path, uses in self.uses.items():
            if uses.keys:
                reads = any(self.together(path, reader) for reader in readers)
                found += [(path, key) for key in uses.keys if key.direct or reads]
        return found

    def keys_for(self, path: Path) -> list[tuple[Names, ConfigKey]]:
        """Return the keys that the application of the file at *path* can read."""
        creates = self.marks[path].creates if path in self.marks else False
        return [
            (self.names[other], key)
            for other, key in self.active_keys
            if self.together(path, other)
            # Of two files that each create an application, each has the keys that it sets itself.
            and not (creates and key.direct and other != path and self.marks[other].creates)
        ]

    def configs_for(self, path: Path, use: Use) -> list[dict[str, Any]]:
        """Return the configurations that the policy of one call can have.

        Of a key that is set at several places, as in classes for development and production, each value
        makes one.
        """
        values: dict[str, list[Any]] = {}
        for names, key in self.keys_for(path):
            name = key.key.removeprefix(PREFIX).lower()
            if name in KNOWN and not self._comes_late(path, use, names, key):
                values.setdefault(key.key, []).append(value_of(key.value, self.project.follower(names)))
            elif name not in (*KNOWN, "resources") and key.direct:
                values.setdefault(key.key, []).append("")
        choices = [[(key, value) for value in found[:_VALUES]] for key, found in values.items()]
        return [
            {
                key: plain(value)
                for key, value in chosen
                if value is not None and is_given(key.removeprefix(PREFIX).lower(), value)
            }
            for chosen in islice(product(*choices), _CONFIGURATIONS)
        ]

    def _comes_late(self, path: Path, use: Use, names: Names, key: ConfigKey) -> bool:
        """Tell whether a key is set after ``CORS(app)``, which reads the configuration once."""
        here = self.names.get(path)
        if use.kind is Kind.VIEW or here is None or self._dialect is not OLD:
            return False
        scope = here.scope_of(use.call)
        if key.direct:
            return names is here and here.scope_of(key.statement) is scope and key.line > use.call.lineno
        lines = [
            node.lineno
            for node in here.nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr.encode() in _READS_CONFIG
            and here.scope_of(node) is scope
        ]
        return bool(lines) and min(lines) > use.call.lineno

    def options_of(self, path: Path, use: Use) -> dict[str, Any]:
        """Return the options of one call, as values; of what only a run would tell, a stand-in or nothing."""
        names = self.names[path]
        follow = self.project.follower(names)
        found: dict[str, Any] = {}
        for word in use.call.keywords:
            if word.arg is None or word.arg in {"app", "app_or_blueprint"}:
                continue
            if word.arg == "resources":
                value = self._resources(names, word.value)
                if value is not None:
                    found["resources"] = value
                continue
            value = value_of(word.value, follow)
            if is_given(word.arg, value):
                found[word.arg] = plain(value)
        return found

    def _resources(self, names: Names, given: ast.expr) -> Any:
        owner, node = self.project.follow(names, given)
        follow = self.project.follower(owner)
        if not isinstance(node, ast.Dict):
            value = value_of(node, follow)
            return value if is_known(value) else None
        found = {}
        for key, entry in zip(node.keys, node.values, strict=True):
            name = value_of(key, follow) if key is not None else Unknown()
            options_owner, options = self.project.follow(owner, entry)
            inner = self.project.follower(options_owner)
            pairs: list[tuple[Any, ast.expr]] = []
            if isinstance(options, ast.Dict):
                pairs = [
                    (value_of(one, inner) if one is not None else None, value)
                    for one, value in zip(options.keys, options.values, strict=True)
                ]
            elif isinstance(options, ast.Call):
                pairs = [(word.arg, word.value) for word in options.keywords]
            values = {one: value_of(value, inner) for one, value in pairs if isinstance(one, str)}
            if isinstance(name, str) or hasattr(name, "pattern"):
                found[name] = {one: plain(value) for one, value in values.items() if is_given(one, value)}
        return found

    def is_blueprint(self, path: Path, use: Use) -> bool:
        """Tell whether the call is made for a blueprint."""
        return is_blueprint(self.project, self.names[path], use)

    def constructors(self, path: Path) -> list[tuple[Path, Use]]:
        """Return the ``CORS(…)`` without an application that the file at *path* can give one."""
        return [
            (other, one)
            for other, uses in self.uses.items()
            if self.together(path, other)
            for one in uses.declarations
            if one.kind is Kind.CORS and one.target is None
        ]

    @cached_property
    def _init_apps(self) -> list[Path]:
        return [
            path
            for path, uses in self.uses.items()
            if any(use.kind is Kind.INIT for use in uses.declarations)
        ]

    def has_init_app(self, path: Path) -> bool:
        """Tell whether an application is given later to what the file at *path* makes."""
        return any(self.together(path, other) for other in self._init_apps)


def is_given(name: str, value: Any) -> bool:
    """Tell whether a stub gets an option: of what only a run would tell, only origins."""
    return is_known(value) or name in {"origins", "allow_origins", "allow_origin"}


def plain(value: Any) -> Any:
    """Return *value* with a stand-in for each origin that only a run would tell."""
    if isinstance(value, Unknown):
        return [STAND_IN]
    if isinstance(value, list):
        return [STAND_IN if isinstance(entry, Unknown) else entry for entry in value]
    return value


def _common(one: Path, other: Path) -> int:
    length = 0
    for left, right in zip(one.parts, other.parts, strict=False):
        if left != right:
            break
        length += 1
    return length
