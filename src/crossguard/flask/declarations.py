"""Declarations: the options as a person wrote them, and where; compiled when the application is known."""

from collections.abc import Mapping
from typing import Final

from flask import Flask

from crossguard import declarations
from crossguard.core.config import CorsConfig, unknown_option_text
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.options import OPTION_NAMES
from crossguard.core.policy import Policy, compile_policy
from crossguard.declarations import (
    IGNORED_OPTIONS,
    CrossguardWarning,
    Declaration,
    caller,
    load_declared,
    validate_alone,
)
from crossguard.resources import read_resources as read_paths

__all__ = [
    "CONFIG_PREFIX",
    "IGNORED_OPTIONS",
    "CrossguardWarning",
    "Declaration",
    "caller",
    "check_names",
    "compile_declaration",
    "from_config",
    "merged_config",
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


def read_resources(resources: object, shared: Mapping[str, object], declared: str) -> dict[str, Declaration]:
    """Return one declaration for each path; see :func:`crossguard.resources.read_resources`."""
    return read_paths(resources, shared, declared, warned=_warned)


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


def compile_declaration(app: Flask, declaration: Declaration, *, gated: bool = False) -> Policy:
    """Merge *declaration* with the configuration of *app* and compile it.

    What is not written falls back to ``CORS_*`` in ``app.config``, then to the default. Credentials
    without origins mean the development origins in debug, and nobody otherwise, with a line that says
    what to write.

    Raises:
        ConfigError: with every mistake.
    """
    return compile_policy(
        merged_config(app, declaration, gated=gated),
        declared=declaration.declared,
        name=declaration.name,
    )


def merged_config(
    app: Flask, declaration: Declaration, *, quiet: bool = False, gated: bool = False
) -> CorsConfig:
    """Return the validated configuration of *declaration* in *app*; see :func:`compile_declaration`."""
    options = from_config(app)
    options.pop("resources", None)
    options.update(declaration.options)
    options["auth_cookies"] = _auth_cookies(app, options.get("auth_cookies", ()))
    return load_declared(options, declaration, debug=app.debug, gated=gated, quiet=quiet)


def _auth_cookies(app: Flask, given: object) -> object:
    """Return the cookies that sign a user in: those of the configuration, and what was given besides."""
    own = [app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token")]
    if isinstance(given, str):
        return [*own, given]
    return [*own, *given] if isinstance(given, list | tuple | set | frozenset) else given
