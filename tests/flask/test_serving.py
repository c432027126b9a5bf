"""The first request fixes the policies, once, however many come at the same time."""

import sys
import threading
from types import SimpleNamespace

import pytest
from flask import Blueprint, Flask

from crossguard.flask import CORS
from crossguard.flask.build import build_table
from crossguard.flask.state import State, state_of
from tests.flask.wire import send

APP = "https://app.example.com"


def test_requests_that_come_together_build_one_table(monkeypatch):
    app = Flask("threads")
    CORS(app, origins=[APP])
    state = state_of(app)
    building, go_on = threading.Event(), threading.Event()
    built = []

    def build(self, app):
        building.set()
        assert go_on.wait(10)
        built.append(app)
        return build_table(app, app_level=None, paths={}, prefixes=self.prefixes, live_policies={})

    monkeypatch.setattr(State, "build", build)
    tables = []
    threads = [threading.Thread(target=lambda: tables.append(state.freeze(app))) for _ in range(2)]
    threads[0].start()
    assert building.wait(10)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert built == [app]
    assert len(tables) == 2
    assert tables[0] is tables[1]


def test_a_blueprint_mounted_in_something_that_is_not_flask_is_left_alone():
    blueprint = Blueprint("bp", __name__)
    CORS(blueprint, origins=[APP])

    for deferred in blueprint.deferred_functions:
        deferred(SimpleNamespace(app=object()))


def test_an_application_with_a_login_manager_of_another_library_is_served(monkeypatch):
    monkeypatch.delitem(sys.modules, "flask_login.config", raising=False)
    app = Flask("other")
    app.login_manager = object()
    CORS(app, origins=[APP])

    assert send(app, "GET", "/", origin=APP)["Access-Control-Allow-Origin"] == APP


def test_tokens_work_without_flask_login(monkeypatch):
    monkeypatch.delitem(sys.modules, "flask_login", raising=False)
    app = Flask("tokens")
    app.secret_key = "x" * 32
    CORS(
        app,
        origins=[APP],
        supports_credentials=True,
        token="always",
        public_origins=["https://api.example.com"],
    )
    app.config["SESSION_COOKIE_SECURE"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "None"

    assert send(app, "POST", "/", origin=APP).status == 403


def test_a_write_where_no_policy_governs_reaches_the_application():
    app = Flask("paths")
    CORS(app, resources={"/api/*": {"origins": [APP], "supports_credentials": True}})
    app.post("/api/x", endpoint="api")(lambda: "api")
    app.post("/other", endpoint="other")(lambda: "other")

    assert send(app, "POST", "/api/x", origin="https://evil.example.net").status == 403
    assert send(app, "POST", "//api/x", origin="https://evil.example.net").status == 403
    assert send(app, "POST", "/other", origin="https://evil.example.net").status == 200


@pytest.mark.parametrize("given", ["sid", ["sid"], ("sid",)], ids=repr)
def test_the_cookies_that_sign_in_are_flask_s_and_what_is_given(given):
    app = Flask("cookies")
    CORS(app, origins=[APP], auth_cookies=given)
    table = state_of(app).freeze(app)

    assert table.constant.config.auth_cookies == ("session", "remember_token", "sid")
