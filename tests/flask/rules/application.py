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


def make_app(policy: dict[str, Any]) -> Flask:
    """Build the application under *policy*; raises what the extension raises if it refuses it."""
    app = Flask("rules")
    CORS(app, **options_of(policy))

    @app.before_request
    def gate() -> Any:
        if request.path == "/auth" and "Authorization" not in request.headers:
            abort(401)
        return None

    def handler(
        rule: str, name: str, methods: tuple[str, ...] = ("GET",)
    ) -> Callable[[Callable[..., Any]], None]:
        def add(view: Callable[..., Any]) -> None:
            def wrapped(**arguments: Any) -> Response:
                response = app.make_response(view(**arguments))
                response.headers["X-Handler"] = name
                response.headers["X-Custom"] = "custom"
                response.headers["X-Other"] = "other"
                response.headers["Cache-Control"] = "public, max-age=60"
                return response

            app.add_url_rule(rule, name, wrapped, methods=methods)

        return add

    @handler("/plain", "plain", ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))
    def plain():
        return "plain"

    @handler("/vary", "vary")
    def vary():
        return Response("vary", headers={"Vary": "Accept-Encoding"})

    @handler("/vary-origin", "vary-origin")
    def vary_origin():
        return Response("vary", headers={"Vary": "Origin"})

    @handler("/vary-star", "vary-star")
    def vary_star():
        return Response("vary", headers={"Vary": "*"})

    @handler("/status/<int:code>", "status")
    def status(code):
        return Response("status", status=code)

    @handler("/raise", "raise")
    def fail():
        raise RuntimeError("as asked")

    @handler("/redirect", "redirect")
    def move():
        return redirect("/plain")

    @handler("/cookies", "cookies")
    def cookies():
        response = Response("cookies")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    @handler("/own-cors", "own-cors")
    def own_cors():
        return Response("own", headers={"Access-Control-Allow-Origin": "https://handler.example"})

    @handler("/own-options", "own-options", ("GET", "OPTIONS"))
    def own_options():
        return "own"

    @handler("/auth", "auth")
    def auth():
        return "auth"

    @handler("/stream", "stream")
    def stream():
        return Response(iter(["a", "b"]))

    @handler("/only-put", "only-put", ("PUT",))
    def only_put():
        return "put"

    @handler("/etag", "etag")
    def etag():
        response = Response("etag")
        response.set_etag("v1")
        return response.make_conditional(request)

    @handler("/t/<path:rest>", "t", ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))
    def tree(rest):
        return Response("tree", headers={"X-Path": quote(request.path)})

    return app
