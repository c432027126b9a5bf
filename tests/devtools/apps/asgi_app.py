"""An ASGI application behind the middleware, in debug."""

from crossguard.asgi import Crossguard


async def inner(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"items"})


app = Crossguard(inner, origins=["https://app.example.com"], supports_credentials=True, debug=True)
