"""Findings about the application around the policies: with each, and without."""

from typing import Any

import flask_cors
from flask import Flask

from crossguard.flask.audit import FindingCode as Code
from tests.commands.applications import (
    API,
    CROSS,
    LOCAL_API,
    Pair,
    after,
    app,
    counting,
    documented,
    exempted,
    guarding,
    lists_names,
    login,
    names,
    own_header,
    own_property,
    plain,
    sends_to_login,
    set_login_view,
    shared_socket,
    socket,
    socket_before,
    to_json,
    with_config,
    with_public_origin,
    with_rule,
    with_view,
    wrap,
    wrap_harmless,
)
from tests.commands.strangers import (
    CSRFProtect,
    Limiter,
    Security,
    SessionsOfTheirOwn,
    SessionsThatPassOn,
    SessionsWithAHelper,
    Talisman,
    server_side,
)


def with_sessions(config: dict[str, Any]) -> Flask:
    """Return an application with the sessions of Flask-Session."""
    made = app(config=config)
    server_side(made)
    return made


JWT = {"JWT_TOKEN_LOCATION": ["cookies"], "JWT_COOKIE_SAMESITE": "Lax", "JWT_COOKIE_SECURE": True}


APPLICATION_CASES: dict[Code, list[Pair]] = {
    Code.COOKIE_CANNOT_WORK: [
        with_config("SESSION_COOKIE_SECURE", False, True),
        with_config("SESSION_COOKIE_DOMAIN", "example.com", None),
    ],
    Code.COOKIE_SOME_BROWSERS: [
        Pair(
            lambda: app(origins=[CROSS], config={"SESSION_COOKIE_SAMESITE": None}),
            lambda: app(origins=[CROSS], cookies="cross-site"),
        ),
        Pair(
            lambda: app(origins=[CROSS], config={"SESSION_COOKIE_SAMESITE": "None"}),
            lambda: app(
                origins=[CROSS],
                config={"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_PARTITIONED": True},
            ),
        ),
    ],
    Code.COOKIE_SAMESITE_UNSET: [
        with_config("SESSION_COOKIE_SAMESITE", None, "Strict"),
        Pair(lambda: app(config=JWT | {"JWT_COOKIE_SAMESITE": None}), lambda: app(config=JWT)),
    ],
    Code.COOKIE_DOMAIN: [
        Pair(lambda: app(config=JWT | {"JWT_COOKIE_DOMAIN": ".example.com"}), lambda: app(config=JWT)),
        Pair(
            lambda: app(config={"SESSION_COOKIE_DOMAIN": "example.com", "SESSION_COOKIE_NAME": "session"}),
            app,
        ),
    ],
    Code.COOKIE_NOT_SECURE: [
        Pair(lambda: app(config={"SESSION_COOKIE_SECURE": False, "SESSION_COOKIE_NAME": "session"}), app)
    ],
    Code.COOKIE_SCRIPT_READABLE: [with_config("SESSION_COOKIE_HTTPONLY", False, True)],
    Code.COOKIE_ATTRIBUTE_IGNORED: [
        after(
            lambda made: setattr(made, "session_interface", SessionsOfTheirOwn()),
            lambda made: setattr(made, "session_interface", SessionsThatPassOn()),
        ),
        after(
            lambda made: setattr(made, "session_interface", SessionsOfTheirOwn()),
            lambda made: setattr(made, "session_interface", SessionsWithAHelper()),
        ),
        Pair(
            lambda: with_sessions({"SESSION_COOKIE_PARTITIONED": True}),
            lambda: with_sessions({}),
        ),
    ],
    Code.OWN_CORS_HEADERS: [
        with_view(own_header, names),
        with_view(own_property, documented),
        with_view(own_header, lists_names),
        after(lambda made: made.after_request(own_header), lambda made: made.after_request(names)),
    ],
    Code.VIEW_ANSWERS_OPTIONS: [with_rule("/x", "/x", methods=["GET", "OPTIONS"])._replace(without_it=app)],
    Code.HOOK_ANSWERS_PREFLIGHT: [
        after(lambda made: made.before_request(guarding), lambda made: made.before_request(counting)),
    ],
    Code.SLASH_REDIRECT: [
        with_rule("/tea/", "/tea"),
        with_rule("/tea/", "/tea")._replace(
            without_it=with_rule("/tea/", "/tea", strict_slashes=False).with_it
        ),
    ],
    Code.HTTPS_REDIRECT: [
        Pair(lambda: plain(Talisman), app),
        Pair(lambda: plain(Talisman), lambda: plain(lambda made: Talisman(made, force_https=False))),
    ],
    Code.PROXY_NOT_TRUSTED: [
        Pair(lambda: with_public_origin(API), app),
        Pair(lambda: with_public_origin(API), lambda: with_public_origin(LOCAL_API)),
    ],
    Code.MIDDLEWARE_OUTSIDE: [after(wrap), after(wrap, wrap_harmless)],
    Code.FLASK_CORS_INSTALLED: [
        after(flask_cors.CORS),
        after(lambda made: made.add_url_rule("/x", "x", flask_cors.cross_origin()(lambda: ""))),
    ],
    Code.LOGIN_REDIRECTS: [
        after(login(set_login_view), login(to_json)),
        after(login(lambda manager: manager.unauthorized_handler(sends_to_login)), login(lambda _: None)),
    ],
    Code.LIMITER_DEFAULTS: [
        after(lambda made: Limiter(made, "9 per day"), Limiter),
    ],
    Code.FORM_TOKENS: [after(CSRFProtect, exempted)],
    Code.SECURITY_REDIRECTS: [
        after(Security, lambda made: Security(made).want_json(lambda _: True)),
        after(Security, login(set_login_view)),
    ],
    Code.REDIRECT_SIGN_IN: [
        Pair(
            lambda: app(origins=[CROSS], cookies="cross-site", view=sends_to_login),
            lambda: app(origins=[CROSS], cookies="cross-site"),
        ),
        Pair(
            lambda: app(origins=[CROSS], cookies="cross-site", view=sends_to_login),
            lambda: app(cookies="same-site", view=sends_to_login),
        ),
    ],
    Code.TOKEN_OUT_OF_REACH: [
        Pair(lambda: app(config=JWT), lambda: app(config=JWT | {"JWT_COOKIE_CSRF_PROTECT": False})),
        Pair(lambda: app(config=JWT), lambda: app(config=JWT, origins=[f"{API}:8443"])),
        after(
            lambda made: (Security(made), made.config.update(SECURITY_CSRF_COOKIE_NAME="XSRF-TOKEN")),
            Security,
        ),
    ],
    Code.SOCKET_ORIGINS: [
        after(socket(cors_allowed_origins="*"), shared_socket),
        after(socket()),
        Pair(after(socket(cors_allowed_origins="*")).with_it, socket_before),
    ],
    Code.SOCKET_OUTSIDE: [
        Pair(after(socket(cors_allowed_origins=[])).with_it, socket_before),
        Pair(after(shared_socket).with_it, socket_before),
    ],
}
