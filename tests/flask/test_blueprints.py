"""Blueprints: a policy declared before or after mounting, nested, mounted twice, under variable prefixes."""

import gc

import pytest
from flask import Blueprint, Flask, abort

from crossguard import ConfigError
from crossguard.flask import CORS, policy_rows
from crossguard.flask.blueprints import declaration_of
from tests.flask.wire import preflight, send

BP = "https://blueprint.example.com"
APP = "https://app.example.com"


def ok(**_):
    return "ok"


def make_blueprint(name="api", prefix="/api", *rules):
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    for rule in rules or ("/items", "/other/<int:number>"):
        blueprint.add_url_rule(rule, rule.strip("/").replace("/", "-").replace("<int:number>", "n"), ok)
    return blueprint


def allows(app, path, origin=BP, **more):
    """Tell whether *origin* is allowed, on the request and on its preflight, which must agree."""
    allowed = send(app, "GET", path, origin=origin, **more).all("Access-Control-Allow-Origin")
    asked = preflight(app, path, origin=origin, asks="GET", **more).all("Access-Control-Allow-Origin")
    assert allowed == asked
    assert allowed in ([], [origin])
    return bool(allowed)


ORDERS = {
    "before mounting": lambda app, blueprint, **mount: (
        CORS(blueprint, origins=[BP]),
        app.register_blueprint(blueprint, **mount),
    ),
    "after mounting": lambda app, blueprint, **mount: (
        app.register_blueprint(blueprint, **mount),
        CORS(blueprint, origins=[BP]),
    ),
    "init_app after mounting": lambda app, blueprint, **mount: (
        app.register_blueprint(blueprint, **mount),
        CORS(origins=[BP]).init_app(blueprint),
    ),
}
in_any_order = pytest.mark.parametrize("declare", ORDERS.values(), ids=ORDERS)


@in_any_order
@pytest.mark.parametrize("with_app", [False, True], ids=["alone", "beside CORS(app)"])
def test_governs_its_urls_and_what_is_missing_under_its_prefix(declare, with_app):
    app = Flask("bp")
    if with_app:
        CORS(app, origins=[APP])
    declare(app, make_blueprint())

    for path in (
        "/api/items",
        "/api/other/1",
        "/api/missing",
        "/api/items/",
        "/api/other/x",
        "/api",
        "/api/",
    ):
        assert allows(app, path), path
        assert not allows(app, path, APP), path
    for path in ("/", "/apiary", "/missing", "/xapi/items"):
        assert not allows(app, path), path
        assert allows(app, path, APP) is with_app, path


@in_any_order
def test_governs_405_of_its_urls(declare):
    app = Flask("bp")
    declare(app, make_blueprint())
    answer = send(app, "DELETE", "/api/items", origin=BP)

    assert answer.status == 405
    assert answer.cors == {"Access-Control-Allow-Origin": BP, "Vary": "Origin"}


@pytest.mark.parametrize(
    ("declare", "prefix"),
    [(declare, prefix) for declare in ORDERS.values() for prefix in ("/v2", "/v2/deep")]
    # Declared afterwards, a prefix below the constructor's cannot be told from longer rules.
    + [(ORDERS["before mounting"], "/api/v2")],
)
def test_a_prefix_given_on_mounting_counts(declare, prefix):
    app = Flask("bp")
    declare(app, make_blueprint(), url_prefix=prefix)

    assert allows(app, f"{prefix}/items")
    assert allows(app, f"{prefix}/missing")
    assert not allows(app, "/api/missing")
    assert not allows(app, "/missing")


@in_any_order
def test_a_blueprint_without_prefix_governs_its_views_and_nothing_beside_them(declare):
    app = Flask("bp")
    CORS(app, origins=[APP])
    declare(app, make_blueprint("api", None, "/users/list", "/users/<int:number>"))

    assert allows(app, "/users/list")
    assert allows(app, "/users/5")
    assert not allows(app, "/missing/x")
    assert allows(app, "/missing/x", APP)


@pytest.mark.parametrize("more", [(), ("/top",), ("/<name>/x",)], ids=str)
def test_a_blueprint_whose_rules_share_nothing_has_no_prefix(more):
    app = Flask("bp")
    ORDERS["after mounting"](app, make_blueprint("api", None, "/users/list", "/items/list", *more))

    assert allows(app, "/users/list")
    for path in ("/users/missing", "/items/missing", "/missing"):
        assert not allows(app, path)


def test_a_blueprint_without_prefix_governs_nothing_missing():
    app = Flask("bp")
    CORS(app, origins=[APP])
    ORDERS["before mounting"](app, make_blueprint("api", None, "/users/list", "/users/<int:number>"))

    assert not allows(app, "/users/missing/x")
    assert allows(app, "/users/missing/x", APP)


@in_any_order
@pytest.mark.parametrize("with_app", [False, True], ids=["alone", "beside CORS(app)"])
def test_a_variable_prefix_is_a_prefix(declare, with_app):
    app = Flask("bp")
    if with_app:
        CORS(app, origins=[APP])
    declare(app, make_blueprint("api", "/<tenant>/api"))

    for path in ("/acme/api/items", "/acme/api/missing", "/other/api", "/b.c/api/items/"):
        assert allows(app, path), path
        assert not allows(app, path, APP), path
    for path in ("/acme", "/acme/apiary", "/a/b/api/missing", "/missing"):
        assert not allows(app, path), path
        assert allows(app, path, APP) is with_app, path


