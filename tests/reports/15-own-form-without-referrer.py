"""The API's own form under Referrer-Policy: no-referrer, over http in a company network.

Seen in: rails/rails #28299, mrmps/classifier-dev PR #35, pleaseai/shunt PR #471, better-auth/better-auth PR #10944
"""

from common import LINES, expect, run


def main():
    from flask import Flask

    from crossguard.browser import Browser
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.flask import CORS

    def make(own):
        app = Flask("a")
        app.debug = True
        app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
        app.post("/reset")(lambda: "done")
        CORS(app, origins=[], supports_credentials=True, public_origins=[own])
        return app

    app = make("http://intranet.corp")
    page = Browser("chromium", send=wsgi(app)).open(
        "http://intranet.corp/form", referrer_policy="no-referrer"
    )
    verdict = page.submit_form("http://intranet.corp/reset", [("a", "1")])
    found = explain_verdict(verdict)
    said = " ".join([found.summary, found.fix, *LINES])
    if verdict.response is not None and verdict.response.status == 403:
        expect(
            "referrer" in said.lower(),
            f"refused, and the fix is 'serve the page from http://', where it is: {found.fix}",
        )
    LINES.clear()
    app = make("https://api.example.com")
    page = Browser("chromium", send=wsgi(app)).open(
        "https://api.example.com/form", referrer_policy="no-referrer"
    )
    verdict = page.submit_form("https://api.example.com/reset", [("a", "1")])
    expect(
        verdict.response is not None and verdict.response.status == 200,
        "Sec-Fetch-Site: same-origin is refused",
    )
    lines = [line for line in LINES if "was refused" in line]
    expect(not lines, f"over https the write runs, and the log says: {lines[:1]}")


run(main)
