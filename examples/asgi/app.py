"""A shop in FastAPI: a front end with cookies, a live feed over a WebSocket, and everybody's price list.

uvicorn --app-dir examples/asgi app:app
"""

import asyncio
import os
from collections.abc import AsyncIterator

from fastapi import FastAPI, Response, WebSocket
from fastapi.responses import StreamingResponse

from crossguard.asgi import Crossguard

FRONTEND = os.environ.get("FRONTEND", "http://localhost:8080")

orders: list[str] = []
shop = FastAPI()


@shop.get("/api/orders")
async def list_orders(response: Response) -> dict[str, list[str]]:
    response.headers["X-Total-Count"] = str(len(orders))
    return {"orders": orders}


@shop.post("/api/orders", status_code=201)
async def order() -> dict[str, list[str]]:
    orders.append("something")
    return {"orders": orders}


@shop.websocket("/api/feed")
async def feed(socket: WebSocket) -> None:
    # Strangers do not get here: their handshakes are refused before.
    await socket.accept()
    await socket.send_json({"orders": orders})
    await socket.close()


@shop.get("/api/report")
async def report() -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        for item in orders:
            yield f"{item}\n"
            await asyncio.sleep(0)

    return StreamingResponse(lines(), media_type="text/plain")


@shop.get("/prices")
async def prices() -> dict[str, int]:
    return {"bread": 3}


app = Crossguard(
    shop,
    resources={
        "/api/*": {
            "origins": [FRONTEND],
            "supports_credentials": True,
            "expose_headers": ["X-Total-Count"],
            "public_origins": ["http://localhost:8000"],
            "auth_cookies": ["session"],
        },
        # Whoever asks without cookies may read.
        "/prices": {"origins": "*", "methods": ["GET"]},
    },
)
