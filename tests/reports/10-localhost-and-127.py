"""Page on localhost, API on 127.0.0.1: the way out is one name, not https and Partitioned.

Seen in: maxcountryman/flask-login #740
"""

from common import LINES, expect, run


def main():
    from flask import Flask, session

    from crossguard.browser import Browser
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.flask import CORS

    app = Flask("a")
    app.secret_key = "x"

    @app.post("/login")
    def login():
        session["user"] = "ada"
        return {}

    CORS(
        app,
        origins=["http://localhost:3000"],
        supports_credentials=True,
        public_origins=["http://127.0.0.1:5000"],
    )
    page = Browser("chromium", send=wsgi(app)).open("http://localhost:3000")
    verdict = page.verdict("http://127.0.0.1:5000/login", method="POST", credentials="include")
    found = explain_verdict(verdict)
    said = found.summary + " " + found.fix
    expect("http://localhost:5000" in said or "one host name" in said, f"explained as: {said}")
    expect(
        "registrable domain" not in said, "an address has no registrable domain; the fix cannot be followed"
    )
    start = " ".join(LINES)
    expect("app.example.com" not in start, f"at the start: {start[:300]}")


run(main)
