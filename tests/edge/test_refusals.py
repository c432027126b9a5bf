"""What no proxy can hold, or one engine cannot, is refused with the reason and what to do instead."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from crossguard import load_config
from crossguard.asgi import Crossguard as AsgiCrossguard
from crossguard.cli.application import _described
from crossguard.core.config import CorsConfig
from crossguard.core.policy import Policy, compile_policy
from crossguard.edge.application import Application, application_of
from crossguard.edge.description import describe
from crossguard.edge.export import TARGETS, export
from crossguard.edge.part import Order
from crossguard.edge.refusal import ExportRefusedError
from crossguard.edge.tables import Description
from crossguard.flask import CORS, cross_origin
from crossguard.flask.state import state_of
from crossguard.lists.source import OriginSource
from crossguard.wsgi import Crossguard

APP = "https://app.example.com"
COOKIES: dict[str, Any] = {
    "supports_credentials": True,
    "public_origins": ["https://api.example.com"],
    "auth_cookies": ["session"],
}


def wsgi(**options: Any) -> Application:
    (found,) = _described(Crossguard(lambda _, __: [], **options))
    return found


def refused(application: Application, target: str = "nginx", **order: Any) -> str:
    with pytest.raises(ExportRefusedError) as caught:
        written(describe(application), target, **order)
    return str(caught.value)


def written(description: Description, target: str = "nginx", **changes: Any) -> str:
    found = TARGETS[target]
    order = Order(found.modes[0], "/etc/edge", "app:8000", False, "".join(found.platforms[:1]))
    return "".join(
        part.text for part in export(description, target, order._replace(**changes), command="x").parts
    )


class Rows(OriginSource):
    def version(self) -> int:
        return 1

    def read(self) -> list[str]:
        return [APP]

    def __str__(self) -> str:
        return "rows"


OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "a callable": ({"origins": [lambda origin: origin == APP]}, "only Python can ask"),
    "an expression": ({"origins": [re.compile(r"https://[a-z]+\.example\.com")]}, "only Python can ask"),
    "a list in a database": ({"origins": Rows()}, "--watch"),
    "every header with credentials": ({"origins": [APP], "allow_headers": "*", **COOKIES}, "needs a parser"),
    "private networks": ({"origins": [APP], "allow_private_network": True}, "allow_private_network"),
    "debug": ({"origins": [APP], "debug": True}, "--debug"),
    "a path with a quote": ({"resources": {"/a'b/*": {"origins": [APP]}}}, "paths of policies"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_no_proxy_can_hold_is_refused(name: str) -> None:
    options, words = OPTIONS[name]
    assert words in refused(wsgi(**options))


def test_everything_is_said_at_once() -> None:
    text = refused(
        wsgi(
            resources={
                "/a/*": {"origins": [lambda _: True]},
                "/b/*": {"origins": [APP], "allow_private_network": True},
            },
            debug=True,
        )
    )
    for words in ("only Python", "allow_private_network", "debug"):
        assert words in text


def forged(**values: Any) -> Policy:
    """Return a policy whose configuration was not validated, as no option could make it."""
    defaults = {"origins": (APP,), "methods": ("GET",), "allow_headers": ("X-A",), "max_age": 5}
    return compile_policy(CorsConfig(**(defaults | values)))


@pytest.mark.parametrize(
    "text", ['"', "'", "$host", ";", "{", "}", "\n", "\r\nX: 1", "#", "`", "\\", "\0", "a b"]
)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("where", ["origins", "methods", "allow_headers", "expose_headers"])
def test_no_value_means_something_else_in_a_configuration(where: str, target: str, text: str) -> None:
    value = f"{APP}{text}" if where == "origins" else f"X{text}x"
    application = application_of({"": (policy := forged(**{where: (value,)}))}, find=lambda _: policy)
    try:
        found = written(describe(application), target, mode=TARGETS[target].modes[-1])
    except ExportRefusedError:
        return
    # Tokens may have quotes and a dollar; where the engine reads them as they are, they are written.
    assert where != "origins"
    assert text in "'$#`" or text == "$host"
    assert target in {"edge-js", "envoy", "caddy", "nginx", "haproxy", "gateway-api"}
    assert value in found


def test_a_dollar_is_refused_where_it_is_a_variable() -> None:
    application = wsgi(origins=[APP], allow_headers=["X-$host"]) if _accepts("X-$host") else None
    policy = forged(allow_headers=("X-$host",))
    application = application or application_of({"": policy}, find=lambda _: policy)
    assert "$" in refused(application, "nginx")
    assert "quotes" in refused(application, "haproxy")


def _accepts(name: str) -> bool:
    try:
        load_config({"allow_headers": [name]}, is_public_suffix=lambda _: False)
    except ValueError:
        return False
    return True


def test_letter_case_alone_cannot_tell_keys_of_nginx_apart() -> None:
    application = wsgi(origins=["app://Shop", "app://shop"])
    assert "letter case" in refused(application, "nginx")
    assert "app://Shop" in written(describe(application), "haproxy")


def test_a_function_of_cloudfront_has_a_limit_and_no_mode_full() -> None:
    many = wsgi(origins=[f"https://shop-{number}.example.com" for number in range(500)])
    assert "10240" in refused(many, "edge-js", platform="cloudfront")
    assert "--mode preflight" in refused(wsgi(origins=[APP]), "edge-js", platform="cloudfront", mode="full")


def test_a_target_without_the_mode_says_which_it_has() -> None:
    assert "--mode full" in refused(wsgi(origins=[APP]), "gateway-api", mode="preflight")


def test_mounts_are_plain_paths() -> None:
    with pytest.raises(ExportRefusedError, match="--mount"):
        describe(wsgi(origins=[APP]), mounts=["/a'b"])
    found = describe(wsgi(resources={"/api/*": {"origins": [APP]}}), mounts=["/shop/", "/b"])
    assert [route.path for route in found.routes] == ["/shop/api", "/b/api"]


def test_the_hash_follows_the_policy_and_nothing_else() -> None:
    one = describe(wsgi(origins=[APP, "https://b.example.com"])).hash
    assert one == describe(wsgi(origins=["https://b.example.com", APP])).hash
    assert one != describe(wsgi(origins=[APP])).hash
    assert one in written(describe(wsgi(origins=[APP, "https://b.example.com"])))


def test_asgi_and_wsgi_say_the_same() -> None:
    options = {"resources": {"/api/*": {"origins": [APP]}, "/health": {"origins": "*"}}}

    async def app(*_: object) -> None:
        raise NotImplementedError

    guard = AsgiCrossguard(app, **options)
    asgi = application_of(guard.policies, find=guard.policy_for)
    assert describe(asgi).routes[0].path == describe(wsgi(**options)).routes[0].path
    assert [route.path for route in describe(asgi).routes] == ["/health/", "/health", "/api"]


# -- Flask: views and blueprints -------------------------------------------------------------------------


def flask_app(build: Callable[[Flask], object]) -> Application:
    app = Flask("shop", static_folder=None)
    build(app)
    return state_of(app).describe(app)


def routes(application: Application) -> dict[str, str]:
    return {
        f"{route.path}{'/*' if route.below else ''}": route.answers.title.partition(" (")[0]
        if route.answers
        else ""
        for route in describe(application).routes
    }


def view() -> Callable[[], str]:
    """Return a view of its own: a mark stays on the function."""
    return lambda: ""


def test_a_view_with_a_fixed_rule_is_a_path() -> None:
    def build(app: Flask) -> None:
        CORS(app, origins=[APP])
        app.add_url_rule("/prices", "prices", cross_origin(origins="*")(view()))
        app.add_url_rule("/tea/", "tea", cross_origin(origins="*", max_age=1)(view()))

    assert routes(flask_app(build)) == {
        "/prices": "view <lambda>",
        "/prices/": "app",
        "/tea": "view <lambda>",
        "/tea/": "view <lambda>",
        "/*": "app",
    }


def test_a_blueprint_with_a_prefix_is_a_prefix() -> None:
    def build(app: Flask) -> None:
        shop = Blueprint("shop", "shop", url_prefix="/shop")
        CORS(shop, origins=[APP])
        shop.add_url_rule("/items/<int:number>", "item", lambda number: "")
        app.register_blueprint(shop)

    assert routes(flask_app(build)) == {"/shop/*": "blueprint shop", "/*": ""}


def variable_view(app: Flask) -> None:
    CORS(app, origins=[APP])
    app.add_url_rule("/items/<int:number>", "item", cross_origin(origins="*")(lambda number: ""))


def by_method(app: Flask) -> None:
    CORS(app, origins=[APP])
    app.add_url_rule("/items", "read", cross_origin(origins="*")(view()), methods=["GET"])
    app.add_url_rule("/items", "write", view(), methods=["POST"])


def by_method_of_a_class(app: Flask) -> None:
    class Items(MethodView):
        @cross_origin(origins="*")
        def get(self, number: int) -> str:
            return ""

        def post(self, number: int) -> str:
            return ""

    CORS(app, origins=[APP])
    app.add_url_rule("/items/<int:number>", view_func=Items.as_view("items"))


def variable_prefix(app: Flask) -> None:
    shop = Blueprint("shop", "shop", url_prefix="/<tenant>/shop")
    CORS(shop, origins=[APP])
    shop.add_url_rule("/items", "items", lambda tenant: "")
    app.register_blueprint(shop)


def no_prefix(app: Flask) -> None:
    shop = Blueprint("shop", "shop")
    CORS(shop, origins=[APP])
    shop.add_url_rule("/<item>", "item", lambda item: "")
    app.register_blueprint(shop)


def catch_all(app: Flask) -> None:
    shop = Blueprint("shop", "shop", url_prefix="/shop")
    CORS(shop, origins=[APP])
    shop.add_url_rule("/items", "items", view())
    app.register_blueprint(shop)
    app.add_url_rule("/<path:rest>", "pages", lambda rest: "")


def by_host(app: Flask) -> None:
    app.config["SERVER_NAME"] = "example.com"
    CORS(app, origins=[APP])
    app.add_url_rule("/", "admin", view(), subdomain="admin")


REFUSED = {
    variable_view: "a path does not tell",
    by_method: "depends on the method",
    by_method_of_a_class: "depends on the method",
    variable_prefix: "has variables",
    no_prefix: "a path does not tell",
    catch_all: "other paths below /shop",
    by_host: "host or the subdomain",
}


@pytest.mark.parametrize("build", REFUSED, ids=lambda build: build.__name__)
def test_what_paths_cannot_say_is_refused(build: Callable[[Flask], None]) -> None:
    assert REFUSED[build] in refused(flask_app(build))


LEFT = {
    variable_view: ["/items"],
    by_method: ["/items/"],
    by_method_of_a_class: ["/items"],
    catch_all: ["/shop"],
}


@pytest.mark.parametrize("build", LEFT, ids=lambda build: build.__name__)
def test_paths_can_be_left_to_the_application(build: Callable[[Flask], None]) -> None:
    application = flask_app(build)
    assert f"--leave {LEFT[build][0].rstrip('/')}" in refused(application)
    if build is catch_all:
        with pytest.raises(ExportRefusedError, match="no policy is left"):
            describe(application, left=LEFT[build])
    else:
        found = describe(application, left=LEFT[build])
        assert [(route.path, route.answers is None) for route in found.routes] == [
            ("/items", True),
            ("", False),
        ]


def test_a_policy_that_no_proxy_can_hold_may_be_left_too() -> None:
    application = wsgi(resources={"/a/*": {"origins": [lambda _: True]}, "/*": {"origins": [APP]}})
    assert "only Python" in refused(application)
    text = written(describe(application, left=["/a"]))
    assert '"~^/a(/|\\z)" "";' in text


def test_a_rule_of_one_segment_may_stand_where_a_prefix_begins() -> None:
    def build(app: Flask) -> None:
        shop = Blueprint("shop", "shop", url_prefix="/shop")
        CORS(shop, origins=[APP])
        shop.add_url_rule("/items", "items", view())
        app.register_blueprint(shop)
        app.add_url_rule("/<page>", "page", lambda page: "")

    assert routes(flask_app(build)) == {
        "/shop": "",
        "/shop/": "blueprint shop",
        "/shop/*": "blueprint shop",
        "/*": "",
    }


def test_a_catch_all_of_the_same_policy_is_no_obstacle() -> None:
    def build(app: Flask) -> None:
        CORS(app, resources={"/api/*": {"origins": [APP]}})
        app.add_url_rule("/<path:rest>", "pages", lambda rest: "")

    assert routes(flask_app(build)) == {"/api/*": "path /api/*", "/*": ""}


def test_every_path_of_a_description_gets_what_the_application_says() -> None:
    from tests.edge.shop import shop

    app = shop()
    application = state_of(app).describe(app)
    for entry in application.entries:
        assert application.find(entry.path or "/", "GET") is entry.policy or entry.below


def test_readers_and_origins_of_the_same_answer_are_one_list() -> None:
    application = wsgi(origins=[APP], readers=["https://b.example.com"])
    (answers,) = describe(application).policies
    assert [grant.origins for grant in answers.grants] == [((APP, "https://b.example.com"), ())]
    assert "https://b.example.com" in written(describe(application), "gateway-api")


def test_a_reader_that_a_trusted_pattern_covers_is_trusted() -> None:
    options = {"origins": ["https://*.example.com"], "readers": ["https://a.example.com"], **COOKIES}
    (answers,) = describe(wsgi(**options)).policies
    assert len(answers.grants) == 1
    assert answers.grants[0].preflight["Access-Control-Allow-Credentials"] == "true"


OTHERS: dict[str, Any] = {"/api/*": {"origins": [APP]}, "/*": {"origins": "*"}}
#: Paths of policies beside a mount, ``/app``, and which of them the edge decides.
MOUNTED: list[tuple[dict[str, Any], list[tuple[str, bool]]]] = [
    (OTHERS, [("/api", True), ("/app", False), ("", True)]),
    # With and without the mount these are the paths of two policies.
    ({**OTHERS, "/app/api/*": {"origins": "*"}}, [("/app/api", False), ("/api", True), ("/app", False), ("", True)]),
    # Nothing else governs what is left of these paths.
    ({"/app/api/*": {"origins": [APP]}}, [("/app/api", True), ("/app", False)]),
    ({"/app/x": {"origins": [APP]}, "/x": {"origins": "*"}}, [("/app/x/", False), ("/app/x", False), ("/x/", True), ("/x", True), ("/app", False)]),
    ({"/app/*": {"origins": [APP]}, "/*": {"origins": "*"}}, [("/app", False), ("/app", False), ("", True)]),
]  # fmt: skip


@pytest.mark.parametrize(("resources", "decided"), MOUNTED)
def test_a_path_with_two_readings_is_left_to_the_application(
    resources: dict[str, Any], decided: list[tuple[str, bool]]
) -> None:
    found = describe(wsgi(resources=resources, mounts=["/app/"]))
    assert [(route.path, route.answers is not None) for route in found.routes] == decided


def test_an_only_policy_governs_every_reading() -> None:
    assert len(describe(wsgi(origins=[APP], mounts=["/app"], ignore_case=True)).routes) == 1


@pytest.mark.parametrize("kind", ["option", "object", "middleware"])
def test_the_mount_of_an_application_is_found(kind: str) -> None:
    fastapi = pytest.importorskip("fastapi")
    if kind == "option":
        app: Any = AsgiCrossguard(fastapi.FastAPI(), resources=OTHERS, mounts="/app")
    elif kind == "object":
        inner = fastapi.FastAPI()
        inner.root_path = "/app"
        app = AsgiCrossguard(inner, resources=OTHERS)
    else:
        app = fastapi.FastAPI()
        app.root_path = "/app"
        app.add_middleware(AsgiCrossguard, resources=OTHERS)
    (application,) = _described(app)
    assert [(route.path, route.answers is not None) for route in describe(application).routes] == MOUNTED[0][
        1
    ]


def test_a_router_that_ignores_case_is_refused() -> None:
    assert "ignore_case" in refused(wsgi(resources=OTHERS, ignore_case=True))
    assert "ignore_case" in refused(wsgi(resources={"/1/*": {"origins": [APP]}}, ignore_case=True))


def test_envoy_is_given_no_expression_that_is_too_long_for_it() -> None:
    host = f"{'a' * 60}.{'b' * 20}.example.com"
    for pattern in (f"https://*.{host}", f"https://a-*.{host}", f"https://{host}:*"):
        application = wsgi(origins=[pattern])
        assert "as long as this needs" in refused(application, "envoy")
        assert written(describe(application), "haproxy")
    application = wsgi(resources={"/api/*": {"origins": [APP]}})
    with pytest.raises(ExportRefusedError, match="as long as this needs"):
        written(describe(application, left=[f"/{'a' * 85}"]), "envoy")


def test_a_mount_that_is_a_path_of_a_policy_is_refused() -> None:
    for resources in (
        {"/shop/*": {"origins": [APP]}},
        {"/shop/x": {"origins": [APP]}, "/*": {"origins": "*"}},
    ):
        with pytest.raises(ExportRefusedError, match="two readings"):
            describe(wsgi(resources=resources), mounts=["/shop"])
    with pytest.raises(ExportRefusedError, match="two readings"):
        describe(wsgi(resources={"/": {"origins": [APP]}, "/shop/*": {"origins": "*"}}), mounts=["/shop/eu"])
    found = describe(wsgi(resources=OTHERS), mounts=["/shop"])
    assert [(route.path, route.answers is not None) for route in found.routes] == [
        ("/shop/shop", False),
        ("/shop/api", True),
        ("/shop", True),
    ]
