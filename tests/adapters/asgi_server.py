"""ASGI messages, an application that sends them, and a way to run it."""

import asyncio

from tests.adapters.wire import run_asgi
from tests.cases.cors import APP, OWN

LISTED = (("Origin", APP),)
GATED = {"origins": [APP], "supports_credentials": True, "public_origins": [OWN], "auth_cookies": ["session"]}
OFFERED = {"extensions": {"websocket.http.response": {}}}


def sends(*messages):
    """Return an application that sends *messages*, and notes that it was called."""

    async def app(scope, receive, send):
        app.called.append((scope, receive, send))
        for message in messages:
            await send(message)

    app.called = []
    return app


START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
BODY = {"type": "http.response.body", "body": b"x"}
CONNECT = {"type": "websocket.connect"}
ACCEPT = {"type": "websocket.accept", "subprotocol": None, "headers": []}


def run(app, scope, *incoming):
    return asyncio.run(run_asgi(app, scope, [*incoming]))


async def fails(_scope, _receive, _send):
    raise RuntimeError("boom")
