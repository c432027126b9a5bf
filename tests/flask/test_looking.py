"""Looking at the policies of an application changes nothing in it."""

import pytest
from flask import Blueprint, Flask

from crossguard.browser.urls import parse_url
from crossguard.browser.values import HttpRequest
from crossguard.flask import CORS, cross_origin, policy_for, policy_rows
from crossguard.flask.audit import audit
from crossguard.flask.lookup import policy_of
from crossguard.flask.state import EXTENSION_KEY, State, inspect, state_of
from tests.commands.running import flask_cors
from tests.flask.wire import send
from tests.live.lists import Listing, until

APP = "https://app.example.com"
OTHER = "https://other.example.com"


def look_by_inspecting(app):
    with inspect(app) as table:
        assert table.policies


def look_by_asking_for_a_request(app):
    assert (
        policy_of(app, HttpRequest("GET", parse_url("https://api.example.com/x"), (("Origin", APP),)))
        is not None
    )


def command(*words):
    def run(app):
        result = flask_cors(app, *words)
        # With mistakes the command says so, and that is looked at, too.
        assert result.exit_code in {0, 1} or "does not load" in result.output, result.output

    return run


LOOKS = {
    "policy_rows": policy_rows,
    "audit": audit,
    "inspect": look_by_inspecting,
    "policy_of": look_by_asking_for_a_request,
    "routes": command("routes", "--json"),
    "audit command": command("audit", "--json"),
    "dry run": command("explain", "--dry-run", "--origin", APP, "/x"),
}


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def look(request):
    return request.param


def with_posture(*, marked=False):
    """Return an application whose cookies are to be set anew with the first request."""
    app = Flask("looking")
    app.secret_key = "a secret for tests"

    @app.get("/x")
    def x():
        return "x"

    options = {"origins": [APP], "supports_credentials": True, "public_origins": ["https://api.example.com"]}
    if marked:
        cross_origin(**options)(x)
    else:
        CORS(app, **options)
    app.config["CORS_COOKIES"] = "same-site"
    return app


def picture(app):
    return dict(app.config), app.wsgi_app, dict(app.extensions), dict(app.view_functions)


@pytest.mark.parametrize("marked", [False, True], ids=["CORS", "cross_origin"])
def test_looking_leaves_the_application_as_it_is(look, marked):
    app = with_posture(marked=marked)
    before = picture(app)

    look(app)
    look(app)

    assert picture(app) == before
    if marked:
        assert EXTENSION_KEY not in app.extensions
    else:
        assert state_of(app).table is None


def test_looking_shows_the_cookies_that_serving_sets():
    app = with_posture()
    with inspect(app):
        seen = app.config["SESSION_COOKIE_NAME"], app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"] == "session"

    send(app, "GET", "/x", origin=APP)

    assert seen == (app.config["SESSION_COOKIE_NAME"], app.config["SESSION_COOKIE_SECURE"])
    assert seen == ("__Host-session", True)


def test_looking_leaves_a_policy_that_was_handed_out_as_it_is(look):
    app = with_posture()
    policy = policy_for(app)
    compiled = policy.compiled
    app.config["CORS_MAX_AGE"] = 5

    look(app)

    assert policy.compiled is compiled
    (row,) = [row for row in policy_rows(app) if row.rule == "/x"]
    assert row.policy.config.max_age == 5
    assert policy_for(app) is policy
    assert policy.config.max_age == 5


@pytest.mark.parametrize("marked", [False, True], ids=["CORS", "cross_origin"])
def test_asking_for_a_policy_installs_and_rewrites_nothing(marked):
    app = with_posture(marked=marked)
    config, around = dict(app.config), app.wsgi_app

    policy = policy_for(app, "/x")

    assert (dict(app.config), app.wsgi_app) == (config, around)
    policy.replace(origins=[OTHER])
    assert send(app, "GET", "/x", origin=OTHER)["Access-Control-Allow-Origin"] == OTHER
    assert policy_for(app, "/x") is policy


def test_looking_sees_what_was_replaced():
    app = with_posture()
    policy_for(app).replace(origins=[OTHER])

    (row,) = [row for row in policy_rows(app) if row.rule == "/x"]

    assert row.policy.allows(OTHER)
    assert not row.policy.allows(APP)


def test_looking_at_a_policy_of_a_blueprint_changes_no_other_application():
    blueprint = Blueprint("shared", __name__)
    CORS(blueprint, origins=[APP])
    first, second = Flask("first"), Flask("second")
    for app in (first, second):
        app.register_blueprint(blueprint, url_prefix="/b")
    held = policy_for(second, "/b/")
    compiled = held.compiled
    policy_rows(first)
    assert held.compiled is compiled


def test_looking_at_mistakes_leaves_the_configuration_as_it_is(look):
    app = with_posture()
    app.config["CORS_METHODS"] = "GET;PUT"
    before = picture(app)
    if look in {LOOKS["policy_rows"], LOOKS["inspect"], LOOKS["policy_of"]}:
        with pytest.raises(ValueError, match="methods"):
            look(app)
    else:
        look(app)
    assert picture(app) == before


def test_looking_while_it_serves_shows_the_table_that_serves():
    app = with_posture()
    send(app, "GET", "/x", origin=APP)
    with inspect(app) as table:
        assert table is state_of(app).table
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"


def test_serving_while_looking_keeps_the_cookies_that_serving_has_set():
    app = with_posture()
    with inspect(app):
        send(app, "GET", "/x", origin=APP)
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert isinstance(app.extensions[EXTENSION_KEY], State)


def test_the_description_for_a_proxy_changes_nothing():
    app = with_posture()
    before = picture(app)
    assert "https://app.example.com" in flask_cors(app, "export", "nginx").output
    assert state_of(app).describe(app).known()
    assert picture(app) == before


def test_the_description_for_a_proxy_follows_lists_when_it_is_told_to():
    app, source = Flask("followed"), Listing(APP)
    CORS(app, origins=[source])
    described = state_of(app).describe(app)
    (policy,) = described.policies
    assert described.known()
    assert (policy.allows(APP), policy.allows(OTHER)) == (True, False)

    described.follow()
    source.set(OTHER)

    until(lambda: policy.allows(OTHER))
    assert state_of(app).table is None
