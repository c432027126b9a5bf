"""Signed out, with the real Flask-Login: a script gets 401 JSON, a person the sign-in page."""

import json

import pytest
from flask import Blueprint, Flask, redirect, session
from flask_login import LoginManager, UserMixin, login_required, login_user, user_unauthorized

from crossguard.flask import CORS, install_unauthorized_handler
from crossguard.flask.login import sign_in_required
from tests.flask.wire import preflight, send

FRONT = "http://localhost:8080"
STRANGER = "https://evil.example.net"
CREDENTIALED = {
    "Access-Control-Allow-Origin": FRONT,
    "Access-Control-Allow-Credentials": "true",
}


class User(UserMixin):
    id = "1"


def make_app(*, login_view="sign_in", handler=None):
    app = Flask("login")
    app.secret_key = "x" * 32
    manager = LoginManager(app)
    manager.login_view = login_view
    manager.user_loader(lambda _id: User())
    if handler:
        manager.unauthorized_handler(handler)
    install_unauthorized_handler(manager)
    CORS(app, origins=[FRONT], supports_credentials=True)

    @app.get("/sign-in")
    def sign_in():
        return "form"

    @app.post("/sign-in")
    def do_sign_in():
        login_user(User())
        return "signed in"

    @app.route("/me", methods=["GET", "OPTIONS"])
    @login_required
    def me():
        return "me"

    return app


FETCHES = {
    "cross-origin fetch": ([("Sec-Fetch-Mode", "cors")], FRONT),
    "cross-origin fetch without metadata": ([("Accept", "*/*")], FRONT),
    "same-origin fetch": ([("Sec-Fetch-Mode", "same-origin")], None),
    "same-origin fetch that accepts HTML": ([("Sec-Fetch-Mode", "cors"), ("Accept", "text/html")], None),
    "curl": ([("Accept", "*/*")], None),
    "program": ([], None),
}
NAVIGATIONS = {
    "navigation": [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")],
    "old browser": [("Accept", "text/html,application/xhtml+xml")],
}


@pytest.mark.parametrize(("headers", "origin"), FETCHES.values(), ids=FETCHES)
def test_a_script_gets_401_that_it_can_read(headers, origin):
    answer = send(make_app(), "GET", "/me", headers, origin=origin)

    assert answer.status == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.body) == {
        "type": "urn:crossguard:problem:sign-in-required",
        "title": "Sign-in required",
        "status": 401,
        "detail": "This address answers signed-in users only.",
        "code": "sign-in-required",
    }
    expected = CREDENTIALED if origin else {}
    assert {name: value for name, value in answer.cors.items() if name != "Vary"} == expected
    assert "Origin" in answer["Vary"]
    # No flash, and so no cookie for it.
    assert not [cookie for cookie in answer.all("Set-Cookie") if "_flashes" in cookie]
    assert answer.all("Location") == []


@pytest.mark.parametrize("headers", NAVIGATIONS.values(), ids=NAVIGATIONS)
def test_a_person_gets_the_redirect_of_flask_login(headers):
    answer = send(make_app(), "GET", "/me", headers)

    assert answer.status == 302
    assert answer["Location"] == "/sign-in?next=%2Fme"
    assert "session=" in answer["Set-Cookie"]


@pytest.mark.parametrize("headers", NAVIGATIONS.values(), ids=NAVIGATIONS)
def test_a_person_gets_the_answer_of_the_application_s_own_handler(headers):
    app = make_app(handler=lambda: redirect("/own"))

    assert send(app, "GET", "/me", headers)["Location"] == "/own"
    assert send(app, "GET", "/me", origin=FRONT).status == 401


def test_a_login_view_that_is_set_later_counts():
    app = make_app(login_view=None)
    app.login_manager.login_view = "sign_in"

    assert send(app, "GET", "/me", NAVIGATIONS["navigation"])["Location"] == "/sign-in?next=%2Fme"


def test_login_views_of_blueprints_count():
    app = make_app()
    admin = Blueprint("admin", __name__, url_prefix="/admin")
    admin.get("/sign-in", endpoint="sign_in")(lambda: "form")
    admin.get("/", endpoint="index")(login_required(lambda: "index"))
    app.login_manager.blueprint_login_views = {"admin": "admin.sign_in"}
    app.register_blueprint(admin)

    assert (
        send(app, "GET", "/admin/", NAVIGATIONS["navigation"])["Location"]
        == "/admin/sign-in?next=%2Fadmin%2F"
    )


def test_without_a_login_view_a_person_gets_401():
    assert send(make_app(login_view=None), "GET", "/me", NAVIGATIONS["navigation"]).status == 401


def test_a_stranger_s_script_gets_401_that_it_cannot_read():
    answer = send(make_app(), "GET", "/me", [("Sec-Fetch-Mode", "cors")], origin=STRANGER)

    assert answer.status == 401
    assert not [name for name in answer.cors if name != "Vary"]


def test_the_preflight_passes_signed_out():
    answer = preflight(make_app(), "/me", origin=FRONT, asks="GET", asks_headers="authorization")

    assert answer.status == 204
    assert answer["Access-Control-Allow-Credentials"] == "true"


def test_signed_in_the_view_answers():
    app = make_app()
    signed_in = send(app, "POST", "/sign-in", origin=FRONT)
    cookie = signed_in["Set-Cookie"].partition(";")[0]
    answer = send(app, "GET", "/me", [("Cookie", cookie)], origin=FRONT)

    assert (answer.status, answer.body) == (200, b"me")
    assert answer["Access-Control-Allow-Origin"] == FRONT
    assert [item.strip() for item in answer["Vary"].split(",")] == ["Cookie", "Origin"]


def test_flask_login_s_signal_is_sent_for_scripts():
    app = make_app()
    told = []
    with user_unauthorized.connected_to(lambda sender, **_: told.append(sender), sender=app):
        send(app, "GET", "/me", origin=FRONT)

    assert told == [app]


def test_the_answer_can_be_used_by_other_gates():
    app = Flask("gate")
    CORS(app, origins=[FRONT])
    app.before_request(lambda: None if session.get("user") else sign_in_required())
    app.secret_key = "x" * 32

    answer = send(app, "GET", "/anything", origin=FRONT)
    assert answer.status == 401
    assert answer["Access-Control-Allow-Origin"] == FRONT
