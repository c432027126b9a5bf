"""The API redirects a download to storage elsewhere: Origin becomes null, and the fix is to allow null.

Seen in: minio/minio #17317, aws-samples/cloudfront-authorization-at-edge #233
"""

from common import expect, run


def main():
    from flask import Flask, redirect

    from crossguard.browser import Browser, HttpResponse
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.flask import CORS

    app = Flask("a")
    app.secret_key = "x"
    app.get("/download")(lambda: redirect("https://bucket.storage.example/key?signature=1"))
    CORS(
        app,
        origins=["https://app.example.com"],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        cookies="auto",
    )
    api = wsgi(app)

    def send(request):
        if request.target.host == "bucket.storage.example":
            named = {name.lower(): value for name, value in request.headers}.get("origin")
            allowed = (("Access-Control-Allow-Origin", named),) if named == "https://app.example.com" else ()
            return HttpResponse(status=200, headers=allowed, body=b"")
        return api(request)

    page = Browser("chromium", send=send).open("https://app.example.com")
    for options in ({}, {"credentials": "include"}):
        found = explain_verdict(page.verdict("https://api.example.com/download", **options))
        expect(
            "Allow-Origin: null" not in found.fix,
            f"{options}: the fix is to answer to null, which is everybody: {found.fix}",
        )
        expect(
            "redirect" in (found.summary + found.fix),
            f"{options}: the redirect to another host is not named: {found.summary}",
        )


run(main)
