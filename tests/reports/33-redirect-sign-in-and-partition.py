"""Sign-in by redirect ends at the API; its partitioned cookie is not for the front end.

Seen in: privacycg/CHIPS #79, #80
"""

from common import LINES, audit, expect, run


def main():
    from flask import Flask, redirect, session

    from crossguard.browser import Browser, HttpResponse
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.flask import CORS

    app = Flask("a")
    app.secret_key = "x"
    app.get("/login", endpoint="login")(lambda: redirect("https://idp.example.org/authorize"))

    @app.get("/callback")
    def callback():
        session["user"] = "ada"
        return redirect("https://front.example.net/")

    app.get("/me", endpoint="me")(lambda: {"user": session.get("user")})
    CORS(
        app,
        origins=["https://front.example.net"],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        cookies="auto",
    )
    api = wsgi(app)

    def send(request):
        if request.target.host == "idp.example.org":
            return HttpResponse(302, (("Location", "https://api.example.com/callback?code=1"),), b"")
        if request.target.host == "front.example.net":
            return HttpResponse(200, (("Content-Type", "text/html"),), b"")
        return api(request)

    browser = Browser("chromium", send=send)
    browser.open("https://front.example.net").follow_link("https://api.example.com/login")
    page = browser.open("https://front.example.net")
    found = explain_verdict(page.verdict("https://api.example.com/me", credentials="include"))
    expect(
        "redirect" in found.summary + found.fix or "Partitioned" in found.fix,
        f"the sign-in is a redirect and cannot be a fetch; the fix is: {found.fix}",
    )
    said = audit(app) + " ".join(LINES)
    expect(
        "redirect" in said.replace("redirects of the application lead to http", ""),
        "nothing warns that cookies=auto between two sites rules out signing in by redirect",
    )


run(main)
