"""The gate stands before everything that Flask runs, and one policy governs each route."""

from typing import Any

import pytest
from flask import Blueprint, Flask, abort
from flask_limiter import Limiter

from crossguard.flask import CORS, cross_origin
from tests.gate.wsgi import (
    API,
    APP,
    EVIL,
    FROM_API,
    FROM_APP,
    FROM_EVIL,
    FROM_SIBLING,
    METHODS,
    SIBLING,
    Shop,
    ask,
    shop,
)

COOKIE = {"Cookie": "session=abc"}
FROM_EVIL_SIGNED_IN = FROM_EVIL | COOKIE


def blueprint(app: Shop, name: str, prefix: str | None, **options: object) -> Blueprint:
    """Mount a blueprint with one view that counts, under a policy of its own if it has options."""
    made = Blueprint(name, __name__, url_prefix=prefix)

    @made.before_request
    def hook() -> None:
        app.ran.append(f"hook of {name}")

    @made.route("/do", methods=METHODS)
    def do() -> str:
        app.ran.append(f"{name}.do")
        return "done"

    if options:
        CORS(made, **options)
    app.register_blueprint(made)
    return made


def test_a_refused_write_runs_no_hook_of_the_application_or_a_blueprint() -> None:
    app = shop()
    blueprint(app, "admin", "/admin")
    for kind in ("before_request", "after_request", "teardown_request"):
        getattr(app, kind)(
            lambda *given, kind=kind: app.ran.append(kind) or (given[0] if kind == "after_request" else None)
        )
    for path in ("/orders", "/admin/do", "/missing"):
        assert ask(app, "POST", path, headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert app.untouched
    assert ask(app, "POST", "/admin/do", headers=FROM_APP).status == 200
    assert app.ran == ["before_request", "hook of admin", "admin.do", "after_request", "teardown_request"]


def test_a_sign_in_check_before_requests_does_not_hide_the_refusal() -> None:
    app = shop()
    app.before_request(lambda: abort(401))
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).status == 403
    assert ask(app, headers=FROM_APP).status == 401


def test_a_limiter_counts_no_refused_write() -> None:
    app = shop()
    Limiter(lambda: "everybody", app=app, default_limits=["2 per hour"], storage_uri="memory://")
    for _ in range(5):
        assert ask(app, headers=FROM_EVIL_SIGNED_IN).status == 403
    assert [ask(app, headers=FROM_APP).status for _ in range(3)] == [200, 200, 429]
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).status == 403


def test_an_error_handler_of_the_application_does_not_see_the_refusal() -> None:
    app = shop()
    app.register_error_handler(403, lambda _error: ("<script>location.reload()</script>", 403))
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).refused


