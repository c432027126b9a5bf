"""The CORS headers that functions set, and to what: read from their source, nothing is run."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType, MethodType
from typing import Any, Final

from crossguard.flask.audit.scopes import REFLECTED, UNKNOWN, Scope, as_text, tests_in
from crossguard.flask.audit.sources import tree_of
from crossguard.flask.places import is_own_file

ALLOW_ORIGIN: Final = "access-control-allow-origin"
ALLOW_CREDENTIALS: Final = "access-control-allow-credentials"

_CORS_HEADER: Final = re.compile(r"access[-_]control[-_](?:allow|expose|max)[-_][a-z_-]+", re.IGNORECASE)
_MENTION: Final = re.compile(r"access[-_]control|flask_cors", re.IGNORECASE)
_SETTERS: Final = frozenset({"add", "set", "setdefault", "append", "__setitem__", "add_header"})
_MERGERS: Final = frozenset({"extend", "update"})
_PAIR: Final = 2
# A function that calls another that calls another: deeper is not read.
_DEEPEST: Final = 4
_MOST_SOURCE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One CORS header that is set.

    Attributes:
        name: its name, in lower case.
        value: a text, a tuple of texts of which one is chosen, ``REFLECTED`` or ``UNKNOWN``.
    """

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class HeadersRead:
    """What was read of one function, and of what it calls.

    Attributes:
        settings: the CORS headers that it sets.
        gap: why it may set others; empty if all of it was read.
    """

    settings: tuple[Setting, ...] = ()
    gap: str = ""

    @property
    def names(self) -> list[str]:
        """The names, as they are written in HTTP."""
        found = dict.fromkeys(setting.name for setting in self.settings)
        return ["-".join(part.capitalize() for part in name.split("-")) for name in found]

    def values(self, name: str) -> list[object]:
        """Return what a header is set to."""
        return [setting.value for setting in self.settings if setting.name == name]


def headers_of(
    function: Any, config: Mapping[str, Any] | None = None, *, takes_response: bool = False
) -> HeadersRead:
    """Return the CORS headers that *function* sets.

    Args:
        function: a view, a hook, or what is wrapped around one.
        config: ``app.config``, which functions take values from.
        takes_response: whether its first argument is the response, as that of an ``after_request`` hook.
    """
    reading = _Reading(config or {})
    reading.read(function, {}, takes_response=takes_response, depth=0)
    return HeadersRead(tuple(dict.fromkeys(reading.settings)), reading.gap)


@dataclass(slots=True)
class _Reading:
    config: Mapping[str, Any]
    settings: list[Setting] = field(default_factory=list)
    gap: str = ""
    seen: set[CodeType] = field(default_factory=set)

    def read(self, function: Any, given: Mapping[str, object], *, takes_response: bool, depth: int) -> None:
        function = function.__func__ if isinstance(function, MethodType) else function
        code = getattr(function, "__code__", None)
        if code is None or code in self.seen:
            self._note_gap(
                "" if code else "it is no function whose source can be read", wanted=takes_response
            )
            return
        self.seen.add(code)
        if not _is_own(function) and not mentions(code.co_filename):
            return  # a library without a word of these headers
        # The code, as a function with __wrapped__ shows the source of what it wraps.
        tree = tree_of(code)
        if tree is None:
            self._note_gap("its source is not at hand", wanted=takes_response)
            return
        body = _Body(self, function, tree, given, depth)
        body.responses.update(code.co_varnames[:1] if takes_response else ())
        body.read()

    def _note_gap(self, reason: str, *, wanted: bool) -> None:
        if wanted and reason and not self.gap:
            self.gap = reason


