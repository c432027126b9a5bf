"""``@cross_origin``: a mark on a function, a class or a method, and nothing that runs."""

import functools

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView, View

from crossguard import ConfigError
from crossguard.flask import CORS, cross_origin, policy_rows
from tests.flask.wire import preflight, send

VIEW = "https://view.example.com"
OTHER = "https://other.example.com"
APP = "https://app.example.com"
THIRD = "https://third.example.com"


def make_app():
    app = Flask("decorated")
    CORS(app, origins=[APP])
    return app


def allowed(app, path="/", method="GET"):
    """Return which origin may use *path* with *method*; its preflight has to agree."""
    found = []
    for origin in (VIEW, OTHER, THIRD, APP):
        answer = send(app, method, path, origin=origin)
        asked = preflight(app, path, origin=origin, asks=method)
        assert answer.all("Access-Control-Allow-Origin") == asked.all("Access-Control-Allow-Origin")
        found += answer.all("Access-Control-Allow-Origin")
    return found


def test_the_function_comes_back_as_it_is():
    def view():
        return "view"

    before = (view.__name__, view.__code__, view.__wrapped__ if hasattr(view, "__wrapped__") else None)
    assert cross_origin(origins=VIEW)(view) is view
    assert (view.__name__, view.__code__, getattr(view, "__wrapped__", None)) == before
    assert view() == "view"


def logging_decorator(view):
    @functools.wraps(view)
    def wrapped(*args, **kwargs):
        return view(*args, **kwargs)

    return wrapped


mark = cross_origin(origins=VIEW)
ORDERS = {
    "below route": lambda app: app.get("/")(mark(lambda: "ok")),
    "above route": lambda app: mark(app.get("/")(lambda: "ok")),
    "below another decorator": lambda app: app.get("/")(logging_decorator(mark(lambda: "ok"))),
    "above another decorator": lambda app: app.get("/")(mark(logging_decorator(lambda: "ok"))),
    "between two": lambda app: app.get("/")(logging_decorator(mark(logging_decorator(lambda: "ok")))),
    "add_url_rule": lambda app: app.add_url_rule("/", "x", mark(lambda: "ok")),
    "view_functions": lambda app: (
        app.add_url_rule("/", endpoint="x"),
        app.view_functions.__setitem__("x", mark(lambda: "ok")),
    ),
    "endpoint": lambda app: (app.add_url_rule("/", endpoint="x"), app.endpoint("x")(mark(lambda: "ok"))),
}


@pytest.mark.parametrize("declare", ORDERS.values(), ids=ORDERS)
def test_the_order_of_decorators_does_not_matter(declare):
    app = make_app()
    declare(app)

    assert allowed(app) == [VIEW]
    assert send(app, "GET", "/").body == b"ok"


@pytest.mark.parametrize("wide_first", [False, True])
def test_it_does_not_matter_whether_the_application_has_its_policy_already(wide_first):
    app = Flask("decorated")
    if wide_first:
        CORS(app, origins=[APP])
    app.get("/")(cross_origin(origins=VIEW)(lambda: "ok"))
    if not wide_first:
        CORS(app, origins=[APP])

    assert allowed(app) == [VIEW]


def test_async_views_stay_async():
    app = make_app()

    @app.get("/")
    @cross_origin(origins=VIEW)
    async def view():
        return "async"

    answer = send(app, "GET", "/", origin=VIEW)
    assert (answer.status, answer.body) == (200, b"async")
    assert allowed(app) == [VIEW]


def test_a_view_in_a_blueprint():
    app = make_app()
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    CORS(blueprint, origins=[OTHER])
    blueprint.get("/marked", endpoint="marked")(cross_origin(origins=VIEW)(lambda: "ok"))
    blueprint.get("/plain")(lambda: "ok")
    app.register_blueprint(blueprint)

    assert allowed(app, "/api/marked") == [VIEW]
    assert allowed(app, "/api/plain") == [OTHER]


def test_one_function_under_two_urls_has_one_policy():
    app = make_app()
    view = cross_origin(origins=VIEW)(lambda: "ok")
    app.add_url_rule("/a", "a", view)
    app.add_url_rule("/b", "b", view)

    assert allowed(app, "/a") == allowed(app, "/b") == [VIEW]


def test_several_views_on_one_url_have_each_their_own():
    app = make_app()
    app.get("/")(cross_origin(origins=VIEW)(lambda: "get"))
    app.post("/", endpoint="post")(cross_origin(origins=OTHER)(lambda: "post"))
    app.put("/", endpoint="put")(lambda: "put")

    assert allowed(app, method="GET") == [VIEW]
    assert allowed(app, method="HEAD") == [VIEW]
    assert allowed(app, method="POST") == [OTHER]
    assert allowed(app, method="PUT") == [APP]
    # 405: the policy of GET, where there is one.
    assert allowed(app, method="DELETE") == [VIEW]


