"""What holds when little is written: CORS(app), and credentials without origins."""

import re

import pytest
from flask import Blueprint, Flask

from crossguard.flask import CORS, cross_origin, policy_rows
from tests.cases.cors import DEFAULT_HEADERS, DEFAULT_METHODS, PREFLIGHT_VARY
from tests.flask.wire import preflight, send

DEVELOPMENT = [
    "http://localhost",
    "http://localhost:8080",
    "http://localhost:5173",
    "http://127.0.0.1:8080",
    "http://[::1]:8080",
]
NOT_DEVELOPMENT = [
    "https://localhost:8080",
    "http://localhost.evil.test:8080",
    "http://evil.test",
    "https://app.example.com",
    "http://192.168.0.5:8080",
    "http://127.0.0.1.evil.test",
    "http://127.0.0.2:8080",
    "http://0.0.0.0:8080",
    "http://app.localhost:8080",
    "null",
]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("origin", ["https://anybody.example", "null", "http://localhost:8080", None])
def test_with_no_option_everybody_reads_and_nobody_uses_cookies(debug, origin):
    app = Flask("defaults")
    app.debug = debug
    CORS(app)

    assert send(app, "GET", "/", [("Cookie", "session=1")], origin=origin).cors == {
        "Access-Control-Allow-Origin": "*"
    }
    if origin:
        assert preflight(app, "/", origin=origin).cors == {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": DEFAULT_METHODS,
            "Access-Control-Allow-Headers": DEFAULT_HEADERS,
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        }


def make_app(*, debug, when):
    app = Flask("credentials")
    if when == "before":
        app.debug = debug
    CORS(app, supports_credentials=True)
    app.get("/")(lambda: "ok")
    if when == "after":
        # As app.run(debug=True) does.
        app.debug = debug
    return app


in_any_order = pytest.mark.parametrize("when", ["before", "after"])


@in_any_order
@pytest.mark.parametrize("origin", DEVELOPMENT)
def test_in_debug_the_line_of_the_blog_post_works_for_loopback_front_ends(when, origin):
    app = make_app(debug=True, when=when)

    assert send(app, "GET", "/", origin=origin).cors == {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }
    assert preflight(app, "/", origin=origin)["Access-Control-Allow-Credentials"] == "true"


@in_any_order
@pytest.mark.parametrize("origin", NOT_DEVELOPMENT)
def test_in_debug_nobody_else_is_let_in(when, origin):
    app = make_app(debug=True, when=when)

    assert send(app, "GET", "/", origin=origin).cors == {"Vary": "Origin"}
    assert preflight(app, "/", origin=origin).cors == {"Vary": PREFLIGHT_VARY}


@in_any_order
@pytest.mark.parametrize("origin", [*DEVELOPMENT, *NOT_DEVELOPMENT, None])
def test_outside_of_debug_nobody_is(when, origin):
    app = make_app(debug=False, when=when)

    assert send(app, "GET", "/", origin=origin).cors == {"Vary": "Origin"}


def test_outside_of_debug_one_line_says_what_to_write(log):
    app = make_app(debug=False, when="before")
    for _ in range(3):
        send(app, "GET", "/")

    (record,) = [record for record in log.records if record.levelname == "ERROR"]
    message = record.getMessage()
    assert re.match(r"app \(\S*test_defaults\.py:\d+\) has supports_credentials", message)
    assert "has supports_credentials=True but no origins, so no origin may use it" in message
    assert 'origins=["https://app.example.com"]' in message


def test_in_debug_nothing_has_to_be_said(log):
    app = make_app(debug=True, when="after")
    send(app, "GET", "/")

    assert [record for record in log.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("debug", [False, True])
def test_it_holds_for_every_level(debug):
    app = Flask("credentials")
    app.debug = debug
    blueprint = Blueprint("bp", __name__, url_prefix="/bp")
    CORS(app, origins=[])
    CORS(blueprint, supports_credentials=True)
    CORS(app, resources={"/path/*": {"supports_credentials": True}})
    app.get("/view")(cross_origin(supports_credentials=True)(lambda: "view"))
    app.register_blueprint(blueprint)

    for path in ("/bp/x", "/path/x", "/view"):
        allowed = send(app, "GET", path, origin="http://localhost:8080").all("Access-Control-Allow-Origin")
        assert allowed == (["http://localhost:8080"] if debug else [])
        assert send(app, "GET", path, origin="https://evil.test").cors == {"Vary": "Origin"}


def test_configured_origins_are_origins():
    app = Flask("credentials")
    app.config["CORS_ORIGINS"] = ["https://app.example.com"]
    CORS(app, supports_credentials=True)

    assert (
        send(app, "GET", "/", origin="https://app.example.com")["Access-Control-Allow-Credentials"] == "true"
    )
    assert send(app, "GET", "/", origin="http://localhost:8080").cors == {"Vary": "Origin"}


def test_an_application_without_cors_is_left_alone():
    app = Flask("bare")
    assert [row.level for row in policy_rows(app)] == ["none"]
    assert [row.policy for row in policy_rows(app)] == [None]
    assert [row.place for row in policy_rows(app)] == [""]

    assert send(app, "GET", "/", origin="https://app.example.com").cors == {}
    assert preflight(app, "/static/x", origin="https://app.example.com").cors == {}
