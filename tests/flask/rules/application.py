"""The application under test, as ``application`` in cors-rules.json describes it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, abort, redirect, request

from crossguard.flask import CORS

#: Neutral name of a policy's key -> name of the option.
NEUTRAL = {
    "origins": "origins",
    "credentials": "supports_credentials",
    "methods": "methods",
    "request_headers": "allow_headers",
    "expose_headers": "expose_headers",
    "max_age": "max_age",
    "private_network": "allow_private_network",
}


def options_of(policy: dict[str, Any]) -> dict[str, Any]:
    """Translate a neutral policy into options of the extension."""
    policy = dict(policy)
    if "paths" in policy:
        paths = policy.pop("paths")
        assert not policy, f"unknown keys beside paths: {policy}"
        return {"resources": {f"{path['prefix']}*": options_of(path["policy"]) for path in paths}}
    patterns = policy.pop("origin_patterns", [])
    expressions = [re.compile(text) for text in policy.pop("origin_regexes", [])]
    options = {NEUTRAL[key]: value for key, value in policy.items()}
    if patterns or expressions:
        assert "origins" not in options
        options["origins"] = [*patterns, *expressions]
    return options


ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def fail() -> Response:
    raise RuntimeError("as asked")


def cookies() -> Response:
    response = Response("cookies")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def etag() -> Response:
    response = Response("etag")
    response.set_etag("v1")
    return response.make_conditional(request)


def with_headers(**headers: str) -> Callable[..., Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response("body", headers=named)


#: Rule, name, methods and view of every handler.
HANDLERS: tuple[tuple[str, str, tuple[str, ...], Callable[..., Any]], ...] = (
    ("/plain", "plain", ALL_METHODS, lambda: "plain"),
    ("/vary", "vary", ("GET",), with_headers(Vary="Accept-Encoding")),
    ("/vary-origin", "vary-origin", ("GET",), with_headers(Vary="Origin")),
    ("/vary-star", "vary-star", ("GET",), with_headers(Vary="*")),
    ("/status/<int:code>", "status", ("GET",), lambda code: ("status", code)),
    ("/raise", "raise", ("GET",), fail),
    ("/redirect", "redirect", ("GET",), lambda: redirect("/plain")),
    ("/cookies", "cookies", ("GET",), cookies),
    ("/own-cors", "own-cors", ("GET",), with_headers(Access_Control_Allow_Origin="https://handler.example")),
    ("/own-options", "own-options", ("GET", "OPTIONS"), lambda: "own"),
    ("/auth", "auth", ("GET",), lambda: "auth"),
    ("/stream", "stream", ("GET",), lambda: Response(iter(["a", "b"]))),
    ("/only-put", "only-put", ("PUT",), lambda: "put"),
    ("/etag", "etag", ("GET",), etag),
    (
        "/t/<path:rest>",
        "t",
        ALL_METHODS,
        lambda rest: Response(rest, headers={"X-Path": quote(request.path)}),
    ),
)


def handler(app: Flask, name: str, view: Callable[..., Any]) -> Callable[..., Response]:
    """Return *view* with the headers that every handler adds."""

    def handle(**arguments: Any) -> Response:
        response = app.make_response(view(**arguments))
        response.headers["X-Handler"] = name
        response.headers["X-Custom"] = "custom"
        response.headers["X-Other"] = "other"
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    return handle


def gate() -> None:
    """Answer 401 without Authorization, as an application-wide hook."""
    if request.path == "/auth" and "Authorization" not in request.headers:
        abort(401)


def make_app(policy: dict[str, Any]) -> Flask:
    """Build the application under *policy*; raises what the extension raises if it refuses it."""
    app = Flask("rules")
    CORS(app, **options_of(policy))
    app.before_request(gate)
    for rule, name, methods, view in HANDLERS:
        app.add_url_rule(rule, name, handler(app, name, view), methods=methods)
    return app
