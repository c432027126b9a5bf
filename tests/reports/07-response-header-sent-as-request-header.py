"""A front end that sends Access-Control-Allow-Origin: what to write.

Seen in: Miserlou/Zappa #1867
"""

from common import cors, expect, run


def main():
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("a")
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
    app.post("/orders")(lambda: {})
    CORS(
        app,
        origins=["http://localhost:3000"],
        supports_credentials=True,
        public_origins=["http://localhost:5000"],
    )
    said = cors(
        app,
        "explain",
        "/orders",
        "--origin",
        "http://localhost:3000",
        "-X",
        "POST",
        "-H",
        "Access-Control-Allow-Origin: *",
        "-H",
        "Content-Type: application/json",
        "-d",
        "{}",
    )
    fix = said.partition("Fix:")[2]
    expect(
        "access-control-allow-origin'" not in fix,
        f"the fix lists a response header as a request header to allow: {fix[:160]}",
    )
    expect(
        "front end" in fix or "response header" in said,
        "nothing says to take it out of the front end's request",
    )


run(main)
