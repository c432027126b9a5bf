"""Blueprints that have a policy, and the URL prefixes under which an application mounted them."""

import gc
import re
from collections.abc import Iterator, Mapping
from typing import TypeVar
from weakref import WeakKeyDictionary

from flask import Flask
from flask.blueprints import BlueprintSetupState
from flask.sansio.blueprints import Blueprint

from crossguard.core.paths import PathTable
from crossguard.declare.declaration import Declaration
from crossguard.wsgi.environ import encoded

T = TypeVar("T")

_declarations: "WeakKeyDictionary[Blueprint, Declaration]" = WeakKeyDictionary()


def declare(blueprint: Blueprint, declaration: Declaration) -> None:
    """Remember the policy of *blueprint*, for every application that mounts it.

    Raises:
        RuntimeError: the blueprint has a policy already.
    """
    if blueprint in _declarations:
        raise RuntimeError(
            f"blueprint {blueprint.name!r} has a policy already, declared at "
            f"{_declarations[blueprint].place}, and exactly one governs a URL. Put the options into one call."
        )
    _declarations[blueprint] = declaration


def declaration_of(blueprint: Blueprint) -> Declaration | None:
    """Return the policy that was declared for *blueprint* itself."""
    return _declarations.get(blueprint)


def chain(endpoint: str) -> Iterator[str]:
    """Yield the names of the blueprints of *endpoint*, innermost first: ``a.b.view`` is ``a.b``, ``a``."""
    name = endpoint.rpartition(".")[0]
    while name:
        yield name
        name = name.rpartition(".")[0]


def apps_with(blueprint: Blueprint) -> list[Flask]:
    """Find the applications that mounted *blueprint* already.

    A registered blueprint keeps no link to its application, so the living objects are looked
    through. This happens once, while the application is set up, and only for ``CORS(blueprint)`` that
    comes after ``app.register_blueprint(blueprint)``.
    """
    return [
        candidate
        for candidate in gc.get_objects()
        if issubclass(type(candidate), Flask) and blueprint in _mounted(candidate)
    ]


def _mounted(app: Flask) -> list[Blueprint]:
    return list(getattr(app, "blueprints", {}).values())


class Prefixes:
    """The URL prefixes of mounted blueprints, to find the policy of what no rule matches under them."""

    def __init__(self) -> None:
        self._recorded: dict[str, str] = {}

    def record(self, state: BlueprintSetupState) -> None:
        """Note where a blueprint was mounted; called by Flask as the blueprint is registered."""
        name = f"{state.name_prefix}.{state.name}".lstrip(".")
        # A path below a subdomain says nothing about that path elsewhere.
        self._recorded[name] = "" if state.subdomain else state.url_prefix or ""

    def of(self, app: Flask, name: str) -> str:
        """Return the prefix of the blueprint called *name* in *app*; empty if it has none."""
        if name in self._recorded:
            return self._recorded[name]
        # It was mounted before it got its policy. Its constructor's prefix, with those of the blueprints
        # around it, is right unless it was overridden when it was mounted; then its rules tell.
        mounted = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{name}.")]
        if any((rule.subdomain or "") != (app.url_map.default_subdomain or "") for rule in mounted):
            return ""
        rules = [rule.rule for rule in mounted]
        names = [name, *chain(name)]
        own = "".join((app.blueprints[part].url_prefix or "") for part in reversed(names))
        if own and all(_below(rule, own) for rule in rules):
            return own
        return _common_prefix(rules)


def prefix_pattern(prefix: str) -> re.Pattern[str] | None:
    """Return an expression for a prefix with variables, such as ``/<tenant>/api``; None without any."""
    if "<" not in prefix:
        return None
    parts = [
        r"[^/]+" if part.startswith("<") and part.endswith(">") else re.escape(part)
        for part in prefix.strip("/").split("/")
    ]
    return re.compile("/" + "/".join(parts) + "(?:/|$)")


def _below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


def _common_prefix(rules: list[str]) -> str:
    split = [rule.strip("/").split("/")[:-1] for rule in rules]
    common: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1 or "<" in parts[0]:
            break
        common.append(parts[0])
    return "/" + "/".join(common) if common and common != [""] else ""


def compile_prefixes(
    app: Flask, by_blueprint: Mapping[str, T], prefixes: Prefixes
) -> tuple[PathTable[T] | None, tuple[tuple[re.Pattern[str], T], ...]]:
    """Return what governs below the prefixes of blueprints: a table, and the deepest variable first."""
    fixed: dict[str, T] = {}
    variable: list[tuple[str, re.Pattern[str], T]] = []
    for name, governing in by_blueprint.items():
        prefix = encoded(prefixes.of(app, name)).rstrip("/")
        if pattern := prefix_pattern(prefix):
            variable.append((prefix, pattern, governing))
        elif prefix:
            fixed[f"{prefix}/*"] = governing
    variable.sort(key=lambda entry: -entry[0].count("/"))
    return PathTable(fixed) if fixed else None, tuple(
        (pattern, governing) for _, pattern, governing in variable
    )
