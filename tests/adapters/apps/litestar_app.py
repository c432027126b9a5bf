"""Litestar, wrapped from outside: its own middleware sees no unknown paths."""

import asyncio
from collections.abc import AsyncIterator

from litestar import Litestar, WebSocket, get, post, websocket
from litestar.background_tasks import BackgroundTask
from litestar.response import Response, Stream
from settings import PAUSE, PROTECTION

from crossguard.asgi import Crossguard

written: list[str] = []
done: list[str] = []


async def started() -> None:
    done.append("started")


async def later() -> None:
    done.append("background")


@get("/items")
async def items() -> Response[dict[str, object]]:
    return Response({"written": len(written), "done": list(done)}, headers={"X-Total": "1"})


@post("/items")
async def write() -> Response[dict[str, int]]:
    written.append("item")
    return Response({"written": len(written)}, background=BackgroundTask(later))


@post("/hook")
async def hook() -> dict[str, bool]:
    return {"hooked": True}


@get("/stream")
async def stream() -> Stream:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one\n"
        await asyncio.sleep(PAUSE)
        yield b"two\n"

    return Stream(parts(), media_type="text/plain")


@get("/boom")
async def boom() -> None:
    raise RuntimeError("boom")


@websocket("/ws")
async def ws(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("welcome")
    await socket.close()


app = Crossguard(
    Litestar([items, write, hook, stream, boom, ws], on_startup=[started], openapi_config=None), **PROTECTION
)
