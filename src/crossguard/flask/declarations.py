"""Declarations of an application: which there are, and what its settings add to each."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from flask import Flask

from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.options import OPTION_NAMES, unknown_option_text
from crossguard.core.paths import canonical_key
from crossguard.declare.declaration import IGNORED_OPTIONS, Declaration, Written
from crossguard.declare.live_policy import LoadContext
from crossguard.flask.blueprints import declaration_of
from crossguard.flask.views import marks_of

CONFIG_PREFIX: Final = "CORS_"


def context_of(app: Flask, *, quiet: bool = False) -> LoadContext:
    """Return what the settings of *app* add to every declaration.

    Args:
        app: the application.
        quiet: whether to keep back the line about missing origins.

    Raises:
        ConfigError: a key of ``app.config`` is no option.
    """
    return LoadContext(
        app.debug,
        quiet=quiet,
        own_hosts=_own_hosts(app),
        auth_cookies=(
            app.config["SESSION_COOKIE_NAME"],
            app.config.get("REMEMBER_COOKIE_NAME", "remember_token"),
        ),
        fallback=_from_config(app),
    )


def _from_config(app: Flask) -> Written:
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
    return Written.parse(given, ("resources",))


def declared_within(app: Flask) -> Iterator[Declaration]:
    """Yield the declarations of the blueprints and the views of *app*."""
    for blueprint in app.blueprints.values():
        if (found := declaration_of(blueprint)) is not None:
            yield found
    for view in app.view_functions.values():
        yield from (declaration for _, declaration in marks_of(view))


def _own_hosts(app: Flask) -> tuple[str, ...]:
    """Return the names of *app* that its settings tell: ``TRUSTED_HOSTS`` and ``SERVER_NAME``."""
    trusted = app.config.get("TRUSTED_HOSTS") or ()
    names = [host for host in trusted if isinstance(host, str)] if isinstance(trusted, list | tuple) else []
    if server := app.config.get("SERVER_NAME"):
        names.append(server if not app.subdomain_matching else f".{server}")
    # Without the port: whose name it is does not depend on it.
    return tuple(host if host.endswith("]") else re.sub(":[0-9]+$", "", host) for host in names)


def refuse_twice(present: Mapping[str, Declaration], added: Mapping[str, str], place: str) -> None:
    """Refuse a second policy for what has one.

    Args:
        present: the declarations by path; ``""`` is that of the application.
        added: the names of further ones, by path.
        place: where these stand.

    Raises:
        ConfigError: with each of them.
    """
    twins = {path and canonical_key(path): declaration for path, declaration in present.items()}
    issues = [
        ConfigIssue(
            IssueCode.DUPLICATE_POLICY,
            f"resources[{shown(path)}]" if path else "CORS(app)",
            name,
            f"{twins[path and canonical_key(path)].place} declares a policy for it already, and exactly "
            "one governs a URL.",
            "put the options into one call.",
        )
        for path, name in added.items()
        if (path and canonical_key(path)) in twins
    ]
    if issues:
        raise ConfigError(issues, place)
