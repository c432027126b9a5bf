"""Other extensions: the real one where it is installed, and stand-ins for two that are not.

The stand-ins have what an audit can see of Flask-WTF 1.3 and Flask-Talisman 1.1, and
of what they do as much as the tests need.
"""

import warnings
from typing import Any

import flask_limiter
import flask_session
from cachelib import SimpleCache
from flask import Flask, Response, abort, redirect, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


def Limiter(app: Flask, *limits: str) -> None:  # noqa: N802 - stands for the class
    """Install Flask-Limiter, without its advice about where it counts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flask_limiter.Limiter(lambda: "", app=app, default_limits=list(limits))


class CSRFProtect:
    """Wants a token with every write, as Flask-WTF does."""

    def __init__(self, app: Flask) -> None:
        self._exempt_views: set[str] = set()
        self._exempt_blueprints: set[str] = set()
        app.extensions["csrf"] = self
        app.before_request(self._protect)

    def exempt(self, view: Any) -> Any:
        if isinstance(view, str):
            self._exempt_views.add(view)
        elif hasattr(view, "register"):
            self._exempt_blueprints.add(view.name)
        else:
            self._exempt_views.add(f"{view.__module__}.{view.__name__}")
        return view

    def _protect(self) -> None:
        if request.method in {"GET", "HEAD", "OPTIONS", "TRACE"} or request.endpoint is None:
            return
        from flask import current_app

        view = current_app.view_functions[request.endpoint]
        if f"{view.__module__}.{view.__name__}" in self._exempt_views:
            return
        if request.blueprint in self._exempt_blueprints:
            return
        if not request.headers.get("X-CSRFToken"):
            abort(400, "The CSRF token is missing.")


CSRFProtect._protect.__module__ = "flask_wtf.csrf"


class Talisman:
    """Redirects http to https, as Flask-Talisman does."""

    def __init__(self, app: Flask, *, force_https: bool = True) -> None:
        self.force_https = force_https
        app.before_request(self._force_https)

    def _force_https(self) -> Any:
        if self.force_https and not request.is_secure:
            return redirect(request.url.replace("http://", "https://", 1))
        return None


Talisman._force_https.__module__ = "flask_talisman.talisman"


class Security:
    """Answers signed-out requests by itself, as Flask-Security does: what Flask-Login asks is its own handler."""

    def __init__(self, app: Flask) -> None:
        self._unauthn_handler = self._redirect
        self._want_json = self._is_json
        app.extensions["security"] = self
        app.login_manager = type("LoginManager", (), {"unauthorized_callback": self._redirect})()  # type: ignore[attr-defined]

    def want_json(self, function: Any) -> None:
        self._want_json = function

    def _is_json(self) -> bool:
        return request.is_json

    def _redirect(self) -> Any:
        return redirect("/login")


Security.__module__ = "flask_security.core"
Security._redirect.__module__ = "flask_security.decorators"
Security._is_json.__module__ = "flask_security.core"


class SessionsOfTheirOwn(SecureCookieSessionInterface):
    """Sessions that write their cookie by hand."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        response.set_cookie(self.get_cookie_name(app), "x", httponly=self.get_cookie_httponly(app))


class SessionsWithAHelper(SecureCookieSessionInterface):
    """Sessions that ask for all attributes, elsewhere."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        response.set_cookie(self.get_cookie_name(app), "x", **self._attributes(app))

    def _attributes(self, app: Flask) -> dict[str, Any]:
        return {
            "httponly": self.get_cookie_httponly(app),
            "secure": self.get_cookie_secure(app),
            "samesite": self.get_cookie_samesite(app),
            "partitioned": self.get_cookie_partitioned(app),
            "domain": self.get_cookie_domain(app),
        }


class SessionsThatPassOn(SecureCookieSessionInterface):
    """Sessions that do something besides, and leave the cookie to Flask."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)


def server_side(made: Flask) -> None:
    """Install Flask-Session."""
    made.config["SESSION_TYPE"] = "cachelib"
    made.config["SESSION_CACHELIB"] = SimpleCache()
    flask_session.Session(made)
