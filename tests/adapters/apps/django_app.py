"""Django, in one file."""

import time
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings as configuration
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from settings import PAUSE, PROTECTION

from crossguard.wsgi import Crossguard

configuration.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for tests",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.gzip.GZipMiddleware"],
)
django.setup()

written: list[str] = []


def items(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        written.append("item")
        return JsonResponse({"written": len(written)}, status=201)
    return JsonResponse({"written": len(written)}, headers={"X-Total": "1"})


def hook(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hooked": True})


def stream(_request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"one\n"
        time.sleep(PAUSE)
        yield b"two\n"

    return StreamingHttpResponse(parts(), content_type="text/plain")


def boom(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


def late(_request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        raise RuntimeError("boom")
        yield b""

    return StreamingHttpResponse(parts())


urlpatterns: list[Any] = [
    path("items", items),
    path("hook", hook),
    path("stream", stream),
    path("boom", boom),
    path("late", late),
    path("with-slash/", hook),
]

app = Crossguard(get_wsgi_application(), **PROTECTION)
