"""Exactly one policy governs a URL: view, then innermost blueprint, then path, then application."""

from itertools import chain, combinations, permutations

import pytest
from flask import Blueprint, Flask

from crossguard.flask import CORS, cross_origin, policy_rows
from tests.flask.wire import preflight, send

#: Narrowest first, each with the one origin that only its policy lists.
ORIGINS = {
    "view": "https://view.example.com",
    "inner": "https://inner.example.com",
    "outer": "https://outer.example.com",
    "path": "https://path.example.com",
    "app": "https://app.example.com",
}
LEVELS = tuple(ORIGINS)
#: The mark of a view alone installs nothing: the application has to call CORS somewhere.
SUBSETS = [
    levels
    for levels in chain.from_iterable(combinations(LEVELS, size) for size in range(1, 6))
    if levels != ("view",)
]


def make_app(declared):
    """Build one application; *declared* are the levels that have a policy, in the order of declaration."""
    app = Flask("levels")
    outer = Blueprint("outer", __name__, url_prefix="/outer")
    inner = Blueprint("inner", __name__, url_prefix="/inner")

    def items():
        return "items"

    declare = {
        "view": lambda: cross_origin(origins=ORIGINS["view"])(items),
        "inner": lambda: CORS(inner, origins=ORIGINS["inner"]),
        "outer": lambda: CORS(outer, origins=ORIGINS["outer"]),
        "path": lambda: CORS(app, resources={"/outer/*": {"origins": ORIGINS["path"]}}),
        "app": lambda: CORS(app, origins=ORIGINS["app"]),
    }
    for level in declared:
        declare[level]()
    inner.add_url_rule("/items", view_func=items)
    inner.add_url_rule("/slash/", "slash", items)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    return app


def governs(app, path, method, expected):
    """Assert that the policy of the level *expected*, and no other, governs *path*."""
    for level, origin in ORIGINS.items():
        answer = send(app, method, path, origin=origin)
        asked = preflight(app, path, origin=origin, asks=method)
        if expected is None:
            assert answer.cors == {}
            assert "Access-Control-Allow-Origin" not in asked.cors
        elif level == expected:
            assert answer.cors == {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
            assert asked.status == 204
            assert asked["Access-Control-Allow-Origin"] == origin
        else:
            assert answer.cors == {"Vary": "Origin"}
            assert [*asked.cors] == ["Vary"]


@pytest.mark.parametrize("declared", SUBSETS, ids="+".join)
def test_the_narrowest_declared_policy_governs_the_view(declared):
    app = make_app(declared)

    governs(app, "/outer/inner/items", "GET", declared[0])
    governs(app, "/outer/inner/items", "HEAD", declared[0])
    # 405: the URL is the view's all the same.
    governs(app, "/outer/inner/items", "POST", declared[0])


@pytest.mark.parametrize("declared", SUBSETS, ids="+".join)
def test_the_narrowest_policy_of_a_prefix_governs_what_no_view_answers(declared):
    app = make_app(declared)
    below = [level for level in declared if level != "view"]

    governs(app, "/outer/inner/missing", "GET", below[0] if below else None)
    above = [level for level in below if level != "inner"]
    governs(app, "/outer/missing", "GET", above[0] if above else None)
    governs(app, "/missing", "GET", "app" if "app" in declared else None)
    governs(app, "/outerspace/inner/missing", "GET", "app" if "app" in declared else None)


@pytest.mark.parametrize("declared", SUBSETS, ids="+".join)
def test_a_slash_redirect_is_governed_as_its_target(declared):
    app = make_app(declared)
    target = send(app, "GET", "/outer/inner/slash/", origin="https://x.example.com")

    assert target.status == 200
    assert send(app, "GET", "/outer/inner/slash").status == 308
    governs(app, "/outer/inner/slash", "GET", declared[0])
    governs(app, "/outer/inner/slash/", "GET", declared[0])


@pytest.mark.parametrize("declared", [*permutations(LEVELS, 2)], ids="+".join)
def test_the_order_of_declaration_does_not_matter(declared):
    narrowest = min(declared, key=LEVELS.index)

    governs(make_app(declared), "/outer/inner/items", "GET", narrowest)


@pytest.mark.parametrize("declared", SUBSETS, ids="+".join)
def test_the_table_of_policies_names_the_level_that_governs(declared):
    level = {"inner": "blueprint", "outer": "blueprint"}.get(declared[0], declared[0])
    rows = {row.rule: row for row in policy_rows(make_app(declared))}
    row = rows["/outer/inner/items"]

    assert row.level == level
    assert row.methods == ("GET",)
    assert row.endpoint == "outer.inner.items"
    assert row.policy.config.origins == (ORIGINS[declared[0]],)
    assert row.place == row.policy.place
    assert row.place.partition(":")[0].endswith("test_levels.py")
    assert rows["/static/<path:filename>"].level == ("app" if "app" in declared else "none")


def test_a_mark_governs_without_any_cors_call():
    governs(make_app(["view"]), "/outer/inner/items", "GET", "view")


def test_credentials_of_a_wide_policy_do_not_reach_a_narrow_one():
    app = Flask("wide")
    api = Blueprint("api", __name__, url_prefix="/api")
    api.add_url_rule("/x", view_func=lambda: "x", endpoint="x")
    CORS(app, origins=["https://app.example.com"], supports_credentials=True)
    CORS(api, origins=["https://partner.example.com"])
    app.register_blueprint(api)

    assert send(app, "GET", "/api/x", origin="https://app.example.com").cors == {"Vary": "Origin"}
    assert send(app, "GET", "/api/x", origin="https://partner.example.com").cors == {
        "Access-Control-Allow-Origin": "https://partner.example.com",
        "Vary": "Origin",
    }


PATHS = {
    "/api/*": "https://api.example.com",
    "/api/v1/admin/*": "https://admin.example.com",
    "/api/health": "https://health.example.com",
    "/café/*": "https://cafe.example.com",
    "/*": "https://rest.example.com",
}


@pytest.mark.parametrize("path", ["/api/*", "/api/v1/admin/*"])
def test_paths_are_listed_in_any_order(path):
    first = {path: {"origins": PATHS[path]}}
    resources = first | {other: {"origins": origin} for other, origin in PATHS.items() if other != path}
    app = Flask("paths")
    CORS(app, resources=resources)

    for url, entry in (
        ("/api", "/api/*"),
        ("/api/x", "/api/*"),
        ("/apiary", "/*"),
        ("/API/x", "/*"),
        ("/api/v1/admin/x", "/api/v1/admin/*"),
        ("/api/v1/administrator", "/api/*"),
        ("/api/health", "/api/health"),
        ("/api/health/x", "/api/*"),
        ("/caf%C3%A9/x", "/café/*"),
        ("/caf%E9/x", "/*"),
        ("/", "/*"),
    ):
        for other, origin in PATHS.items():
            allowed = send(app, "GET", url, origin=origin).all("Access-Control-Allow-Origin")
            assert allowed == ([origin] if other == entry else []), (url, other)
