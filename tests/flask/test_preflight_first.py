"""A genuine preflight is answered before anything else of the application runs; a plain OPTIONS is not."""

import pytest
from flask import Flask, Response, abort, redirect, request
from flask_limiter import Limiter

from crossguard.flask import CORS, cross_origin
from tests.cases.cors import APP, DEFAULT_HEADERS, DEFAULT_METHODS, EVIL, PREFLIGHT_VARY
from tests.flask.wire import preflight, send

ALLOWED = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": DEFAULT_METHODS,
    "Access-Control-Allow-Headers": DEFAULT_HEADERS,
    "Access-Control-Max-Age": "600",
    "Vary": PREFLIGHT_VARY,
}


def refuse_everybody():
    abort(401)


def force_https():
    return redirect(request.url.replace("http://", "https://", 1), 301)


def crash():
    raise RuntimeError("no tenant")


def other_answer():
    return Response("maintenance", 503)


HOOKS = {"401": refuse_everybody, "redirect": force_https, "crash": crash, "503": other_answer}
in_any_order = pytest.mark.parametrize("hook_first", [False, True], ids=["CORS first", "hook first"])


def make_app(hook=None, *, hook_first=False, **options):
    app = Flask("preflights")
    ran = []

    def remember():
        ran.append(request.method)
        return hook() if hook else None

    if hook_first:
        app.before_request(remember)
    CORS(app, **({"origins": [APP], "supports_credentials": True} | options))
    if not hook_first:
        app.before_request(remember)

    @app.route("/items", methods=["GET", "POST"])
    def items():
        ran.append("view")
        return "items"

    @app.get("/slash/")
    def slash():
        return "slash"

    @app.route("/own", methods=["GET", "OPTIONS"])
    def own():
        ran.append("own")
        return "own"

    return app, ran


@in_any_order
@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
@pytest.mark.parametrize("path", ["/items", "/slash", "/slash/", "/own", "/missing", "/static/x.js"])
def test_no_hook_sees_a_preflight(hook, hook_first, path):
    app, ran = make_app(hook, hook_first=hook_first)
    for method in ("GET", "POST", "DELETE", "TRACE", "eGg"):
        answer = preflight(app, path, origin=APP, asks=method)

        assert (answer.status, answer.body, dict(answer.headers)) == (204, b"", ALLOWED)
    refused = preflight(app, path, origin=EVIL)
    assert (refused.status, refused.headers) == (204, [("Vary", PREFLIGHT_VARY)])
    assert ran == []


@pytest.mark.parametrize("hook", [refuse_everybody], ids=["401"])
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Origin", APP)],
        [("Access-Control-Request-Method", "PUT")],
        [("Origin", APP), ("Access-Control-Request-Method", "")],
        [("Origin", ""), ("Access-Control-Request-Method", "PUT")],
        [("Origin", APP), ("Access-Control-Request-Headers", "x-a")],
    ],
    ids=str,
)
def test_a_plain_options_is_an_ordinary_request(hook, headers):
    app, ran = make_app(hook)

    assert send(app, "OPTIONS", "/items", headers).status == 401
    assert ran == ["OPTIONS"]


def test_a_view_s_own_options_answers_plain_options_only():
    app, ran = make_app()

    assert send(app, "OPTIONS", "/own", origin=APP).body == b"own"
    assert ran == ["OPTIONS", "own"]
    assert preflight(app, "/own", origin=APP).body == b""
    assert ran == ["OPTIONS", "own"]


def test_a_request_that_follows_goes_through_the_hook_with_headers():
    app, ran = make_app(refuse_everybody)
    answer = send(app, "GET", "/items", origin=APP)

    assert answer.status == 401
    assert answer["Access-Control-Allow-Origin"] == APP
    assert ran == ["GET"]


def test_the_limit_is_not_used_up_by_preflights():
    app, _ = make_app(origins=[APP], supports_credentials=False)
    Limiter(lambda: "everybody", app=app, default_limits=["2 per hour"], storage_uri="memory://")

    assert [preflight(app, "/items", origin=APP).status for _ in range(5)] == [204] * 5
    assert [send(app, "GET", "/items", origin=APP).status for _ in range(3)] == [200, 200, 429]
    assert preflight(app, "/items", origin=APP).status == 204


def test_an_unknown_url_passes_the_preflight_so_that_the_page_sees_the_404():
    app, _ = make_app()

    assert preflight(app, "/missing", origin=APP, asks="PUT").status == 204
    answer = send(app, "PUT", "/missing", origin=APP)
    assert answer.status == 404
    assert answer["Access-Control-Allow-Origin"] == APP


def test_a_missing_method_passes_the_preflight_so_that_the_page_sees_the_405():
    app, _ = make_app()

    assert preflight(app, "/items", origin=APP, asks="DELETE").status == 204
    answer = send(app, "DELETE", "/items", origin=APP)
    assert answer.status == 405
    assert answer["Access-Control-Allow-Origin"] == APP


def test_the_slash_redirect_itself_is_readable():
    app, _ = make_app()
    answer = send(app, "GET", "/slash", origin=APP)

    assert answer.status == 308
    assert answer["Location"].endswith("/slash/")
    assert answer.cors == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def test_hooks_do_not_see_the_preflight_of_a_marked_view_either():
    app = Flask("marked")
    CORS(app, origins=[])
    app.before_request(refuse_everybody)
    app.get("/items")(cross_origin(origins=[APP])(lambda: "items"))

    assert preflight(app, "/items", origin=APP).cors["Access-Control-Allow-Origin"] == APP
    assert send(app, "OPTIONS", "/items", origin=APP).status == 401


def test_an_application_whose_policy_is_for_a_path_leaves_other_preflights_to_flask():
    app = Flask("paths")
    CORS(app, resources={"/api/*": {"origins": [APP]}})
    app.get("/other")(lambda: "other")
    answer = preflight(app, "/other", origin=APP)

    assert answer.status == 200
    assert answer.cors == {}
    assert "GET" in answer["Allow"]