@pytest.mark.parametrize("path", ["/orders", "/orders/", "/missing", "/admin/do", "/static/x"])
@pytest.mark.parametrize("method", ["POST", "DELETE", "get", "TRACE", "FROBNICATE"])
def test_every_url_and_method_is_gated(path: str, method: str) -> None:
    app = shop()
    blueprint(app, "admin", "/admin")
    assert ask(app, method, path, headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert app.untouched


def test_a_blueprint_with_its_own_policy_is_gated_by_it() -> None:
    partner = {"Origin": "https://admin.shop.example", "Sec-Fetch-Site": "same-site"}
    app = shop()
    blueprint(app, "admin", "/admin", origins=[partner["Origin"]], supports_credentials=True)
    assert ask(app, "POST", "/admin/do", headers=partner).status == 200
    assert ask(app, "POST", "/orders", headers=partner).code == "same-site"
    assert ask(app, "POST", "/admin/do", headers=FROM_APP).code == "same-site"
    assert ask(app, "POST", "/admin/missing", headers=FROM_APP).code == "same-site"


def test_a_view_with_its_own_policy_is_gated_by_it() -> None:
    app = shop()

    @app.post("/partner")
    @cross_origin(origins=[EVIL], supports_credentials=True)
    def partner() -> str:
        return "done"

    assert ask(app, "POST", "/partner", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/partner", headers=FROM_APP).code == "same-site"
    assert ask(app, "POST", "/orders", headers=FROM_EVIL).code == "cross-site"
    # A method that the view lacks is the view's, and so is a slash too many.
    assert ask(app, "PUT", "/partner", headers=FROM_EVIL).status == 405
    assert ask(app, "PUT", "/partner", headers=FROM_APP).code == "same-site"


def test_a_reader_policy_is_gated_where_another_has_credentials() -> None:
    app = shop()
    blueprint(app, "open", "/open", origins="*")
    assert ask(app, "POST", "/open/do", headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert ask(app, "POST", "/open/do", headers=FROM_APP | COOKIE).code == "same-site"
    assert app.untouched
    # Without credentials there is nothing to abuse, and its own pages may.
    assert ask(app, "POST", "/open/do", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/open/do", headers=FROM_API | COOKIE).status == 200
    assert ask(app, "POST", "/open/do", headers=COOKIE).status == 200


def test_no_gate_stands_where_nobody_uses_credentials() -> None:
    app = shop(origins="*", supports_credentials=False)
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).status == 200


def test_a_gate_can_be_had_without_credentials() -> None:
    app = shop(origins=[], supports_credentials=False, write_gate=True)
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert ask(app, headers=FROM_API | COOKIE).status == 200


def test_a_gate_that_is_switched_off_is_off() -> None:
    app = shop(write_gate=False)
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).status == 200


def test_one_of_several_paths_with_credentials_gates_them_all() -> None:
    app = Shop()
    app.view("/api/orders", "orders")
    app.view("/public/orders", "public_orders")
    resources = {
        "/api/*": {"origins": [APP], "supports_credentials": True, "public_origins": [API]},
        "/public/*": {"origins": "*"},
    }
    CORS(app, resources=resources)
    assert ask(app, "POST", "/api/orders", headers=FROM_APP | COOKIE).status == 200
    assert ask(app, "POST", "/public/orders", headers=FROM_EVIL_SIGNED_IN).code == "cross-site"


def test_a_url_without_a_policy_has_no_list_to_be_gated_by() -> None:
    """What is governed by no policy is left as Flask has it; CORS(app) governs everything."""
    app = shop(cors=False)
    blueprint(app, "api", "/api", origins=[APP], supports_credentials=True, public_origins=[API])
    assert ask(app, "POST", "/api/do", headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert ask(app, "POST", "/orders", headers=FROM_EVIL_SIGNED_IN).status == 200


@pytest.mark.parametrize(
    "upgrade",
    [
        {"Upgrade": "websocket"},
        {"Upgrade": "websocket", "Connection": "Upgrade"},
        {"Upgrade": "h2c"},
        {"Connection": "Upgrade"},
    ],
    ids=["without Connection", "handshake", "another protocol", "without Upgrade"],
)
@pytest.mark.parametrize("prefix", ["/api", None])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_headers_of_a_handshake_do_not_lead_around_the_policy_of_a_view(
    upgrade: dict[str, str], prefix: str | None, method: str
) -> None:
    """Flask runs the view or it answers 400; where it runs, the policy of the view has been asked."""
    app = shop(cors=False)
    blueprint(
        app,
        "api",
        prefix,
        origins=[APP],
        supports_credentials=True,
        json_only=True,
        strict_get=[".do"],
        public_origins=[API],
    )
    path = f"{prefix or ''}/do"
    ask(app, method, path, headers=FROM_EVIL_SIGNED_IN | upgrade)
    assert not app.ran
    form = {"Content-Type": "text/plain"}
    if method == "POST":
        ask(app, method, path, headers=FROM_APP | upgrade | form, body=b"x")
        assert not app.ran


@pytest.mark.parametrize("first", [True, False])
def test_a_second_extension_around_the_application_changes_nothing(first: bool) -> None:
    """Whichever wraps the WSGI callable first, nothing of Flask runs."""
    app = shop(cors=False)
    inner = app.wsgi_app

    def wrap() -> None:
        below = app.wsgi_app

        def around(environ: Any, start: Any) -> Any:
            return below(environ, start)

        app.wsgi_app = around  # type: ignore[method-assign]

    if first:
        wrap()
    CORS(app, origins=[APP], supports_credentials=True, public_origins=[API])
    if not first:
        wrap()
    assert app.wsgi_app is not inner
    assert ask(app, headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert app.untouched


def test_two_applications_have_their_own_gates() -> None:
    one, other = shop(), shop(origins=[SIBLING])
    assert ask(one, headers=FROM_SIBLING).code == "same-site"
    assert ask(other, headers=FROM_SIBLING).status == 200
    assert ask(one, headers=FROM_APP).status == 200
    assert ask(other, headers=FROM_APP).code == "same-site"


def test_views_that_are_classes_and_coroutines_are_gated() -> None:
    from flask.views import MethodView

    app = shop()

    class Items(MethodView):
        def post(self) -> str:
            app.ran.append("post")
            return "done"

        @cross_origin(origins=[EVIL], supports_credentials=True)
        def put(self) -> str:
            return "done"

    app.add_url_rule("/items", view_func=Items.as_view("items"))
    assert ask(app, "POST", "/items", headers=FROM_EVIL_SIGNED_IN).code == "cross-site"
    assert ask(app, "PUT", "/items", headers=FROM_EVIL_SIGNED_IN).status == 200
    assert app.ran == []


def test_host_and_subdomain_matching_find_the_route_of_the_host() -> None:
    app = Flask("hosts", host_matching=True, static_host="static.shop.example")
    ran = []
    app.add_url_rule(
        "/do", "one", lambda: ran.append("one") or "done", host="one.shop.example", methods=["POST"]
    )
    app.add_url_rule(
        "/do", "other", lambda: ran.append("other") or "done", host="other.shop.example", methods=["POST"]
    )
    CORS(
        app,
        origins=[APP],
        supports_credentials=True,
        exempt={"one": "signed"},
        public_origins=["https://one.shop.example"],
    )
    assert ask(app, "POST", "/do", host="one.shop.example", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/do", host="other.shop.example", headers=FROM_EVIL).code == "cross-site"
    for host in ("evil.test", "[", "one.shop.example:99999", "a b", ""):
        assert ask(app, "POST", "/do", host=host, headers=FROM_EVIL).status == 403
    assert ran == ["one"]
