"""Findings about other extensions on the same application."""

from collections.abc import Iterator
from typing import Final

from crossguard.core.names import SAFE_METHODS
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.flask_cors import calls_in_sources, is_of_flask_cors
from crossguard.flask.audit.sources import redirects
from crossguard.flask.audit.subject import Subject, bare, layers_of_view
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.blueprints import chain
from crossguard.flask.layers import socket_outside
from crossguard.flask.libraries import security_of
from crossguard.flask.places import place_of

# The method of Flask-Security that all its answers ask. A navigation accepts text/html, a fetch anything.
_WANT_JSON: Final = (
    'app.extensions["security"].want_json('
    'lambda request: "text/html" not in request.headers.get("Accept", ""))'
)


def check_extensions(subject: Subject) -> Iterator[Noted]:
    """Flask-CORS, Flask-Login, Flask-Limiter, Flask-WTF, Flask-SocketIO."""
    for place in dict.fromkeys(_flask_cors(subject)):
        yield finding(FindingCode.FLASK_CORS_INSTALLED, place)
    yield from _of_login(subject)
    yield from _of_limiter(subject)
    yield from _of_form_tokens(subject)
    yield from _of_sockets(subject)


def _flask_cors(subject: Subject) -> Iterator[str]:
    """Yield where Flask-CORS is in use."""
    app = subject.app
    if any(
        is_of_flask_cors(function) for functions in app.after_request_funcs.values() for function in functions
    ):
        yield from calls_in_sources(app) or ["CORS(…)"]
    for endpoint, view in app.view_functions.items():
        if any(map(is_of_flask_cors, layers_of_view(view))):
            yield f"@cross_origin of {endpoint} ({place_of(bare(view))})"


def _of_login(subject: Subject) -> Iterator[Noted]:
    manager = getattr(subject.app, "login_manager", None)
    if manager is None:
        return
    security = security_of(subject.app)
    if security is not None and _is_flask_security(manager.unauthorized_callback):
        # It answers by itself, and asks no handler of Flask-Login's.
        if all(
            _is_flask_security(getattr(security, name, None)) for name in ("_unauthn_handler", "_want_json")
        ):
            yield finding(FindingCode.SECURITY_REDIRECTS, "Security(app, …)", fix=_WANT_JSON)
        return
    view = manager.login_view or next(iter(getattr(manager, "blueprint_login_views", {}).values()), None)
    callback = manager.unauthorized_callback
    if callback is None:
        # Without a sign-in view Flask-Login answers 401 by itself.
        if view is not None:
            yield finding(
                FindingCode.LOGIN_REDIRECTS, "LoginManager", view=str(view), manager="app.login_manager"
            )
    elif getattr(callback, "__module__", "") != "crossguard.flask.login" and redirects(bare(callback)):
        yield finding(
            FindingCode.LOGIN_REDIRECTS,
            place_of(bare(callback)),
            view="a page",
            manager="app.login_manager",
        )


def _is_flask_security(function: object) -> bool:
    return (getattr(function, "__module__", None) or "").partition(".")[0] == "flask_security"


def _of_limiter(subject: Subject) -> Iterator[Noted]:
    for limiter in subject.app.extensions.get("limiter", ()):
        limits = getattr(limiter, "limit_manager", None)
        if getattr(limits, "default_limits", None) or getattr(limits, "application_limits", None):
            yield finding(FindingCode.LIMITER_DEFAULTS, "Limiter(default_limits=…)")


def _of_form_tokens(subject: Subject) -> Iterator[Noted]:
    protect = subject.app.extensions.get("csrf")
    config = subject.app.config
    if type(protect).__name__ != "CSRFProtect" or not config.get("WTF_CSRF_ENABLED", True):
        return
    if not config.get("WTF_CSRF_CHECK_DEFAULT", True):
        return
    blueprints: set[str] = getattr(protect, "_exempt_blueprints", set())
    views: set[str] = getattr(protect, "_exempt_views", set())
    for row in subject.rows:
        view = subject.app.view_functions[row.endpoint]
        name = f"{view.__module__}.{getattr(view, '__name__', '')}"
        names = [*chain(row.endpoint)]
        if row.policy is None or SAFE_METHODS.issuperset(row.methods):
            continue
        if name not in views and not blueprints.intersection(names):
            fix = f"csrf.exempt(app.blueprints[{names[0]!r}])" if names else f"csrf.exempt({view.__name__})"
            yield finding(FindingCode.FORM_TOKENS, f"{row.rule} ({place_of(bare(view))})", fix=fix)


def _of_sockets(subject: Subject) -> Iterator[Noted]:
    server = getattr(subject.app.extensions.get("socketio"), "server", None)
    if server is None:
        return
    if subject.is_guarded and socket_outside(subject.app):
        yield finding(FindingCode.SOCKET_OUTSIDE, "SocketIO(app, …)")
    origins = getattr(getattr(server, "eio", None), "cors_allowed_origins", None)
    # An empty list switches its own check off, and leaves it to what stands outside.
    if not callable(origins) and origins != []:
        shown = "its own host" if origins is None else str(origins)
        yield finding(FindingCode.SOCKET_ORIGINS, "SocketIO(app, cors_allowed_origins=…)", origins=shown)
