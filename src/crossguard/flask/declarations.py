"""Declarations: the options as a person wrote them, and where; compiled when the application is known."""

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask

from crossguard.core.config import CorsConfig, load_config, unknown_option_text
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.options import DEVELOPMENT_ORIGINS, OPTION_NAMES
from crossguard.core.policy import Policy, compile_policy
from crossguard.flask.reports import logger
from crossguard.suffixes import is_public_suffix

CONFIG_PREFIX: Final = "CORS_"

#: Options of Flask-CORS that have no safe meaning, each with the reason why it does nothing here.
IGNORED_OPTIONS: Final = {
    "send_wildcard": "'*' is always sent as '*', and an origin is never reflected unless it is listed",
    "vary_header": "Vary follows from the policy; without it caches hand one origin's answer to another",
    "always_send": "what is sent without Origin follows from the policy, so that caches cannot mix answers",
    "intercept_exceptions": "every response that leaves carries the headers, whatever raised",
    "automatic_options": "preflights are answered before routing, and a plain OPTIONS is an ordinary request",
}


class CrossguardWarning(UserWarning):
    """Something that works, but not as it was written."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """The options of one policy as written, not yet merged with an application's configuration.

    Attributes:
        options: by name; only those that were given.
        declared: where, as ``file.py:12``.
        name: how people call the policy.
    """

    options: Mapping[str, object]
    declared: str
    name: str


def check_names(options: Mapping[str, object], extra: tuple[str, ...] = ()) -> dict[str, object]:
    """Return *options* without those that do nothing, which are warned about once.

    Raises:
        TypeError: an option does not exist; the message names the nearest that does.
    """
    known = OPTION_NAMES + extra
    unknown = [name for name in options if name not in known and name not in IGNORED_OPTIONS]
    if unknown:
        raise TypeError("CORS: " + " ".join(unknown_option_text(name, known) for name in unknown))
    for name in options:
        if name in IGNORED_OPTIONS:
            _warn_ignored(name)
    return {name: value for name, value in options.items() if name in known}


_warned: set[str] = set()


def _warn_ignored(name: str) -> None:
    if name not in _warned:
        _warned.add(name)
        warnings.warn(
            f"CORS: the option {name!r} does nothing and can be removed: {IGNORED_OPTIONS[name]}.",
            CrossguardWarning,
            stacklevel=5,
        )


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


def validate_alone(options: Mapping[str, object], declared: str) -> None:
    """Check what can be checked before the application is known, so that mistakes show where they are.

    Raises:
        ConfigError: with every mistake.
    """
    # Without origins, who is allowed depends on the application's configuration and debug flag.
    load_config({"origins": (), **options}, is_public_suffix=is_public_suffix, source=declared)


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
    if gated:
        options.setdefault("write_gate", True)
    if options.get("supports_credentials") is True and "origins" not in options:
        options["origins"] = DEVELOPMENT_ORIGINS if app.debug else ()
        if not app.debug and not quiet:
            logger.error(
                "%s (%s) has supports_credentials=True but no origins, so that nobody may use it. "
                'Write who may, as in origins=["https://app.example.com"].',
                declaration.name,
                declaration.declared,
            )
    return load_config(options, is_public_suffix=is_public_suffix, source=declaration.declared)


def _auth_cookies(app: Flask, given: object) -> object:
    """Return the cookies that sign a user in: those of the configuration, and what was given besides."""
    own = [app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token")]
    if isinstance(given, str):
        return [*own, given]
    return [*own, *given] if isinstance(given, list | tuple | set | frozenset) else given


def caller() -> str:
    """Return the file and line outside this package that called into it, as ``file.py:12``."""
    package = str(Path(__file__).parent)
    frame = sys._getframe(1)  # noqa: SLF001 - the inspect module would read source files for this
    while frame.f_back is not None and frame.f_code.co_filename.startswith(package):
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    shown_path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path.name
    return f"{shown_path}:{frame.f_lineno}"
