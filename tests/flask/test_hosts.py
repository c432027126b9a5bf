"""Applications behind host names, mounts and proxies, and several in one process."""

import pytest
from flask import Blueprint, Flask, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard import Outcome
from crossguard.flask import CORS, cross_origin, decision_made
from tests.flask.wire import preflight, send

APP = "https://app.example.com"
API = "https://api-front.example.com"
VIEW = "https://view-front.example.com"
FRONTS = (APP, API, VIEW)


def allowed(app, path, base):
    """Return which front end may use *path* on the host of *base*; preflights have to agree."""
    found = []
    for origin in FRONTS:
        answer = send(app, "GET", path, origin=origin, base=base)
        asked = preflight(app, path, origin=origin, asks="GET", base=base)
        assert answer.all("Access-Control-Allow-Origin") == asked.all("Access-Control-Allow-Origin")
        found += answer.all("Access-Control-Allow-Origin")
    return found


def test_subdomains_have_each_their_views_and_policies():
    app = Flask("subdomains", subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "example.test"
    api = Blueprint("api", __name__, subdomain="api")
    CORS(app, origins=[APP])
    CORS(api, origins=[API])
    api.get("/items")(lambda: "api")
    app.get("/items", endpoint="items")(lambda: "root")
    app.get("/marked", subdomain="<tenant>")(cross_origin(origins=[VIEW])(lambda tenant: tenant))
    app.register_blueprint(api)

    assert allowed(app, "/items", "http://example.test") == [APP]
    assert allowed(app, "/items", "http://api.example.test") == [API]
    assert allowed(app, "/marked", "http://acme.example.test") == [VIEW]
    assert send(app, "GET", "/items", base="http://api.example.test").body == b"api"


@pytest.mark.parametrize("late", [False, True], ids=["before mounting", "after mounting"])
def test_a_blueprint_of_a_subdomain_does_not_govern_what_is_missing_elsewhere(late):
    app = Flask("subdomains", subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "example.test"
    api = Blueprint("api", __name__, subdomain="api")
    api.get("/v1/items", endpoint="items")(lambda: "items")
    api.get("/v1/other", endpoint="other")(lambda: "other")
    CORS(app, origins=[APP])
    if not late:
        CORS(api, origins=[API])
    app.register_blueprint(api)
    if late:
        CORS(api, origins=[API])

    assert allowed(app, "/v1/items", "http://api.example.test") == [API]
    assert allowed(app, "/v1/missing", "http://example.test") == [APP]


def test_hosts_have_each_their_views_and_policies():
    app = Flask("hosts", host_matching=True, static_host="static.test")
    CORS(app, origins=[APP])
    app.get("/items", host="api.test", endpoint="api")(cross_origin(origins=[API])(lambda: "api"))
    app.get("/items", host="www.test", endpoint="www")(lambda: "www")
    app.get("/items", host="<name>.view.test", endpoint="view")(
        cross_origin(origins=[VIEW])(lambda name: name)
    )

    assert allowed(app, "/items", "http://api.test") == [API]
    assert allowed(app, "/items", "http://www.test") == [APP]
    assert allowed(app, "/items", "http://a.view.test") == [VIEW]
    assert allowed(app, "/items", "http://unknown.test") == [APP]
    assert send(app, "GET", "/items", base="http://a.view.test").body == b"a"


def test_a_host_that_is_none_gets_the_application_s_policy():
    app = Flask("hosts", host_matching=True, static_host="static.test")
    CORS(app, origins=[APP])
    app.get("/items", host="api.test")(cross_origin(origins=[API])(lambda: "api"))

    answer = preflight(app, "/items", origin=APP, headers=[("Host", "a b\\c")])
    assert answer.status == 204


def test_a_server_name_without_subdomain_matching_changes_nothing():
    app = Flask("named")
    app.config["SERVER_NAME"] = "api.example.test:5000"
    CORS(app, origins=[APP])
    app.get("/items")(cross_origin(origins=[API])(lambda: "items"))

    for base in ("http://api.example.test:5000", "http://localhost", "http://10.0.0.1:5000"):
        assert allowed(app, "/items", base) == [API]


@pytest.mark.parametrize("root", ["", "/", "/mounted", "/a/b/"])
def test_a_mounted_application_matches_paths_below_its_mount(root):
    app = Flask("mounted")
    app.config["APPLICATION_ROOT"] = root or "/"
    CORS(app, origins=[APP])
    CORS(app, resources={"/api/*": {"origins": [API]}})
    app.get("/api/slash/", endpoint="slash")(lambda: request.script_root)
    app.get("/view/", endpoint="view")(cross_origin(origins=[VIEW])(lambda: "view"))
    mount = root.rstrip("/")
    outer = DispatcherMiddleware(Flask("outer"), {mount: app}) if mount else app

    base = "http://localhost"
    assert allowed(outer, f"{mount}/api/slash/", base) == [API]
    assert allowed(outer, f"{mount}/api/slash", base) == [API]
    assert allowed(outer, f"{mount}/api/missing", base) == [API]
    assert allowed(outer, f"{mount}/view", base) == [VIEW]
    assert allowed(outer, f"{mount}/missing", base) == [APP]
    assert send(outer, "GET", f"{mount}/view", base=base)["Location"].endswith(f"{mount}/view/")


def test_an_application_mounted_inside_of_another_is_governed_by_path_or_application():
    inner, outer = Flask("inner"), Flask("outer")

    @inner.get("/items")
    def items():
        return "inner"

    @outer.get("/elsewhere", endpoint="items")
    @cross_origin(origins=[VIEW])
    def elsewhere():
        return "outer"

    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/sub": inner})
    CORS(outer, origins=[APP])
    CORS(outer, resources={"/sub/*": {"origins": [API]}})

    # The inner application's endpoint has the name of another view of the outer one.
    assert send(outer, "GET", "/sub/items").body == b"inner"
    assert allowed(outer, "/sub/items", "http://localhost") == [API]
    assert allowed(outer, "/elsewhere", "http://localhost") == [VIEW]


def test_two_applications_in_one_process_have_each_their_policy():
    first, second = Flask("first"), Flask("second")
    shared = Blueprint("shared", __name__, url_prefix="/shared")
    shared.get("/own", endpoint="own")(lambda: "own")
    shared.get("/marked", endpoint="marked")(cross_origin(origins=[VIEW])(lambda: "marked"))
    CORS(first, origins=[APP])
    CORS(second, origins=[API])
    for app in (first, second):
        app.register_blueprint(shared)

    assert allowed(first, "/shared/own", "http://localhost") == [APP]
    assert allowed(second, "/shared/own", "http://localhost") == [API]
    for app in (first, second):
        assert allowed(app, "/shared/marked", "http://localhost") == [VIEW]


def test_a_shared_blueprint_s_policy_falls_back_to_each_application_s_configuration():
    shared = Blueprint("shared", __name__, url_prefix="/shared")
    CORS(shared, max_age=9)
    apps = []
    for origin in (APP, API):
        app = Flask("sharing")
        app.config["CORS_ORIGINS"] = [origin]
        app.register_blueprint(shared)
        apps.append(app)

    for app, origin in zip(apps, (APP, API), strict=True):
        assert allowed(app, "/shared/x", "http://localhost") == [origin]
        assert preflight(app, "/shared/x", origin=origin)["Access-Control-Max-Age"] == "9"


FORWARDED = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "api.example.com")]