def test_a_method_that_no_view_has_is_governed_by_the_first_that_there_is():
    app = make_app()
    app.put("/", endpoint="put")(cross_origin(origins=OTHER)(lambda: "put"))
    app.delete("/", endpoint="delete")(cross_origin(origins=VIEW)(lambda: "delete"))

    assert allowed(app, method="GET") == [VIEW]


def test_a_url_that_only_answers_options_is_governed_all_the_same():
    app = make_app()
    app.route("/", methods=["OPTIONS"])(cross_origin(origins=VIEW)(lambda: "options"))

    assert allowed(app, method="GET") == [VIEW]
    assert send(app, "OPTIONS", "/", origin=VIEW)["Access-Control-Allow-Origin"] == VIEW


class Marked(MethodView):
    def get(self):
        return "get"

    @cross_origin(origins=OTHER)
    def post(self):
        return "post"

    def put(self):
        return "put"


CLASSES = {
    "class and method": (cross_origin(origins=VIEW)(type("A", (Marked,), {})), [VIEW], [OTHER], [VIEW]),
    "method": (type("B", (Marked,), {}), [APP], [OTHER], [APP]),
    "decorators": (
        type("C", (Marked,), {"decorators": [cross_origin(origins=VIEW)]}),
        [VIEW],
        [VIEW],
        [VIEW],
    ),
    "init_every_request": (
        cross_origin(origins=VIEW)(type("D", (Marked,), {"init_every_request": False})),
        [VIEW],
        [OTHER],
        [VIEW],
    ),
    "inherited": (
        type("E", (cross_origin(origins=THIRD)(type("F", (Marked,), {})),), {}),
        [THIRD],
        [OTHER],
        [THIRD],
    ),
}


@pytest.mark.parametrize(("view", "get", "post", "put"), CLASSES.values(), ids=CLASSES)
def test_method_views(view, get, post, put):
    app = make_app()
    app.add_url_rule("/", view_func=view.as_view("view"))

    assert allowed(app, method="GET") == get
    assert allowed(app, method="HEAD") == get
    assert allowed(app, method="POST") == post
    assert allowed(app, method="PUT") == put
    assert allowed(app, method="DELETE") == get
    assert send(app, "OPTIONS", "/", origin=get[0])["Access-Control-Allow-Origin"] == get[0]


@pytest.mark.parametrize("class_origin", [None, THIRD], ids=["method only", "class and method"])
def test_head_and_options_are_governed_as_get_is(class_origin):
    class Items(MethodView):
        @cross_origin(origins=VIEW)
        def get(self):
            return "get"

        def put(self):
            return "put"

    if class_origin:
        cross_origin(origins=class_origin)(Items)
    app = make_app()
    app.add_url_rule("/", view_func=Items.as_view("items"))
    rest = class_origin or APP

    assert allowed(app, method="GET") == [VIEW]
    assert allowed(app, method="HEAD") == [VIEW]
    assert send(app, "OPTIONS", "/", origin=VIEW)["Access-Control-Allow-Origin"] == VIEW
    assert send(app, "OPTIONS", "/", origin=rest).all("Access-Control-Allow-Origin") == []
    assert allowed(app, method="PUT") == [rest]


def test_plain_views():
    @cross_origin(origins=VIEW)
    class Page(View):
        methods = ("GET", "POST")

        def dispatch_request(self):
            return "page"

    class Bare(View):
        def dispatch_request(self):
            return "bare"

    app = make_app()
    app.add_url_rule("/", view_func=Page.as_view("page"))
    app.add_url_rule("/bare", view_func=Bare.as_view("bare"))

    assert allowed(app, method="POST") == [VIEW]
    assert allowed(app, "/bare") == [APP]


def test_the_rows_show_each_method_s_policy():
    app = make_app()
    app.add_url_rule("/", view_func=Marked.as_view("view"))
    rows = [
        (row.methods, row.level, row.policy.config.origins) for row in policy_rows(app) if row.rule == "/"
    ]

    assert rows == [(("GET", "PUT"), "app", (APP,)), (("POST",), "view", (OTHER,))]


def test_options_are_checked_where_they_stand():
    with pytest.raises(TypeError, match="'orgins'; did you mean 'origins'"):
        cross_origin(orgins=[APP])
    with pytest.raises(TypeError, match="'resources'"):
        cross_origin(resources={"/x": {}})
    with pytest.raises(ConfigError, match=r"at .*test_decorator\.py:\d+"):
        cross_origin(origins="example.com")


def test_the_policy_is_named_after_the_view():
    app = make_app()

    @app.get("/")
    @cross_origin(origins=VIEW)
    def front_page():
        return "ok"

    (row,) = [row for row in policy_rows(app) if row.rule == "/"]
    assert row.policy.name == "view front_page"


def test_a_decorator_s_options_fall_back_to_the_configuration():
    app = Flask("decorated")
    app.config["CORS_MAX_AGE"] = 7
    app.config["CORS_ORIGINS"] = [VIEW]
    CORS(app, origins=[APP])
    app.get("/")(cross_origin()(lambda: "ok"))

    assert allowed(app) == [VIEW]
    assert preflight(app, "/", origin=VIEW)["Access-Control-Max-Age"] == "7"
