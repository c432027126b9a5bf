"""The settings of an application's cookies, and how ``cookies=`` of a policy changes them."""

from typing import Final

from flask import Flask

from crossguard.core.issues import ConfigError
from crossguard.declare.declaration import Declaration
from crossguard.declare.live_policy import LivePolicy
from crossguard.flask.declarations import CONFIG_PREFIX, context_of

# The keys of ``app.config`` by which Flask and Flask-Login set cookies begin with these.
_COOKIES: Final = ("SESSION_COOKIE_", "REMEMBER_COOKIE_")


def set_cookies(app: Flask, declaration: Declaration) -> None:
    """Set the cookies as ``cookies=`` asks; before anything reads their names from the configuration."""
    if "cookies" not in declaration.written.options and f"{CONFIG_PREFIX}COOKIES" not in app.config:
        return  # a list of a million origins is not read again to find out that no option asks for it
    try:
        config = LivePolicy(declaration, awaits=False).check(context_of(app, quiet=True))
    except ConfigError:
        return  # the table reports it, together with all others
    if config.cookies != "as-configured":
        # The browser model behind it takes 36 ms to import.
        from crossguard.flask.cookies import apply_posture  # noqa: PLC0415

        apply_posture(app, config)


def cookie_settings(app: Flask) -> dict[str, object]:
    """Return what the configuration says of the cookies: all that :func:`set_cookies` may change."""
    return {key: value for key, value in app.config.items() if key.startswith(_COOKIES)}
