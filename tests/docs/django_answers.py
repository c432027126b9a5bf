"""Django answers one request, in a process of its own: its settings are made once in a process.

python -m tests.docs.django_answers '{"library": "old", …}'     # prints what came back, as JSON
"""

import io
import json
import logging
import re
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from crossguard import ConfigError
from crossguard.wsgi import Crossguard

APP = "https://app.example"
API = "https://api.example"
RAN: list[str] = []


def orders(request):
    RAN.append(request.method)
    return HttpResponse("ran")


def broken(request):
    raise RuntimeError("out of stock")


def sign_in_first(get_response):
    return lambda request: (
        get_response(request) if "sessionid" in request.COOKIES else HttpResponse("Sign in", status=401)
    )


urlpatterns = [path("orders", orders), path("exempt", csrf_exempt(orders)), path("broken", broken)]


def application(given: dict[str, Any]) -> Any:
    """Return Django with django-cors-headers, or with crossguard around it; *given* says what is configured."""
    old = given["library"] == "old"
    middleware = ["corsheaders.middleware.CorsMiddleware"] if old else []
    if given.get("sign_in_first"):
        middleware = [f"{__name__}.sign_in_first", *middleware]
    middleware.append("django.middleware.csrf.CsrfViewMiddleware")
    configured = {
        "ROOT_URLCONF": __name__,
        "ALLOWED_HOSTS": ["*"],
        "SECRET_KEY": "of a test",
        "MIDDLEWARE": middleware,
        "INSTALLED_APPS": ["corsheaders"] if old else [],
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "CSRF_TRUSTED_ORIGINS": given.get("trusted", []),
    }
    origins = given.get("origins", [APP])
    if old:
        configured["CORS_ALLOW_CREDENTIALS"] = True
        if "expression" in given:
            configured["CORS_ALLOWED_ORIGIN_REGEXES"] = [given["expression"]]
        elif origins == "*":
            configured["CORS_ALLOW_ALL_ORIGINS"] = True
        else:
            configured["CORS_ALLOWED_ORIGINS"] = origins
    settings.configure(**configured)
    django = get_wsgi_application()
    if old:
        return django
    return Crossguard(
        django,
        origins=re.compile(given["expression"]) if "expression" in given else origins,
        supports_credentials=True,
        public_origins=[API],
        auth_cookies=["sessionid"],
        json_only=given.get("json_only", False),
    )


def ask(app: Any, given: dict[str, Any]) -> dict[str, Any]:
    environ = {
        "REQUEST_METHOD": given.get("method", "GET"),
        "PATH_INFO": given.get("path", "/orders"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "api.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "api.example",
        "wsgi.url_scheme": "https",
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "CONTENT_LENGTH": "0",
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **given.get("environ", {}),
    }
    got: dict[str, Any] = {}

    def start_response(status, headers, exc_info=None):
        got["status"] = int(status.split()[0])
        got["headers"] = {name.lower(): value for name, value in headers}
        return lambda data: None

    text = b"".join(app(environ, start_response)).decode()
    return got | {"text": text, "ran": RAN}


def main() -> None:
    logging.disable()
    given = json.loads(sys.argv[1])
    try:
        answer = ask(application(given), given)
    except (ConfigError, ImproperlyConfigured) as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
