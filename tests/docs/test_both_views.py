"""Views, blueprints and errors: rows of docs/coming-from-flask-cors.md, run on both libraries."""

import inspect

import pytest
from flask import Blueprint, Flask, abort
from werkzeug.debug import DebuggedApplication
from werkzeug.test import EnvironBuilder

from tests.docs.both import (
    ADMIN,
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    APP,
    EVIL,
    NEW,
    OLD,
    Library,
    ask,
    plain_app,
    row,
)

BOTH = pytest.mark.parametrize("library", [OLD, NEW], ids=["flask-cors", "crossguard"])


@row("`@cross_origin(…)` on a view that calls `abort(403)`")
@BOTH
def test_an_abort_keeps_the_headers(library: Library):
    app = Flask("shop")
    NEW.CORS(app, resources={})

    @app.get("/")
    @library.cross_origin(origins=[APP])
    def view() -> str:
        abort(403)

    assert ask(app, origin=APP).allow_origin == (None if library is OLD else APP)


@row("`@cross_origin(…)` on an `async` view")
@BOTH
def test_async_views_stay_async(library: Library):
    app = Flask("shop")
    NEW.CORS(app, resources={})

    @library.cross_origin(origins=[APP])
    async def view() -> str:
        return "ok"

    # What Flask asks before it awaits a view. The other one gets a coroutine for an answer: a 500.
    assert inspect.iscoroutinefunction(view) is (library is NEW)
    if library is NEW:
        app.add_url_rule("/", view_func=view)
        assert ask(app, origin=APP).text == "ok"


@row("`@cross_origin(…)` above `@app.route`")
@BOTH
def test_the_order_of_decorators_is_free(library: Library):
    app = Flask("shop")
    NEW.CORS(app, resources={})

    @library.cross_origin(origins=[APP])
    @app.get("/")
    def view() -> str:
        return "ok"

    assert ask(app, origin=APP).allow_origin == (None if library is OLD else APP)


@row("`@cross_origin(…)` without any `CORS(app)`")
@BOTH
def test_the_decorator_works_alone(library: Library):
    app = Flask("shop")

    @app.get("/")
    @library.cross_origin(origins=[APP])
    def view() -> str:
        return "ok"

    assert ask(app, origin=APP).allow_origin == APP


@row("`CORS(app)` and `@cross_origin(origins=A)`")
@BOTH
def test_the_view_decides(library: Library):
    app = Flask("shop")
    library.CORS(app)

    @app.get("/")
    @library.cross_origin(origins=[APP])
    def view() -> str:
        return "ok"

    assert ask(app, origin=APP).allow_origin == APP
    assert ALLOW_ORIGIN not in ask(app, origin=EVIL).headers


@row("`CORS(app, origins=A)` and `CORS(blueprint, origins=B)`, asked by A")
@BOTH
def test_the_blueprint_decides(library: Library):
    app = shop(library)
    library.CORS(app, origins=[APP], supports_credentials=True)
    answer = ask(app, "/shop/items", origin=APP)
    assert answer.headers.get(ALLOW_CREDENTIALS) == ("true" if library is OLD else None)
    assert ask(app, "/shop/items", origin=ADMIN).allow_origin == ADMIN


@row('`app.config["CORS_ORIGINS"]` and `CORS(blueprint)`')
@BOTH
def test_the_blueprint_falls_back_to_the_configuration(library: Library):
    app = shop(library, {}, CORS_ORIGINS=APP)
    assert ask(app, "/shop/items", origin=EVIL).allow_origin == (EVIL if library is OLD else None)
    assert ask(app, "/shop/items", origin=APP).allow_origin == APP


@row("`CORS(blueprint, …)`, and a 404 under its prefix")
@BOTH
def test_the_blueprint_governs_its_prefix(library: Library):
    answer = ask(shop(library), "/shop/missing", origin=ADMIN)
    assert answer.status == 404
    assert answer.allow_origin == (None if library is OLD else ADMIN)


@row('`app.config["CORS_ORIGINS"]`, changed after the first request')
@BOTH
def test_the_first_request_fixes_the_policy(library: Library):
    app = plain_app(CORS_ORIGINS=APP)
    library.CORS(app)
    app.add_url_rule("/marked", view_func=library.cross_origin()(lambda: "ok"), endpoint="marked")
    assert ask(app, "/marked", origin=APP).allow_origin == APP
    app.config["CORS_ORIGINS"] = ADMIN
    assert ask(app, "/other", origin=ADMIN).allow_origin is None
    assert ask(app, "/marked", origin=ADMIN).allow_origin == (ADMIN if library is OLD else None)


@row("a view that sets `Access-Control-Allow-Origin`")
@BOTH
def test_the_policy_replaces_what_a_view_sets(library: Library, caplog):
    app = own_header("Access-Control-Allow-Origin", "https://handler.example", library)
    headers = ask(app, origin=APP).headers
    if library is OLD:
        assert headers == {ALLOW_ORIGIN: "https://handler.example"}
    else:
        assert headers == {ALLOW_ORIGIN: APP, ALLOW_CREDENTIALS: "true", "vary": "Origin"}
        assert "set Access-Control-Allow-Origin itself" in caplog.text


@row("a view that sets `Access-Control-Allow-Credentials`")
@BOTH
def test_no_header_leaves_twice(library: Library):
    app = own_header("Access-Control-Allow-Credentials", "true", library)
    sent = ask(app, origin=APP).headers[ALLOW_CREDENTIALS]
    assert sent == ("true + true" if library is OLD else "true")


@row("an exception outside of debug")
@BOTH
def test_a_500_has_the_headers(library: Library):
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: 1 / 0)
    library.CORS(app, origins=[APP])
    answer = ask(app, origin=APP)
    assert (answer.status, answer.allow_origin) == (500, APP)


@row("an exception in debug")
@BOTH
def test_a_500_in_debug_is_readable(library: Library):
    app = Flask("shop")
    app.debug = True
    app.add_url_rule("/", view_func=lambda: 1 / 0)
    library.CORS(app, origins=[APP])
    # What `flask run --debug` does.
    served = DebuggedApplication(app.wsgi_app)
    answers: list[tuple[str, dict[str, str]]] = []

    def start_response(status, headers, exc_info=None):
        # Like a server, which lets nobody begin again; the test client raises whatever comes along.
        assert not answers or exc_info
        answers.append((status, dict(headers)))
        return lambda data: None

    builder = EnvironBuilder(headers={"Origin": APP, "Sec-Fetch-Mode": "cors"})
    b"".join(served(builder.get_environ(), start_response))
    ((status, headers),) = answers
    assert status.startswith("500")
    assert headers.get("Access-Control-Allow-Origin") == (None if library is OLD else APP)


def shop(library: Library, options: dict[str, object] | None = None, **config: object) -> Flask:
    """Return an application with a blueprint that has a policy."""
    app = Flask("shop")
    app.config.update(config)
    blueprint = Blueprint("shop", __name__, url_prefix="/shop")
    blueprint.add_url_rule("/items", view_func=lambda: "items", endpoint="items")
    library.CORS(
        blueprint, **({"origins": [ADMIN], "supports_credentials": True} if options is None else options)
    )
    app.register_blueprint(blueprint)
    return app


def own_header(name: str, value: str, library: Library) -> Flask:
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: ("ok", 200, {name: value}))
    library.CORS(app, origins=[APP], supports_credentials=True)
    return app
