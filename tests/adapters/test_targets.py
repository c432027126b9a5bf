"""The wrong object gets one sentence, which names the right call."""

import subprocess
import sys

import falcon
import falcon.asgi
import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from fastapi import FastAPI
from flask import Flask
from litestar import Litestar
from quart import Quart
from starlette.applications import Starlette

from crossguard import asgi, wsgi
from crossguard.flask import CORS, cross_origin

ASGI = "crossguard.asgi.Crossguard(app, origins="
WSGI = "crossguard.wsgi.Crossguard(app, origins="
FLASK = "CORS(app, origins="


class Holder:
    """What Dash (``server``), Connexion (``app``) and others are to crossguard: an object around an application."""

    def __init__(self, name):
        setattr(self, name, Flask("inner"))

    @property
    def flask_app(self):
        raise RuntimeError("working outside of an application context")


class AsgiHolder(Holder):
    async def __call__(self, scope, receive, send):
        raise AssertionError


def create_app():
    raise AssertionError


class Application:
    def __call__(self, environ, start_response):
        raise AssertionError


# Handlers that are not asked anything need no settings.
DJANGO_WSGI, DJANGO_ASGI = WSGIHandler.__new__(WSGIHandler), ASGIHandler.__new__(ASGIHandler)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("shop", FLASK),
        ("https://app.example.com", FLASK),
        (FastAPI(), ASGI),
        (Starlette(), ASGI),
        (Litestar(), ASGI),
        (Quart("shop"), ASGI),
        (DJANGO_ASGI, ASGI),
        (DJANGO_WSGI, WSGI),
        (falcon.App(), "an App object"),
        (falcon.App(), WSGI),
        (falcon.asgi.App(), ASGI),
        (Application(), WSGI),
        (Holder("server"), "CORS(….server, origins="),
        (Holder("app"), "CORS(….app, origins="),
        (AsgiHolder("app"), "CORS(….app, origins="),
        (create_app, "CORS(create_app(), origins="),
        (Flask, "app = Flask(…)"),
        (5, "an int is no application"),
        (["https://app.example.com"], "a list is no application"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_cors_of_another_object_names_the_right_call(target, words):
    for call in (lambda: CORS(target), lambda: CORS(origins=["https://a.example"]).init_app(target)):
        with pytest.raises(TypeError) as caught:
            call()
        text = str(caught.value)
        assert text.startswith("CORS: ")
        assert words in text
        assert text.endswith(".")
        assert "\n" not in text


@pytest.mark.parametrize(
    ("middleware", "target", "words"),
    [
        (wsgi.Crossguard, FastAPI(), ASGI),
        (wsgi.Crossguard, Quart("shop"), ASGI),
        (wsgi.Crossguard, DJANGO_ASGI, ASGI),
        (wsgi.Crossguard, "shop", FLASK),
        (wsgi.Crossguard, None, "a NoneType is no application"),
        (wsgi.Crossguard, Flask, "app = Flask(…)"),
        (asgi.Crossguard, Flask("shop"), FLASK),
        (asgi.Crossguard, DJANGO_WSGI, WSGI),
        (asgi.Crossguard, falcon.App(), WSGI),
        (asgi.Crossguard, Holder("server"), "CORS(….server, origins="),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_the_middleware_of_the_other_protocol_names_the_right_one(middleware, target, words):
    with pytest.raises(TypeError) as caught:
        middleware(target, origins=["https://app.example.com"])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "given", [create_app, Application, Application()], ids=["function", "class", "object"]
)
def test_the_decorator_without_brackets_says_so(given):
    with pytest.raises(TypeError, match=r"brackets are missing; write @cross_origin\(\)"):
        cross_origin(given)


@pytest.mark.parametrize(
    "application",
    [falcon.asgi.App(), FastAPI(), Starlette(), Litestar(), Quart("shop"), DJANGO_ASGI],
    ids=lambda application: type(application).__module__,
)
def test_every_application_of_the_protocol_is_taken(application):
    assert asgi.Crossguard(application, origins="*").policies


@pytest.mark.parametrize(
    "application",
    [falcon.App(), DJANGO_WSGI, Flask("shop"), Application()],
    ids=lambda application: type(application).__module__,
)
def test_every_application_of_wsgi_is_taken(application):
    assert wsgi.Crossguard(application, origins="*").policies


def test_a_class_may_be_a_wsgi_application():
    class Body:
        def __init__(self, environ, start_response):
            start_response("200 OK", [])

        def __iter__(self):
            return iter([b"body"])

    app = wsgi.Crossguard(Body, origins="*")
    started = []
    body = app(
        {"REQUEST_METHOD": "GET", "HTTP_ORIGIN": "https://a.example"}, lambda *given: started.append(given)
    )
    assert b"".join(body) == b"body"
    assert ("Access-Control-Allow-Origin", "*") in started[0][1]


@pytest.mark.parametrize("given", ["*", ["https://a.example"]])
def test_an_option_without_its_name_is_told_the_name(given):
    with pytest.raises(TypeError, match=r"@cross_origin\(origins=…\)"):
        cross_origin(given)


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [
        ("crossguard.flask", "flask", "flask"),
        ("crossguard.sql", "sqlalchemy", "sql"),
        ("crossguard.console", "flask", "console"),
    ],
)
def test_a_missing_extra_is_one_sentence(module, package, extra):
    code = f"import sys; sys.modules[{package!r}] = None\ntry:\n import {module}\nexcept ImportError as error:\n print(error)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith(f"Run: pip install 'crossguard[{extra}]'")
    assert done.stdout.count("\n") == 1
