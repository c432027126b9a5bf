"""Bottle."""

import time
from collections.abc import Iterator

from bottle import Bottle, response
from settings import PAUSE, PROTECTION

from crossguard.wsgi import Crossguard

api = Bottle()
# Exceptions leave Bottle, and only the middleware is there to answer.
api.catchall = False
written: list[str] = []


@api.get("/items")
def items() -> dict[str, int]:
    response.set_header("X-Total", "1")
    return {"written": len(written)}


@api.post("/items")
def write() -> dict[str, int]:
    written.append("item")
    response.status = 201
    return {"written": len(written)}


@api.post("/hook")
def hook() -> dict[str, bool]:
    return {"hooked": True}


@api.get("/stream")
def stream() -> Iterator[bytes]:
    response.content_type = "text/plain"
    yield b"one\n"
    time.sleep(PAUSE)
    yield b"two\n"


@api.get("/boom")
def boom() -> str:
    raise RuntimeError("boom")


@api.get("/late")
def late() -> Iterator[bytes]:
    yield b""
    raise RuntimeError("boom")


app = Crossguard(api, **PROTECTION)
