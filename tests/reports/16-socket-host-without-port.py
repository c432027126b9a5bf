"""A WebSocket of the own page behind a proxy that drops the port of Host.

Seen in: selkies-project/selkies PR #269, chadbyte/clay PR #106
"""

from common import LINES, expect, run


def main():
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("a")
    app.debug = True
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
    app.get("/ws")(lambda: "")
    CORS(app, origins=["https://app.example.net"], supports_credentials=True)
    answer = app.test_client().get(
        "/ws",
        headers={
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
            "Origin": "https://desk.example.com:3001",
        },
        base_url="http://desk.example.com",
    )
    said = " ".join(line for line in LINES if "refused" in line)
    if answer.status_code == 403:
        expect(
            "public_origins" in said,
            f"same host as the request's, another port: the fix lists the API's own page as a front end: {said}",
        )


run(main)
