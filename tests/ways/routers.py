"""One set of routes in seven frameworks, each behind crossguard, and what every view says of itself.

A view answers with its name. What it may be asked for is known by its route alone.
"""

import asyncio
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import unquote_to_bytes

from crossguard import asgi, wsgi

A = "https://a.example"
B = "https://b.example"
C = "https://c.example"
EVIL = "https://evil.example"
API = "https://api.example"
MOUNT = "/app"

#: By path; each key has one origin that may write. Whatever no other key covers is C's.
KEYS = {
    "/pay": A,
    "/items/": B,
    "/api/*": A,
    "/api/admin/*": B,
    "/files/*": A,
    "/v1/*": B,
    "/*": C,
}
#: By view: its route, and the origin that may write. The views of ``/<v>/pay`` go by what is asked for.
VIEWS = {
    "pay": ("/pay", A),
    "items": ("/items/", B),
    "users": ("/api/users", A),
    "drop": ("/api/admin/drop", B),
    "other": ("/other", C),
    "files": ("/files/<path:rest>", A),
    "vpay": ("/<v>/pay", None),
}
OPTIONS = {"supports_credentials": True, "public_origins": [API], "auth_cookies": ["session"]}


def resources(keys: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    return {key: {"origins": [origin]} for key, origin in keys.items()}


@dataclass
class Answer:
    status: int
    allow: str | None
    body: bytes


@dataclass(frozen=True)
class Target:
    """One application: what a server calls, in which protocol, and where the server says it is mounted."""

    name: str
    app: Any
    is_asgi: bool
    #: The mount of the scope or of the environ; the path is given with it in ASGI.
    root: str = ""
    #: Whether a policy covers every path.
    covers: bool = True


def ask(target: Target, method: str, path: str, origin: str, loop: asyncio.AbstractEventLoop) -> Answer:
    raw, _, _ = path.partition("?")
    text = unquote_to_bytes(raw)
    headers = {"host": "api.example", "origin": origin, "cookie": "session=1"}
    if origin:
        headers["sec-fetch-site"] = "cross-site"
    return (_asgi if target.is_asgi else _wsgi)(target, method, text, headers, loop)


def _wsgi(target: Target, method: str, path: bytes, headers: dict[str, str], _loop: Any) -> Answer:
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": target.root,
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": "api.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    begun: list[Any] = []
    body = target.app(environ, lambda status, fields, exc_info=None: begun.append((status, fields)))
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    status, fields = begun[-1]
    allow = next((value for name, value in fields if name.lower() == "access-control-allow-origin"), None)
    return Answer(int(status[:3]), allow, content)


def _asgi(
    target: Target, method: str, path: bytes, headers: dict[str, str], loop: asyncio.AbstractEventLoop
) -> Answer:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path.decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": b"",
        "root_path": target.root,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("api.example", 443),
        "client": ("192.0.2.7", 50000),
    }
    sent: list[Any] = []
    incoming = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if incoming:
            return incoming.pop()
        await asyncio.sleep(3600)
        return None

    async def send(message: Any) -> None:
        sent.append(message)

    # Servers give at least a slash.
    scope["path"] = scope["path"] or "/"
    loop.run_until_complete(target.app(scope, receive, send))
    start = next(message for message in sent if message["type"] == "http.response.start")
    fields = [(name.lower(), value) for name, value in start["headers"]]
    allow = next((value.decode() for name, value in fields if name == b"access-control-allow-origin"), None)
    return Answer(start["status"], allow, b"".join(message.get("body", b"") for message in sent))


def flask_app() -> Any:
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("ways")
    app.url_map.strict_slashes = False
    for name, (rule, _) in VIEWS.items():
        app.add_url_rule(
            rule, name, lambda name=name, **_: name, methods=["GET", "POST", "PATCH"], strict_slashes=False
        )
    CORS(app, resources=resources(KEYS), **OPTIONS)
    return app


