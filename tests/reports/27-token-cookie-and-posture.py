"""Sign-in cookies of Flask-JWT-Extended: the fix is an option that does not touch them.

Seen in: vimalloc/flask-jwt-extended #309
Needs: flask-jwt-extended
"""

from common import LINES, audit, expect, run


def main():
    import flask_jwt_extended as jwt
    from flask import Flask, jsonify

    from crossguard.browser import Browser
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.flask import CORS

    app = Flask("a")
    app.config.update(SECRET_KEY="x" * 32, JWT_SECRET_KEY="y" * 40, JWT_TOKEN_LOCATION=["cookies"])
    jwt.JWTManager(app)

    @app.post("/login")
    def login():
        answer = jsonify()
        jwt.set_access_cookies(answer, jwt.create_access_token("ada"))
        return answer

    CORS(
        app,
        origins=["https://front.example.net"],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        cookies="auto",
        auth_cookies=["access_token_cookie", "refresh_token_cookie"],
    )
    page = Browser("chromium", send=wsgi(app)).open("https://front.example.net")
    found = explain_verdict(
        page.verdict("https://api.example.com/login", method="POST", credentials="include")
    )
    said = found.summary + " " + found.fix
    expect('cookies="auto"' not in said, f"cookies=auto is on and does not reach this cookie: {said}")
    expect(
        "JWT_COOKIE" in said + audit(app) + " ".join(LINES),
        "neither the start nor the audit nor the explanation names JWT_COOKIE_SAMESITE",
    )


run(main)