class _Body:
    """One function while it is read."""

    def __init__(
        self, reading: _Reading, function: Any, tree: ast.AST, given: Mapping[str, object], depth: int
    ) -> None:
        self.reading, self.depth = reading, depth
        definition = next(iter(ast.iter_child_nodes(tree)), tree)
        body = getattr(definition, "body", [tree])
        # Decorators and defaults run elsewhere.
        self.nodes = [
            node for part in (body if isinstance(body, list) else [body]) for node in ast.walk(part)
        ]
        self.scope = Scope(function, self.nodes, given, reading.config)
        # The names of the response, if the function takes one.
        self.responses: set[str] = set()
        self.narrow = not all(map(self.scope.is_open, tests_in(self.nodes)))
        self.known_keys: set[str] = set()

    def read(self) -> None:
        for node in self.nodes:
            self._note_loop(node)
        for node in self.nodes:
            for name, value in self._settings(node):
                self._set(name, value)
            if self.responses:
                self._look_for_gaps(node)
            if isinstance(node, ast.Call):
                self._follow(node)

    def _set(self, name: str, value: object) -> None:
        if name == ALLOW_ORIGIN and value is REFLECTED and self.narrow:
            value = UNKNOWN  # it is compared with something first
        self.reading.settings.append(Setting(name, value))

    # --- what is set ------------------------------------------------------------------------------

    def _settings(self, node: ast.AST) -> Iterator[tuple[str, object]]:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from self._of_target(target, value)
            case ast.Call(func=ast.Attribute(attr=method), args=[key, value, *_]) if method in _SETTERS:
                yield from self._of_pair(key, value)
            case ast.Dict(keys=names, values=values):
                for name, entry in zip(names, values, strict=True):
                    if name is not None:
                        yield from self._of_pair(name, entry)
            case ast.Tuple(elts=[key, value]):
                yield from self._of_pair(key, value)
            case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                yield from _pairs_in(self.scope.object(node))
            case _:
                pass

    def _of_target(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, object]]:
        match target:
            case ast.Subscript(slice=key):
                yield from self._of_pair(key, value)
            case ast.Attribute(attr=name) if _CORS_HEADER.fullmatch(name):
                yield _canonical(name), self.scope.value(value)
            case _:
                pass

    def _of_pair(self, key: ast.expr, value: ast.expr) -> Iterator[tuple[str, object]]:
        name = self.scope.value(key)
        if isinstance(name, str) and _CORS_HEADER.fullmatch(name):
            yield _canonical(name), self.scope.value(value)

    # --- what is not seen -------------------------------------------------------------------------

    def _note_loop(self, node: ast.AST) -> None:
        """Note the names that run over the keys of a mapping that is known."""
        match node:
            case ast.For(target=ast.Tuple(elts=[ast.Name(id=name), *_]), iter=over):
                owner = (
                    over.func.value
                    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute)
                    else over
                )
                if self.scope.object(owner) is not UNKNOWN or isinstance(owner, ast.Dict):
                    self.known_keys.add(name)
            case _:
                pass

    def _look_for_gaps(self, node: ast.AST) -> None:
        match node:
            case ast.Subscript(value=ast.Attribute(attr="headers"), slice=key, ctx=ast.Store()):
                self._want_known(key)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="headers"), attr=method), args=[key, *_]
            ) if method in _SETTERS:
                self._want_known(key)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="headers"), attr=method), args=[merged, *_]
            ) if method in _MERGERS:
                if not isinstance(merged, ast.Dict) and self.scope.object(merged) is UNKNOWN:
                    self._gap("it sets headers whose names are known only when it runs")
            case _:
                pass

    def _want_known(self, key: ast.expr) -> None:
        if isinstance(self.scope.value(key), str) or (
            isinstance(key, ast.Name) and key.id in self.known_keys
        ):
            return
        self._gap("it sets headers whose names are known only when it runs")

    def _gap(self, reason: str) -> None:
        if not self.reading.gap:
            self.reading.gap = reason

    # --- what is called ---------------------------------------------------------------------------

    def _follow(self, call: ast.Call) -> None:
        """Read a function of the application that is called, and say where the response goes unseen."""
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        passed = any(isinstance(node, ast.Name) and node.id in self.responses for node in arguments)
        called = self.scope.object(call.func)
        if called is UNKNOWN:
            if passed:
                name = getattr(call.func, "id", None) or getattr(call.func, "attr", "a function")
                self._gap(f"it hands the response to {name}, which was not read")
            return
        called = inspect.unwrap(called) if callable(called) and hasattr(called, "__wrapped__") else called
        if not isinstance(called, FunctionType | MethodType):
            return
        if not passed and not _is_own(called):
            return
        if self.depth >= _DEEPEST:
            if passed:
                self._gap(f"it hands the response on more than {_DEEPEST} times")
            return
        names = called.__code__.co_varnames[isinstance(called, MethodType) :]
        given = {
            name: self.scope.value(value)
            for name, value in [
                *zip(names, call.args, strict=False),
                *((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg),
            ]
        }
        self.reading.read(called, given, takes_response=passed, depth=self.depth + 1)


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-")


def _pairs_in(value: object) -> Iterator[tuple[str, object]]:
    """Yield the CORS headers of a mapping, or of a list of pairs, that is defined outside."""
    if isinstance(value, dict):
        pairs: list[Any] = [*value.items()]
    elif isinstance(value, list | tuple):
        pairs = [pair for pair in value if isinstance(pair, tuple) and len(pair) == _PAIR]
    else:
        return
    for key, entry in pairs:
        if isinstance(key, str) and _CORS_HEADER.fullmatch(key):
            yield _canonical(key), as_text(entry)


def _is_own(function: Any) -> bool:
    return is_own_file(function.__code__.co_filename)


@lru_cache(maxsize=1024)
def mentions(filename: str) -> bool:
    """Tell whether a file has a word of these headers in it; True for one that cannot be read."""
    try:
        path = Path(filename)
        return (
            path.stat().st_size > _MOST_SOURCE
            or _MENTION.search(path.read_text("utf-8", "replace")) is not None
        )
    except OSError:
        return True
