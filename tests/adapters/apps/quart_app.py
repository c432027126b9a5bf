"""Quart, around its ``asgi_app``."""

import asyncio
from collections.abc import AsyncIterator

from quart import Quart, websocket
from settings import PAUSE, PROTECTION

from crossguard.asgi import Crossguard

app = Quart(__name__)
written: list[str] = []
done: list[str] = []


@app.before_serving
async def start() -> None:
    done.append("started")


@app.get("/items")
async def items() -> tuple[dict[str, object], dict[str, str]]:
    return {"written": len(written), "done": done}, {"X-Total": "1"}


async def later() -> None:
    done.append("background")


@app.post("/items")
async def write() -> tuple[dict[str, int], int]:
    written.append("item")
    app.add_background_task(later)
    return {"written": len(written)}, 201


@app.post("/hook")
async def hook() -> dict[str, bool]:
    return {"hooked": True}


@app.get("/stream")
async def stream() -> tuple[AsyncIterator[bytes], dict[str, str]]:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one\n"
        await asyncio.sleep(PAUSE)
        yield b"two\n"

    return parts(), {"Content-Type": "text/plain"}


@app.get("/boom")
async def boom() -> str:
    raise RuntimeError("boom")


@app.websocket("/ws")
async def ws() -> None:
    await websocket.send("welcome")


app.asgi_app = Crossguard(app.asgi_app, **PROTECTION)  # type: ignore[method-assign]
