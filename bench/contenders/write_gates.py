"""What refuses writes of other sites' pages, around the smallest applications and in Flask."""

from typing import Any

from flask import Flask

from bench.contenders import asgi_apps, flask_apps, installed, wsgi_apps
from bench.contenders.flask_apps import Maker

WSGI: dict[str, Maker] = {name: wsgi_apps.APPS[name] for name in ("WSGI", "crossguard.wsgi")}
ASGI: dict[str, Maker] = {name: asgi_apps.TRIVIAL[name] for name in ("ASGI", "crossguard.asgi")}
FLASK: dict[str, Maker] = {name: flask_apps.APPS[name] for name in ("Flask", "crossguard.flask")}


def _modern_wsgi(origins: list[str]) -> Any:
    from modern_csrf.wsgi import BlockCrossOriginRequests

    return BlockCrossOriginRequests(wsgi_apps.trivial, trusted_origins=frozenset(origins))


def _modern_asgi(origins: list[str]) -> Any:
    from modern_csrf.asgi import BlockCrossOriginRequests

    return BlockCrossOriginRequests(asgi_apps.trivial, trusted_origins=frozenset(origins))


def _cross_origin_protection(origins: list[str]) -> Any:
    from asgi_cross_origin_protection import CrossOriginProtection

    return CrossOriginProtection(asgi_apps.trivial, allowed_origins=origins)


def _sec_fetch(origins: list[str]) -> Flask:
    from flask_sec_fetch_csrf import SecFetchCSRF

    app = flask_apps.bare(origins)
    app.config["SEC_FETCH_CSRF_TRUSTED_ORIGINS"] = origins
    SecFetchCSRF(app)
    return app


def _flask_wtf(origins: list[str]) -> Flask:
    from flask_wtf import CSRFProtect

    app = flask_apps.bare(origins)
    app.secret_key = "only for the benchmark"
    CSRFProtect(app)
    return app


if installed("modern_csrf"):
    WSGI["modern-csrf"] = _modern_wsgi
    if installed("asgiref"):
        ASGI["modern-csrf"] = _modern_asgi
if installed("asgi_cross_origin_protection"):
    ASGI["asgi-cross-origin-protection"] = _cross_origin_protection
if installed("flask_sec_fetch_csrf"):
    FLASK["flask-sec-fetch-csrf"] = _sec_fetch
if installed("flask_wtf"):
    FLASK["Flask-WTF"] = _flask_wtf
