"""Django's own token check refuses a listed front end: 403, and nothing explains it.

Seen in: sfbrigade/intentional-walk-server #307
Needs: django
"""

from common import expect, run


def main():
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import JsonResponse
    from django.urls import path

    from crossguard.browser import Browser
    from crossguard.browser.transports import wsgi
    from crossguard.explain import explain_verdict
    from crossguard.wsgi import Crossguard

    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="x",
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    )
    django.setup()
    globals()["urlpatterns"] = [path("orders", lambda request: JsonResponse({}))]
    app = Crossguard(
        get_wsgi_application(),
        origins=["https://app.example.com"],
        supports_credentials=True,
        public_origins=["https://api.example.com"],
        auth_cookies=["sessionid"],
    )
    page = Browser("chromium", send=wsgi(app)).open("https://app.example.com")
    verdict = page.verdict("https://api.example.com/orders", method="POST", credentials="include")
    found = explain_verdict(verdict)
    said = " ".join([found.summary, found.fix, *(hint.text + hint.fix for hint in found.hints)])
    expect(
        verdict.response.status != 403 or "CSRF" in said.upper(),
        f"Django refuses; the explanation is: {said}",
    )


run(main)
