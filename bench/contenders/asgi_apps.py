"""Starlette, Quart, and the smallest ASGI application, and what is around them."""

from typing import Any

from quart import Quart
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import crossguard.asgi
from bench.contenders import GUARDED, HEADERS, METHODS, installed
from bench.contenders.flask_apps import Maker
from bench.floor import ASGIFloor
from bench.requests import BODY


async def trivial(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def _starlette() -> Starlette:
    async def items(_request: Request) -> PlainTextResponse:
        return PlainTextResponse(BODY)

    return Starlette(routes=[Route("/items", items, methods=["GET", "POST"])])


def _quart() -> Quart:
    app = Quart("bench")

    @app.route("/items", methods=["GET", "POST"])
    async def items() -> str:
        return "ok"

    return app


def _around(app: Any, origins: list[str]) -> Any:
    return crossguard.asgi.Crossguard(app, origins=origins, **GUARDED)


def _middleware(app: Any, origins: list[str]) -> Any:
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        max_age=600,
    )


def _quart_cors(origins: list[str]) -> Any:
    from quart_cors import cors

    return cors(
        _quart(),
        allow_origin=origins,
        allow_credentials=True,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        max_age=600,
    )


STARLETTE: dict[str, Maker] = {
    "Starlette": lambda _origins: _starlette(),
    "crossguard.asgi": lambda origins: _around(_starlette(), origins),
    "CORSMiddleware": lambda origins: _middleware(_starlette(), origins),
    "floor": lambda origins: ASGIFloor(_starlette(), origins),
}
TRIVIAL: dict[str, Maker] = {
    "ASGI": lambda _origins: trivial,
    "crossguard.asgi": lambda origins: _around(trivial, origins),
    "CORSMiddleware": lambda origins: _middleware(trivial, origins),
    "floor": lambda origins: ASGIFloor(trivial, origins),
}
QUART: dict[str, Maker] = {
    "Quart": lambda _origins: _quart(),
    "crossguard.asgi": lambda origins: _around(_quart(), origins),
}
if installed("quart_cors"):
    QUART["Quart-CORS"] = _quart_cors
QUART["floor"] = lambda origins: ASGIFloor(_quart(), origins)
