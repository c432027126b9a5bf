"""PROPAGATE_EXCEPTIONS, which REST extensions ask for: a crash has no headers.

Seen in: flask-restful/flask-restful #856, vimalloc/flask-jwt-extended #86, #278, corydolphin/flask-cors #283
"""

import contextlib

from common import audit, expect, run


def main():
    from flask import Flask
    from werkzeug.test import create_environ

    from crossguard.flask import CORS

    app = Flask("a")
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax", PROPAGATE_EXCEPTIONS=True)

    @app.get("/boom")
    def boom():
        raise RuntimeError("out of stock")

    CORS(
        app,
        origins=["http://localhost:3000"],
        supports_credentials=True,
        public_origins=["http://localhost:5000"],
    )
    began = []
    with contextlib.suppress(RuntimeError):
        app(
            create_environ("/boom", headers={"Origin": "http://localhost:3000"}),
            lambda status, headers, exc_info=None: began.append((status, dict(headers))),
        )
    answered = bool(began) and began[-1][1].get("Access-Control-Allow-Origin") == "http://localhost:3000"
    expect(
        answered or "PROPAGATE_EXCEPTIONS" in audit(app),
        "outside of debug and tests the exception leaves as it is: the server's own 500 has no headers, the page"
        " sees a CORS error, and the audit says nothing",
    )


run(main)
