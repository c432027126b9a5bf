"""Which rule a URL and a method would reach, asked of the application's own map."""

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden, MethodNotAllowed
from werkzeug.routing import BaseConverter, Rule

from crossguard.flask import CORS, cross_origin
from crossguard.flask.routing import Router
from tests.flask.wire import environ_of, preflight, send

APP = "https://app.example.com"
VIEW = "https://view.example.com"


def make_app(**options):
    app = Flask("routing", **options)
    app.add_url_rule("/items", "items", lambda: "items", methods=["GET", "POST"])
    app.add_url_rule("/slash/", "slash", lambda: "slash")
    app.add_url_rule("/put", "put", lambda: "put", methods=["PUT", "DELETE"])
    return app


def find(app, path, method="GET", **more):
    route = Router(app).find(environ_of(method, path) | more, method)
    return route and (route.rule.endpoint, route.method, route.exact)


@pytest.mark.parametrize(
    ("path", "method", "route"),
    [
        ("/items", "GET", ("items", "GET", True)),
        ("/items", "HEAD", ("items", "HEAD", True)),
        ("/items", "OPTIONS", ("items", "OPTIONS", True)),
        ("/items", "DELETE", ("items", "GET", False)),
        ("/items", "get", ("items", "get", True)),
        ("//items", "GET", ("items", "GET", True)),
        ("/slash/", "GET", ("slash", "GET", True)),
        ("/slash", "GET", ("slash", "GET", False)),
        # Werkzeug redirects the methods of the target only; this is a 404.
        ("/slash", "PUT", None),
        ("/put", "GET", ("put", "DELETE", False)),
        ("/missing", "GET", None),
        ("", "GET", None),
        ("/static/x", "GET", ("static", "GET", True)),
    ],
)
def test_a_url_reaches_its_rule_directly_or_not(path, method, route):
    assert find(make_app(), path, method) == route


def test_an_upgrade_reaches_rules_of_websockets_only():
    app = make_app()
    app.url_map.add(Rule("/socket", endpoint="socket", websocket=True))
    upgrade = {"HTTP_UPGRADE": "WebSocket", "HTTP_CONNECTION": "keep-alive, Upgrade"}

    assert find(app, "/socket", **upgrade) == ("socket", "GET", True)
    assert find(app, "/socket") is None
    assert find(app, "/items", **upgrade) is None
    assert find(app, "/items", HTTP_UPGRADE="h2c", HTTP_CONNECTION="Upgrade") == ("items", "GET", True)


@pytest.mark.parametrize(
    ("target", "route"),
    [
        ("items", ("items", "GET", False)),
        ("/items", ("items", "GET", False)),
        ("slash", ("slash", "GET", False)),
        ("https://elsewhere.example/items", None),
        ("https://elsewhere.example/here", None),
        ("here", None),
    ],
)
def test_a_redirect_is_followed_within_the_application(target, route):
    app = make_app()
    app.url_map.add(Rule("/here", endpoint="here", redirect_to=target))

    assert find(app, "/here") == route


def test_redirects_in_a_circle_lead_nowhere():
    app = make_app()
    app.url_map.add(Rule("/a", endpoint="a", redirect_to="b"))
    app.url_map.add(Rule("/b", endpoint="b", redirect_to="a"))

    assert find(app, "/a") is None


def test_a_redirect_out_of_a_mounted_application_leads_nowhere():
    app = make_app(host_matching=True, static_host="static.test")
    app.url_map.add(Rule("/a", endpoint="a", host="<h>", redirect_to="/items"))
    app.url_map.add(Rule("/items", endpoint="x", host="<h>"))

    assert find(app, "/a", SCRIPT_NAME="/mount") is None
    assert find(app, "/a") == ("x", "GET", False)


class Forbidding(BaseConverter):
    def to_python(self, value):
        raise {"forbidden": Forbidden(), "none": MethodNotAllowed(), "same": MethodNotAllowed(["GET"])}[value]


@pytest.mark.parametrize("value", ["forbidden", "none", "same"])
def test_a_converter_that_answers_itself_reaches_no_rule(value):
    app = make_app()
    app.url_map.converters["forbidding"] = Forbidding
    app.add_url_rule("/<forbidding:value>", "forbidding", lambda value: value)

    assert find(app, f"/{value}") is None
    CORS(app, origins=[APP])
    CORS(app, resources={"/x/*": {"origins": []}})
    assert send(app, "GET", f"/{value}", origin=APP)["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".test", ".", "a b"])
def test_a_host_that_is_none_reaches_no_rule_and_is_governed_by_the_application(host):
    app = Flask("hosts", host_matching=True, static_host="static.test")
    CORS(app, origins=[APP])
    app.get("/items", host="api.test")(cross_origin(origins=[VIEW])(lambda: "items"))
    headers = [("Host", host)]

    assert preflight(app, "/items", origin=APP, headers=headers)["Access-Control-Allow-Origin"] == APP
    answer = send(app, "GET", "/items", headers, origin=APP)
    assert answer.status in {400, 404}
    assert answer["Access-Control-Allow-Origin"] == APP
    assert send(app, "GET", "/items", headers, origin=VIEW).cors == {"Vary": "Origin"}


def test_the_policy_of_a_redirect_elsewhere_is_not_that_of_the_same_path_here():
    app = make_app()
    app.url_map.add(Rule("/out", endpoint="out", redirect_to="https://elsewhere.example/marked"))
    app.get("/marked")(cross_origin(origins=[VIEW])(lambda: "marked"))
    CORS(app, origins=[APP])

    answer = send(app, "GET", "/out", origin=APP)
    assert answer.status == 308
    assert answer["Access-Control-Allow-Origin"] == APP
    assert send(app, "GET", "/out", origin=VIEW).cors == {"Vary": "Origin"}
