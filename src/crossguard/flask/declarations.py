"""Declarations: the options as a person wrote them, and where; compiled when the application is known."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from flask import Flask

from crossguard.core.config import CorsConfig
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.options import OPTION_NAMES, unknown_option_text
from crossguard.core.paths import canonical_key
from crossguard.core.text_lists import listed_in_text
from crossguard.declare import declaration as declarations
from crossguard.declare.declaration import (
    IGNORED_OPTIONS,
    CrossguardWarning,
    Declaration,
    LoadContext,
    load_declared,
    place_of_caller,
    validate_alone,
)
from crossguard.declare.resources import read_resources as read_paths
from crossguard.flask.blueprints import declaration_of
from crossguard.flask.views import marks_of

__all__ = [
    "CONFIG_PREFIX",
    "IGNORED_OPTIONS",
    "CrossguardWarning",
    "Declaration",
    "check_names",
    "declared_within",
    "from_config",
    "merged_config",
    "merged_options",
    "own_hosts",
    "place_of_caller",
    "read_resources",
    "validate_alone",
]

CONFIG_PREFIX: Final = "CORS_"

_warned: set[str] = set()


def check_names(options: Mapping[str, object], extra: tuple[str, ...] = ()) -> dict[str, object]:
    """Return *options* without those that do nothing, which are warned about once a process.

    Raises:
        TypeError: an option does not exist; the message names the nearest that does.
    """
    return declarations.check_names(options, extra, warned=_warned)


def read_resources(resources: object, shared: Mapping[str, object], place: str) -> dict[str, Declaration]:
    """Return one declaration for each path; see :func:`crossguard.declare.resources.read_resources`."""
    return read_paths(resources, shared, place, warned=_warned)


def from_config(app: Flask) -> dict[str, object]:
    """Return the options that stand in ``app.config`` as ``CORS_*``.

    Raises:
        ConfigError: a key that is no option; a typing mistake here must not leave the default in force.
    """
    known = (*OPTION_NAMES, "resources")
    given = {
        str(key).removeprefix(CONFIG_PREFIX).lower(): value
        for key, value in app.config.items()
        if str(key).startswith(CONFIG_PREFIX)
    }
    issues = [
        ConfigIssue(
            IssueCode.UNKNOWN_OPTION,
            f"{CONFIG_PREFIX}{name.upper()}",
            shown(value),
            unknown_option_text(name, known),
            "correct the key in app.config or in the environment (FLASK_CORS_…), or remove it.",
        )
        for name, value in given.items()
        if name not in known and name not in IGNORED_OPTIONS
    ]
    if issues:
        raise ConfigError(issues, "app.config")
    return check_names(given, ("resources",))


def merged_options(app: Flask, declaration: Declaration) -> dict[str, object]:
    """Return the options of *declaration* with what they fall back to: ``CORS_*`` in ``app.config``.

    Raises:
        ConfigError: a key there that is no option.
    """
    options = from_config(app)
    options.pop("resources", None)
    options.update(declaration.options)
    options["auth_cookies"] = _auth_cookies(app, options.get("auth_cookies", ()))
    return options


def merged_config(app: Flask, declaration: Declaration) -> CorsConfig:
    """Return the validated configuration of *declaration* in *app*, before any source is read.

    Raises:
        ConfigError: with every mistake.
    """
    context = LoadContext(app.debug, quiet=True, own_hosts=own_hosts(app))
    return load_declared(merged_options(app, declaration), declaration, context)


def declared_within(app: Flask) -> Iterator[Declaration]:
    """Yield the declarations of the blueprints and the views of *app*."""
    for blueprint in app.blueprints.values():
        if (found := declaration_of(blueprint)) is not None:
            yield found
    for view in app.view_functions.values():
        yield from (declaration for _, declaration in marks_of(view))


def own_hosts(app: Flask) -> tuple[str, ...]:
    """Return the names of *app* that its settings tell: ``TRUSTED_HOSTS`` and ``SERVER_NAME``."""
    trusted = app.config.get("TRUSTED_HOSTS") or ()
    names = [host for host in trusted if isinstance(host, str)] if isinstance(trusted, list | tuple) else []
    if server := app.config.get("SERVER_NAME"):
        names.append(server if not app.subdomain_matching else f".{server}")
    # Without the port: whose name it is does not depend on it.
    return tuple(host if host.endswith("]") else re.sub(":[0-9]+$", "", host) for host in names)


def _auth_cookies(app: Flask, given: object) -> object:
    """Return the cookies that sign a user in: those of the configuration, and what was given besides."""
    own = [app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token")]
    if isinstance(given, str):
        issues: list[ConfigIssue] = []
        parts = listed_in_text("auth_cookies", given, issues)
        return [*own, *([given] if issues else parts)]
    return [*own, *given] if isinstance(given, list | tuple | set | frozenset) else given


def refuse_twice(present: Mapping[str, Declaration], added: Mapping[str, Declaration]) -> None:
    """Refuse a second policy for what has one.

    Raises:
        ConfigError: with each of them.
    """
    twins = {path and canonical_key(path): declaration for path, declaration in present.items()}
    issues = [
        ConfigIssue(
            IssueCode.DUPLICATE_POLICY,
            f"resources[{shown(path)}]" if path else "CORS(app)",
            declaration.name,
            f"{twins[path and canonical_key(path)].place} declares a policy for it already, and exactly "
            "one governs a URL.",
            "put the options into one call.",
        )
        for path, declaration in added.items()
        if (path and canonical_key(path)) in twins
    ]
    if issues:
        raise ConfigError(issues, next(iter(added.values())).place)