def flask_views() -> Any:  # noqa: C901 - one application, as long as its ways
    """The same views with policies of their own, in a blueprint, and rewritten inside of the guard."""
    from flask import Blueprint, Flask
    from flask.views import MethodView

    from crossguard.flask import CORS, cross_origin

    app = Flask("ways")
    app.url_map.strict_slashes = False
    inner = app.wsgi_app

    def rewriting(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path.startswith(MOUNT + "/"):
            environ = {**environ, "SCRIPT_NAME": MOUNT, "PATH_INFO": path.removeprefix(MOUNT)}
        if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith("!"):
            environ = {**environ, "REQUEST_METHOD": "POST", "PATH_INFO": environ["PATH_INFO"][:-1]}
        return inner(environ, start_response)

    app.wsgi_app = rewriting  # type: ignore[method-assign]
    api = Blueprint("api", __name__, url_prefix="/api")
    for name, (rule, origin) in VIEWS.items():
        methods = ["GET", "POST", "PATCH"]
        if name in {"users", "vpay"}:
            continue

        def view(name: str = name, **_: Any) -> str:
            return name

        if name == "pay":

            class Pay(MethodView):
                def get(self) -> str:
                    return "pay"

                @cross_origin(origins=[A], **OPTIONS)
                def patch(self) -> str:
                    return "pay"

                @cross_origin(origins=[A], **OPTIONS)
                def post(self) -> str:
                    return "pay"

            app.add_url_rule(rule, view_func=Pay.as_view("pay"))
        else:
            marked = cross_origin(origins=[origin], **OPTIONS)(view)
            app.add_url_rule(rule, name, marked, methods=methods)
    api.add_url_rule("/users", "users", lambda: "users", methods=["GET", "POST", "PATCH"])
    CORS(api, origins=[A], **OPTIONS)
    app.register_blueprint(api)
    CORS(app, origins=[C], **OPTIONS)
    return app


def falcon_app(*, is_asgi: bool) -> Any:
    import falcon
    import falcon.asgi

    app = falcon.asgi.App() if is_asgi else falcon.App()
    app.req_options.strip_url_path_trailing_slash = True
    for name, (rule, _) in VIEWS.items():

        class Resource:
            if is_asgi:

                async def on_get(self, _request: Any, response: Any, name: str = name, **_: Any) -> None:
                    response.text = name
            else:

                def on_get(self, _request: Any, response: Any, name: str = name, **_: Any) -> None:
                    response.text = name

            on_post = on_patch = on_get

        path = rule.replace("<path:rest>", "{rest:path}").replace("<v>", "{v}")
        app.add_route(path.rstrip("/"), Resource())
    return app


def starlette_app() -> Any:
    from starlette.applications import Starlette

    return Starlette(routes=_starlette_routes())


def _starlette_routes() -> Any:
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def answering(name: str) -> Any:
        async def answer(_request: Any) -> Any:
            return PlainTextResponse(name)

        return answer

    return [
        Route(
            rule.replace("<path:rest>", "{rest:path}").replace("<v>", "{v}"),
            answering(name),
            methods=["GET", "POST", "PATCH"],
        )
        for name, (rule, _) in VIEWS.items()
    ]


def fastapi_app(root_path: str = "") -> Any:
    from fastapi import FastAPI

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app = FastAPI(root_path=root_path)
    app.router.routes.extend(_starlette_routes())
    return app


def litestar_app() -> Any:
    from litestar import Litestar, MediaType, route

    def handler(name: str, rule: str) -> Any:
        async def answer() -> str:
            return name

        path = rule.replace("<path:rest>", "{rest:path}").replace("<v>", "{v:str}")
        return route(path, http_method=["GET", "POST", "PATCH"], media_type=MediaType.TEXT, status_code=200)(
            answer
        )

    return Litestar([handler(name, rule) for name, (rule, _) in VIEWS.items()], openapi_config=None)


def quart_app() -> Any:
    from quart import Quart

    app = Quart("ways")

    def answering(name: str) -> Any:
        async def answer(**_: Any) -> str:
            return name

        return answer

    for name, (rule, _) in VIEWS.items():
        app.add_url_rule(rule, name, answering(name), methods=["GET", "POST", "PATCH"], strict_slashes=False)
    return app


def urls() -> list[Any]:
    from django.http import HttpResponse
    from django.urls import path

    def answering(name: str) -> Any:
        def answer(_request: Any, **_: Any) -> Any:
            return HttpResponse(name)

        return answer

    return [path(rule[1:].replace("<v>", "<str:v>"), answering(name)) for name, (rule, _) in VIEWS.items()]


@contextmanager
def configured(**more: Any) -> Iterator[None]:
    """Give Django, of which a process has one, the settings of these applications for a while."""
    import django
    from django.conf import settings
    from django.urls import clear_url_caches
    from django.utils.functional import empty

    before, settings._wrapped = settings._wrapped, empty
    module = ModuleType("tests_ways_urls")
    sys.modules[module.__name__] = module
    try:
        settings.configure(
            ROOT_URLCONF=module.__name__,
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="x",
            LOGGING_CONFIG=None,
            DEBUG=False,
            **more,
        )
        django.setup()
        module.urlpatterns = urls()  # type: ignore[attr-defined]
        clear_url_caches()
        yield
    finally:
        settings._wrapped = before
        del sys.modules[module.__name__]
        clear_url_caches()


def django_app(*, is_asgi: bool) -> Any:
    from django.core.asgi import get_asgi_application
    from django.core.wsgi import get_wsgi_application

    return get_asgi_application() if is_asgi else get_wsgi_application()


def behind(middleware: Any, app: Any, *, covers: bool = True) -> Any:
    keys = {key: origin for key, origin in KEYS.items() if covers or key != "/*"}
    return middleware.Crossguard(app, resources=resources(keys), **OPTIONS)


_WSGI = {"falcon": lambda: falcon_app(is_asgi=False), "django": lambda: django_app(is_asgi=False)}
_ASGI = {
    "starlette": starlette_app,
    "fastapi": fastapi_app,
    "litestar": litestar_app,
    "quart": quart_app,
    "django asgi": lambda: django_app(is_asgi=True),
    "falcon asgi": lambda: falcon_app(is_asgi=True),
}

#: Every framework, as it comes and mounted in the ways that it knows.
TARGETS: dict[str, Callable[[], Target]] = {
    "flask": lambda: Target("flask", flask_app(), is_asgi=False),
    "flask, mounted": lambda: Target("flask, mounted", flask_app(), is_asgi=False, root=MOUNT),
    "flask, views": lambda: Target("flask, views", flask_views(), is_asgi=False),
    "fastapi, its own mount": lambda: Target(
        "fastapi, its own mount", behind(asgi, fastapi_app(MOUNT)), is_asgi=True
    ),
    "fastapi, its own mount, gaps": lambda: Target(
        "fastapi, its own mount, gaps",
        behind(asgi, fastapi_app(MOUNT), covers=False),
        is_asgi=True,
        covers=False,
    ),
}
for _kind, _makers in ((wsgi, _WSGI), (asgi, _ASGI)):
    for _name, _make in _makers.items():
        for _root, _covers in (("", True), (MOUNT, True), (MOUNT, False)):
            _full = f"{_name}{', mounted' if _root else ''}{'' if _covers else ', gaps'}"

            def _target(
                full: str = _full,
                kind: Any = _kind,
                make: Callable[[], Any] = _make,
                root: str = _root,
                covers: bool = _covers,
            ) -> Target:
                return Target(
                    full, behind(kind, make(), covers=covers), is_asgi=kind is asgi, root=root, covers=covers
                )

            TARGETS[_full] = _target
