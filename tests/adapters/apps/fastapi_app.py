"""FastAPI, with ``add_middleware``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI, Response, WebSocket
from fastapi.responses import StreamingResponse
from settings import PAUSE, PROTECTION

from crossguard.asgi import Crossguard

written: list[str] = []
done: list[str] = []


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    done.append("started")
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(Crossguard, **PROTECTION)


@app.get("/items")
async def items(response: Response) -> dict[str, object]:
    response.headers["X-Total"] = "1"
    return {"written": len(written), "done": done}


@app.post("/items", status_code=201)
async def write(tasks: BackgroundTasks) -> dict[str, int]:
    written.append("item")
    tasks.add_task(done.append, "background")
    return {"written": len(written)}


@app.post("/hook")
async def hook() -> dict[str, bool]:
    return {"hooked": True}


@app.get("/stream")
async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one\n"
        await asyncio.sleep(PAUSE)
        yield b"two\n"

    return StreamingResponse(parts(), media_type="text/plain")


@app.get("/boom")
def boom() -> None:
    raise RuntimeError("boom")


@app.websocket("/ws")
async def ws(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("welcome")
    await socket.close()
