"""Applications under JSON only, for a server that speaks HTTP/2; each view says what body it got."""

from typing import Any

from flask import Flask, request

from crossguard import asgi, wsgi
from crossguard.flask import CORS

POLICY: dict[str, Any] = {
    "origins": ["https://app.example.com"],
    "supports_credentials": True,
    "public_origins": ["https://api.example.com"],
    "json_only": True,
}


def inner_wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ran with " + body]


async def inner_asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"ran with " + body})


wsgi_app = wsgi.Crossguard(inner_wsgi, **POLICY, auth_cookies=["session"])
asgi_app = asgi.Crossguard(inner_asgi, **POLICY, auth_cookies=["session"])

flask_app = Flask("http2")
flask_app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
CORS(flask_app, **POLICY)


@flask_app.route("/items", methods=["POST", "DELETE"])
def items() -> bytes:
    return b"ran with " + request.get_data()
