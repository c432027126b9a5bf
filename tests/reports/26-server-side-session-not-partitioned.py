"""Flask-Session writes its own cookie: the posture says Partitioned, the cookie is not.

Seen in: pallets-eco/flask-session #124
Needs: flask-session, cachelib
"""

from common import LINES, audit, expect, run


def main():
    import tempfile

    import flask_session
    from cachelib import FileSystemCache
    from flask import Flask, session

    from crossguard.flask import CORS

    app = Flask("a")
    app.config.update(
        SECRET_KEY="x", SESSION_TYPE="cachelib", SESSION_CACHELIB=FileSystemCache(tempfile.mkdtemp())
    )
    flask_session.Session(app)

    @app.post("/login")
    def login():
        session["user"] = "ada"
        return {}

    CORS(
        app,
        origins=["https://front.example.net"],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        cookies="auto",
    )
    page = {"Origin": "https://front.example.net", "Sec-Fetch-Site": "cross-site"}
    cookie = (
        app.test_client()
        .post("/login", headers=page, base_url="https://api.example.com")
        .headers["Set-Cookie"]
    )
    said = audit(app) + " ".join(LINES)
    expect(
        "Partitioned" in cookie or "Flask-Session" in said or "session interface" in said,
        f'cookies="auto" promises Partitioned, what is sent is {cookie.partition(";")[2]}; start and audit report'
        " a cookie that only Firefox with everything blocked would lose",
    )


run(main)
