"""A security header that no script wants fails `assert not diagnosis.hints`.

Seen in: GoogleCloudPlatform/flask-talisman #50
"""

from common import expect, run


def main():
    from flask import Flask

    from crossguard.browser import Browser
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.flask import CORS

    app = Flask("a")
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
    fields = {
        "Permissions-Policy": "browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Origin-Agent-Cluster": "?1",
        "Strict-Transport-Security": "max-age=1",
    }
    app.get("/items")(lambda: ({}, 200, fields))
    CORS(
        app,
        origins=["http://localhost:8080"],
        supports_credentials=True,
        public_origins=["http://localhost:5000"],
    )
    page = Browser("chromium", send=wsgi(app)).open("http://localhost:8080")
    found = explain_verdict(page.verdict("http://localhost:5000/items", credentials="include"))
    expect(
        not found.hints,
        f"browsers act on these, scripts do not read them: {[hint.text for hint in found.hints]}",
    )


run(main)
