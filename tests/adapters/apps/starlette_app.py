"""Starlette, with the middleware in its own list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from settings import PAUSE, PROTECTION
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from crossguard.asgi import Crossguard

written: list[str] = []
done: list[str] = []


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    done.append("started")
    yield


async def items(request: Request) -> Response:
    if request.method == "POST":
        written.append("item")
        return JSONResponse(
            {"written": len(written)}, 201, background=BackgroundTask(done.append, "background")
        )
    return JSONResponse({"written": len(written), "done": done}, headers={"X-Total": "1"})


async def hook(_request: Request) -> Response:
    return JSONResponse({"hooked": True})


async def stream(_request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one\n"
        await asyncio.sleep(PAUSE)
        yield b"two\n"

    return StreamingResponse(parts(), media_type="text/plain")


async def boom(_request: Request) -> Response:
    raise RuntimeError("boom")


async def ws(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("welcome")
    await socket.close()


app = Starlette(
    routes=[
        Route("/items", items, methods=["GET", "POST"]),
        Route("/hook", hook, methods=["POST"]),
        Route("/stream", stream),
        Route("/boom", boom),
        WebSocketRoute("/ws", ws),
    ],
    middleware=[Middleware(Crossguard, **PROTECTION)],
    lifespan=lifespan,
)
