"""One edit of one policy, written where it is declared: the call is found, and only its values change.

Comments, line breaks and everything else of the file stay. What cannot be placed for certain is refused.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from crossguard.core.paths import canonical_key
from crossguard.migrate.config_keys import PREFIX, keys_in
from crossguard.migrate.insertions import insert_entries
from crossguard.migrate.names import Names, dotted
from crossguard.migrate.source import Edit, Source, UnreadableSource, parse_source
from crossguard.migrate.values import written

_CALLS: Final = frozenset({"CORS", "cross_origin", "init_app"})
_PATH: Final = "path "


class UnplaceableError(ValueError):
    """An edit that cannot be placed for certain; the text says why, as the rest of a sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written.

    Attributes:
        policy: the name of the policy: ``app``, ``path /api/*``, ``view items``.
        line: the line of the call that declares it.
        whole: the options that change, with their whole new values.
        added: of those that are lists or exemptions, only what is added.
        configured: the options that ``app.config`` gives.
    """

    policy: str
    line: int
    whole: Mapping[str, object]
    added: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    configured: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlacedEdit:
    """A file before and after."""

    source: Source
    after: str


def place_edit(source: Source, wanted: Wanted) -> PlacedEdit:
    """Return *source* with what is *wanted* in it.

    Raises:
        UnplaceableError: it cannot be placed for certain.
    """
    names = Names(source)
    call = _call_at(names, wanted.line)
    after = source.apply(_Placing(names, call, wanted).edits())
    try:
        parse_source(source.path, after.encode(source.encoding))
    except (UnreadableSource, UnicodeEncodeError) as error:
        raise UnplaceableError("the file would not parse any more") from error
    return PlacedEdit(source, after)


def _call_at(names: Names, line: int) -> ast.Call:
    """Return the call that declares a policy on *line*."""
    calls = [
        node
        for node in names.nodes
        if isinstance(node, ast.Call) and node.lineno == line and _declares(names, node)
    ]
    if not calls:
        raise UnplaceableError(f"line {line} has no call of CORS or cross_origin")
    if len(calls) > 1:
        raise UnplaceableError(f"line {line} has several calls that declare a policy")
    call = calls[0]
    if any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(argument, ast.Starred) for argument in call.args
    ):
        raise UnplaceableError("the options of the call are known only when the application runs")
    return call


def _declares(names: Names, call: ast.Call) -> bool:
    name = dotted(call.func)
    first, _, last = name.partition(".")
    found = names.find(first, call) if first else None
    imported = next((binding for binding in found[1] if binding.module), None) if found is not None else None
    if imported is None:
        return name.rpartition(".")[2] in _CALLS
    return (
        imported.module.partition(".")[0] == "crossguard"
        and (last or imported.attribute).rpartition(".")[2] in _CALLS
    )


class _Placing:
    """The options of one call."""

    def __init__(self, names: Names, call: ast.Call, wanted: Wanted) -> None:
        self._names, self._call, self._wanted = names, call, wanted
        self._own = {word.arg: word.value for word in call.keywords if word.arg is not None}
        self._table = self._table_of_path() if wanted.policy.startswith(_PATH) else None

    def _table_of_path(self) -> ast.Dict | None:
        """Return the options of the path as they stand in the call; None if it is the only path."""
        node = self._literal(self._own.get("resources"))
        path = canonical_key(self._wanted.policy.removeprefix(_PATH))
        match node:
            case ast.Constant() | ast.List(elts=[_]) | ast.Tuple(elts=[_]):
                return None
            case ast.Dict(keys=keys, values=values):
                found = [
                    value
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant)
                    and isinstance(key.value, str)
                    and canonical_key(key.value) == path
                ]
                if (
                    len(found) == 1
                    and isinstance(table := self._literal(found[0]), ast.Dict)
                    and None not in table.keys
                ):
                    return table
            case _:
                pass
        raise UnplaceableError("the options of the path do not stand in the call")

    def edits(self) -> list[Edit]:
        """Return what writes every option."""
        found: list[Edit] = []
        missing: list[str] = []
        for name in self._wanted.whole:
            if (value := self._given(name)) is not None:
                found += self._change(name, value)
            elif self._table is not None:
                # What the paths share stays: the other paths are none of this policy's.
                missing.append(f"{written(name, self._like())}: {self._whole(name)}")
            else:
                missing.append(f"{name}={self._whole(name)}")
        if missing:
            found += insert_entries(self._names.source, self._table or self._call, missing)
        return found

    def _given(self, name: str) -> ast.expr | None:
        """Return where an option stands; None if it has to be added."""
        if self._table is not None:
            for key, value in zip(self._table.keys, self._table.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name:
                    return value
            return None
        if name not in self._own and name in self._wanted.configured:
            return self._configured(name)
        return self._own.get(name)

    def _change(self, name: str, given: ast.expr) -> list[Edit]:
        """Return what changes a value where it stands."""
        node = self._literal(given)
        source = self._names.source
        added = self._wanted.added.get(name)
        match node:
            case ast.List() | ast.Tuple() | ast.Set() if added is not None and not self._is_run_time(
                node.elts
            ):
                like = source.segment(node) if node.elts else self._like()
                return insert_entries(source, node, [written(entry, like) for entry in added])
            case ast.Dict() if added is not None and None not in node.keys:
                like = source.segment(node) if node.keys else self._like()
                pairs = [
                    f"{written(entry[0], like)}: {written(entry[1], like)}"
                    for entry in added
                    if isinstance(entry, tuple)
                ]
                return insert_entries(source, node, pairs)
            case ast.Constant():
                return [Edit(*source.span(node), self._whole(name, source.segment(node)))]
            case _:
                raise UnplaceableError(
                    f"{name} is {_short(source, given)}, which is known only when the application runs"
                )

    def _is_run_time(self, entries: list[ast.expr]) -> bool:
        return any(isinstance(entry, ast.Starred) for entry in entries)

    def _literal(self, node: ast.expr | None) -> ast.expr | None:
        """Return what a name stands for, if it stands for one value, which only this call reads."""
        if not isinstance(node, ast.Name):
            return node
        found = self._names.find(node.id, node)
        bindings = found[1] if found is not None else []
        alone = (
            len(bindings) == 1
            and node.id not in self._names.changed
            and self._names.loads[node.id] == 1
            and isinstance(bindings[0].node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant)
        )
        return bindings[0].node if alone else node  # type: ignore[return-value]

    def _configured(self, name: str) -> ast.expr:
        key = f"{PREFIX}{name.upper()}"
        found = [entry.value for entry in keys_in(self._names) if entry.key == key]
        if len(found) != 1:
            where = "in several places" if found else "outside of this file"
            raise UnplaceableError(f"{key} is set {where}")
        return found[0]

    def _whole(self, name: str, like: str = "") -> str:
        value = self._wanted.whole[name]
        if isinstance(value, tuple):
            value = [*value]
        if not _is_writable(value):
            raise UnplaceableError(f"{name} holds what is known only when the application runs")
        return written(value, like or self._like())

    def _like(self) -> str:
        """Return a piece of the file with the quotes that it uses."""
        return self._names.source.segment(self._call)


def _is_writable(value: object) -> bool:
    match value:
        case str() | bool() | int():
            return True
        case list():
            return all(map(_is_writable, value))
        case dict():
            return all(isinstance(key, str) and _is_writable(entry) for key, entry in value.items())
        case _:
            return False


def _short(source: Source, node: ast.expr) -> str:
    text = " ".join(source.segment(node).split())
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - a part of a line