def test_the_deepest_of_two_variable_prefixes_governs():
    app = Flask("bp")
    wide, narrow = make_blueprint("wide", "/<tenant>"), make_blueprint("narrow", "/<tenant>/admin")
    CORS(wide, origins=[APP])
    CORS(narrow, origins=[BP])
    app.register_blueprint(wide)
    app.register_blueprint(narrow)

    assert allows(app, "/acme/admin/missing", BP)
    assert not allows(app, "/acme/admin/missing", APP)
    assert allows(app, "/acme/missing", APP)


NESTED_ORDERS = ["inner", "outer", "both"]


@pytest.mark.parametrize("late", [False, True], ids=["before mounting", "after mounting"])
@pytest.mark.parametrize("which", NESTED_ORDERS)
def test_nested_blueprints_are_governed_by_the_innermost_that_has_a_policy(which, late):
    app = Flask("bp")
    outer, inner = make_blueprint("outer", "/outer"), make_blueprint("inner", "/inner")
    outer.register_blueprint(inner)
    inner_origin, outer_origin = "https://inner.example.com", "https://outer.example.com"

    def declare():
        if which in {"inner", "both"}:
            CORS(inner, origins=[inner_origin])
        if which in {"outer", "both"}:
            CORS(outer, origins=[outer_origin])

    if late:
        app.register_blueprint(outer)
    declare()
    if not late:
        app.register_blueprint(outer)

    governing = outer_origin if which == "outer" else inner_origin
    for path in ("/outer/inner/items", "/outer/inner/missing"):
        for origin in (inner_origin, outer_origin):
            assert allows(app, path, origin) is (origin == governing), (path, origin)
    for path in ("/outer/items", "/outer/missing"):
        assert allows(app, path, outer_origin) is (which != "inner"), path
        assert not allows(app, path, inner_origin), path


@pytest.mark.parametrize("late", [False, True], ids=["before mounting", "after mounting"])
def test_a_blueprint_mounted_twice_governs_both_places(late):
    app = Flask("bp")
    blueprint = make_blueprint()
    if not late:
        CORS(blueprint, origins=[BP])
    app.register_blueprint(blueprint, name="first", url_prefix="/one")
    app.register_blueprint(blueprint, name="second", url_prefix="/two")
    if late:
        CORS(blueprint, origins=[BP])

    for prefix in ("/one", "/two"):
        assert allows(app, f"{prefix}/items")
        assert allows(app, f"{prefix}/missing")
    assert not allows(app, "/api/missing")


@in_any_order
def test_two_applications_can_share_a_blueprint(declare):
    first, second = Flask("first"), Flask("second")
    blueprint = make_blueprint()
    declare(first, blueprint)
    second.register_blueprint(blueprint, url_prefix="/second")
    CORS(first, origins=[APP])

    assert allows(first, "/api/items")
    assert allows(first, "/api/missing")
    assert allows(second, "/second/items")
    assert allows(second, "/second/missing")
    assert allows(first, "/missing", APP)
    assert not allows(second, "/missing", APP)


def test_an_application_that_is_gone_is_not_found_again():
    blueprint = make_blueprint()
    app = Flask("gone")
    app.register_blueprint(blueprint)
    del app
    gc.collect()
    later = Flask("later")
    CORS(blueprint, origins=[BP])
    later.register_blueprint(blueprint)

    assert allows(later, "/api/items")


def test_a_second_policy_for_a_blueprint_is_refused():
    blueprint = make_blueprint()
    CORS(blueprint, origins=[BP])

    with pytest.raises(
        RuntimeError, match=r"'api' has a policy already, declared at .*test_blueprints\.py:\d+"
    ):
        CORS(blueprint, origins=[APP])
    app = Flask("bp")
    app.register_blueprint(blueprint)
    assert allows(app, "/api/items")
    assert not allows(app, "/api/items", APP)


def test_resources_are_for_applications():
    with pytest.raises(TypeError, match="a blueprint has one policy"):
        CORS(make_blueprint(), resources={"/x": {}})


def test_a_late_policy_is_refused_and_changes_nothing():
    app = Flask("bp")
    blueprint = make_blueprint()
    app.register_blueprint(blueprint)
    CORS(app, origins=[APP])
    assert send(app, "GET", "/api/items").status == 200

    with pytest.raises(RuntimeError, match="comes after the first request"):
        CORS(blueprint, origins=[BP])
    assert allows(app, "/api/items", APP)
    assert not allows(app, "/api/items", BP)
    assert declaration_of(blueprint) is None


def test_a_bad_policy_leaves_the_blueprint_without_one():
    blueprint = make_blueprint()
    with pytest.raises(ConfigError):
        CORS(blueprint, origins=["example.com"])

    CORS(blueprint, origins=[BP])


@in_any_order
def test_errors_of_a_blueprint_carry_its_policy(declare):
    app = Flask("bp")
    blueprint = make_blueprint()

    @blueprint.get("/forbidden")
    def forbidden():
        abort(403)

    @blueprint.get("/crash")
    def crash():
        raise RuntimeError

    declare(app, blueprint)

    for path, status in (("/api/forbidden", 403), ("/api/crash", 500)):
        answer = send(app, "GET", path, origin=BP)
        assert (answer.status, answer.cors) == (
            status,
            {"Access-Control-Allow-Origin": BP, "Vary": "Origin"},
        )


@in_any_order
def test_the_rows_name_the_blueprint(declare):
    app = Flask("bp")
    declare(app, make_blueprint())
    rows = [row for row in policy_rows(app) if row.endpoint.startswith("api.")]

    assert [row.rule for row in rows] == ["/api/items", "/api/other/<int:number>"]
    assert {row.level for row in rows} == {"blueprint"}
    assert {row.policy.name for row in rows} == {"blueprint api"}
    assert {row.place.partition(":")[0].rpartition("/")[2] for row in rows} == {"test_blueprints.py"}