def decided(app, **sent):
    told = []

    def listen(_sender, decision, facts, policy):
        told.append((decision, facts))

    with decision_made.connected_to(listen):
        send(app, "POST", "/items", origin="https://api.example.com", **sent)
    ((decision, facts),) = told
    return decision.outcome, facts.url


@pytest.mark.parametrize("when", ["before CORS", "after CORS"])
def test_behind_proxy_fix_the_own_origin_is_the_public_one(when):
    app = Flask("proxied")
    app.post("/items")(lambda: "ok")

    def fix():
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)

    if when == "before CORS":
        fix()
    CORS(app, origins=[APP])
    if when == "after CORS":
        fix()

    outcome, url = decided(app, headers=FORWARDED)
    if when == "after CORS":
        assert outcome is Outcome.NOT_CROSS_ORIGIN
        assert url == "https://api.example.com/items"
    else:
        # The guard stands outside of it, and sees what the proxy sent.
        assert url in {"http://localhost/items", "https://api.example.com/items"}


def test_without_proxy_fix_a_forwarded_host_is_not_believed():
    app = Flask("proxied")
    CORS(app, origins=[APP])

    outcome, url = decided(app, headers=FORWARDED)
    assert outcome is Outcome.ACTUAL_REFUSED
    assert url == "http://localhost/items"
