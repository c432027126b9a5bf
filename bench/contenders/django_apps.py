"""Django. Its settings are one for the process, so that django-cors-headers knows one list."""

from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

import crossguard.wsgi
from bench.contenders import GUARDED, HEADERS, METHODS, installed
from bench.contenders.flask_apps import Maker
from bench.floor import WSGIFloor
from bench.requests import BODY, LISTED


def _items(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


urlpatterns = [path("items", _items)]


def _configure() -> None:
    """Configure Django when the first application is made; whoever only imports this may have another one."""
    if settings.configured:
        return
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="only for the benchmark",
        LOGGING_CONFIG=None,
        CORS_ALLOWED_ORIGINS=[LISTED],
        CORS_ALLOW_CREDENTIALS=True,
        CORS_ALLOW_METHODS=METHODS,
        CORS_ALLOW_HEADERS=HEADERS,
        CORS_PREFLIGHT_MAX_AGE=600,
    )
    django.setup()


def _handler(*middleware: str) -> Any:
    _configure()
    # The list of middleware is read when the handler is made, and not again.
    with override_settings(MIDDLEWARE=list(middleware)):
        return WSGIHandler()


APPS: dict[str, Maker] = {
    "Django": lambda _origins: _handler(),
    "crossguard.wsgi": lambda origins: crossguard.wsgi.Crossguard(_handler(), origins=origins, **GUARDED),
}
if installed("corsheaders"):
    APPS["django-cors-headers"] = lambda _origins: _handler("corsheaders.middleware.CorsMiddleware")
APPS["floor"] = lambda origins: WSGIFloor(_handler(), origins)
