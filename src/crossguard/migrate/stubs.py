"""Stubs: applications of nothing but policies, built with the library that a source names.

A library is found by the name under which the source imports it: what stands in the file today, and what
would stand there. So the proof asks the very code that the application would run.
"""

import asyncio
import contextlib
import importlib
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

VIEW: Final = "/crossguard-proof-view"
BLUEPRINT: Final = "/crossguard-proof-blueprint"
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Answer(NamedTuple):
    """What a stub answered: status, and header fields by lower-case name."""

    status: int
    headers: Mapping[str, str]


Ask = Callable[[str, str, Mapping[str, str]], Answer]


@dataclass(slots=True)
class Stub:
    """The policies of one application.

    Attributes:
        framework: ``flask``, ``starlette`` or ``quart``.
        config: ``CORS_*`` keys.
        calls: the options of each ``CORS(app, …)``.
        blueprints: the options of each ``CORS(blueprint, …)``.
        views: the options of each ``@cross_origin`` of a view, the outermost first.
    """

    framework: str = "flask"
    config: dict[str, Any] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    blueprints: list[dict[str, Any]] = field(default_factory=list)
    views: list[list[dict[str, Any]]] = field(default_factory=list)


def installed(name: str) -> bool:
    """Tell whether a library can be imported here."""
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


@contextlib.contextmanager
def built(stub: Stub, *, today: bool) -> Iterator[Ask]:
    """Build *stub* and give what asks it.

    Args:
        stub: the policies.
        today: with the library of today, not with crossguard.

    Raises:
        Exception: what the library raises for these options.
    """
    if today and stub.framework == "flask":
        importlib.import_module("flask_cors")  # It sets the level of its log when it is imported.
    levels = {name: logging.getLogger(name).level for name in ("crossguard", "flask_cors", "stub", "asyncio")}
    with warnings.catch_warnings(), contextlib.ExitStack() as stack:
        warnings.simplefilter("ignore")
        for name, level in levels.items():
            logger = logging.getLogger(name)
            logger.setLevel(logging.CRITICAL + 1)
            stack.callback(logger.setLevel, level)
        if stub.framework == "flask":
            yield _flask(stub, "flask_cors" if today else "crossguard.flask")
            return
        runner = stack.enter_context(asyncio.Runner())
        (options,) = stub.calls
        app: Any
        if stub.framework == "quart":
            app = _quart(options, today=today)
        elif today:
            app = importlib.import_module("starlette.middleware.cors").CORSMiddleware(_answer, **options)
        else:
            app = importlib.import_module("crossguard.asgi").Crossguard(_answer, **options)
        yield _asker(runner, app)


def _flask(stub: Stub, library: str) -> Ask:
    flask = importlib.import_module("flask")
    cors = importlib.import_module(library)
    app = flask.Flask("stub", static_folder=None)
    app.debug = False
    app.config.update(stub.config)
    for options in stub.calls:
        cors.CORS(app, **options)
    for index, options in enumerate(stub.blueprints):
        blueprint = flask.Blueprint(f"b{index}", "stub")
        cors.CORS(blueprint, **options)
        blueprint.add_url_rule("/x", "view", _view(), methods=_METHODS)
        app.register_blueprint(blueprint, url_prefix=f"{BLUEPRINT}{index}")
    for index, decorators in enumerate(stub.views):
        view: Any = _view()
        for options in reversed(decorators):
            view = cors.cross_origin(**options)(view)
        app.add_url_rule(f"{VIEW}{index}", f"v{index}", view, methods=_METHODS)
    app.add_url_rule("/", "root", _view(), methods=_METHODS)
    app.add_url_rule("/<path:rest>", "rest", _view(), methods=_METHODS)
    client = app.test_client(use_cookies=False)

    def ask(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        response = client.open(path, method=method, headers=dict(headers))
        return Answer(
            response.status_code,
            {name.lower(): ", ".join(response.headers.getlist(name)) for name, _ in response.headers},
        )

    # The first request fixes the policies: what does not build fails here.
    ask("GET", "/", {})
    return ask


def _view() -> Callable[..., str]:
    def view(**_: object) -> str:
        return ""

    return view


def _quart(options: dict[str, Any], *, today: bool) -> Any:
    quart = importlib.import_module("quart")
    app = quart.Quart("stub")

    async def view(rest: str = "") -> str:
        return rest

    for rule in ("/", "/<path:rest>"):
        app.add_url_rule(rule, rule, view, methods=_METHODS)
    if today:
        importlib.import_module("quart_cors").cors(app, **options)
    else:
        app.asgi_app = importlib.import_module("crossguard.asgi").Crossguard(app.asgi_app, **options)
    return app


async def _answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _asker(runner: asyncio.Runner, app: Any) -> Ask:
    def ask(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        sent: list[dict[str, Any]] = []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (name.lower().encode(), value.encode("latin-1"))
                for name, value in {"Host": "localhost", **headers}.items()
            ],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
            "extensions": {},
        }
        received = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if received:
                return received.pop()
            await asyncio.sleep(3600)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        runner.run(app(scope, receive, send))
        start = next(message for message in sent if message["type"] == "http.response.start")
        found: dict[str, str] = {}
        for name, value in start["headers"]:
            key, text = bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1")
            found[key] = f"{found[key]}, {text}" if key in found else text
        return Answer(start["status"], found)

    return ask
