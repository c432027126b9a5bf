"""``app.config["CORS_*"]`` and prefixed environment variables."""

import os
import re
from datetime import timedelta

import pytest
from flask import Blueprint, Flask

from crossguard import ConfigError, IssueCode
from crossguard.flask import CORS, cross_origin, policy_for, policy_rows
from crossguard.flask.state import state_of
from crossguard.wsgi import Crossguard
from tests.flask.wire import preflight, send

APP = "https://app.example.com"
EVIL = "https://evil.example.net"


def make_app(**config):
    app = Flask("configured")
    app.config.update(config)
    return app


def test_the_configuration_carries_the_options():
    app = make_app(
        CORS_ORIGINS=[APP],
        CORS_SUPPORTS_CREDENTIALS=True,
        CORS_METHODS=["GET"],
        CORS_ALLOW_HEADERS=["X-A"],
        CORS_EXPOSE_HEADERS=["X-B"],
        CORS_MAX_AGE=timedelta(minutes=1),
        CORS_ALLOW_PRIVATE_NETWORK=True,
    )
    CORS(app)

    assert preflight(
        app, "/", origin=APP, headers=[("Access-Control-Request-Private-Network", "true")]
    ).cors == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "X-A",
        "Access-Control-Max-Age": "60",
        "Access-Control-Allow-Private-Network": "true",
        "Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, "
        "Access-Control-Request-Private-Network",
    }
    assert send(app, "GET", "/", origin=APP).cors == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "X-B",
        "Vary": "Origin",
    }


def test_arguments_go_before_the_configuration():
    app = make_app(CORS_ORIGINS=[EVIL], CORS_MAX_AGE=5)
    CORS(app, origins=[APP])

    assert preflight(app, "/", origin=APP)["Access-Control-Max-Age"] == "5"
    assert preflight(app, "/", origin=EVIL).all("Access-Control-Allow-Origin") == []


def test_the_configuration_may_come_between_the_declaration_and_the_first_request():
    app = make_app()
    CORS(app)
    app.config["CORS_ORIGINS"] = [APP]

    assert send(app, "GET", "/", origin=APP)["Access-Control-Allow-Origin"] == APP
    assert send(app, "GET", "/", origin=EVIL).cors == {"Vary": "Origin"}


def test_changes_after_the_first_request_change_nothing():
    app = make_app(CORS_ORIGINS=[APP])
    CORS(app)
    send(app, "GET", "/")
    app.config["CORS_ORIGINS"] = [EVIL]

    assert send(app, "GET", "/", origin=EVIL).cors == {"Vary": "Origin"}


def test_resources_can_be_configured():
    app = make_app(CORS_RESOURCES={"/api/*": {"origins": [APP]}}, CORS_EXPOSE_HEADERS=["X-A"])
    CORS(app)

    assert send(app, "GET", "/api/x", origin=APP).cors == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Expose-Headers": "X-A",
        "Vary": "Origin",
    }
    assert send(app, "GET", "/", origin=APP).cors == {}


def test_paths_views_and_blueprints_fall_back_to_the_configuration_as_well():
    app = make_app(CORS_MAX_AGE=9, CORS_ORIGINS=[APP])
    blueprint = Blueprint("bp", __name__, url_prefix="/bp")
    CORS(blueprint)
    CORS(app, resources={"/path/*": {}})
    app.get("/view")(cross_origin()(lambda: "view"))
    app.register_blueprint(blueprint)

    for path in ("/bp/x", "/path/x", "/view"):
        asked = preflight(app, path, origin=APP, asks="GET")
        assert (asked["Access-Control-Allow-Origin"], asked["Access-Control-Max-Age"]) == (APP, "9")


@pytest.mark.parametrize(
    ("key", "value", "code", "where"),
    [
        ("CORS_ORGINS", [APP], IssueCode.UNKNOWN_OPTION, "CORS_ORGINS"),
        ("CORS_", [APP], IssueCode.UNKNOWN_OPTION, "CORS_"),
        ("CORS_ORIGINS", None, IssueCode.NOT_SET, "origins"),
        ("CORS_ORIGINS", os.environ.get("SURELY_NOT_SET"), IssueCode.NOT_SET, "origins"),
        ("CORS_ORIGINS", "app.example.com", IssueCode.SCHEME_REQUIRED, "origins"),
        ("CORS_ORIGINS", f"{APP};{EVIL}", IssueCode.MISLEADING_STRING, "origins"),
        ("CORS_ORIGINS", "null", IssueCode.NULL_ORIGIN, "origins"),
        ("CORS_SUPPORTS_CREDENTIALS", "False", IssueCode.MISLEADING_STRING, "supports_credentials"),
        ("CORS_SUPPORTS_CREDENTIALS", None, IssueCode.NOT_SET, "supports_credentials"),
        ("CORS_MAX_AGE", "600", IssueCode.WRONG_TYPE, "max_age"),
        ("CORS_METHODS", "GET;PUT", IssueCode.MISLEADING_STRING, "methods"),
    ],
)
def test_a_mistake_in_the_configuration_is_reported(key, value, code, where):
    app = make_app(**{key: value})
    with pytest.raises(ConfigError) as caught:
        CORS(app)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [(code, where)]


def test_a_misspelt_key_names_the_right_one():
    with pytest.raises(ConfigError, match=r"'orgins'; did you mean 'origins'"):
        CORS(make_app(CORS_ORGINS=[APP]))


def test_a_key_that_is_almost_ours_is_not_ours():
    CORS(make_app(CORSAIR="x", MY_CORS_ORIGINS=None), origins=[APP])


def test_an_ignored_option_in_the_configuration_warns():
    with pytest.warns(UserWarning, match="'send_wildcard' does nothing"):
        CORS(make_app(CORS_SEND_WILDCARD=True), origins=[APP])


def test_a_mistake_that_comes_later_fails_every_request_and_allows_nothing():
    app = make_app()
    CORS(app, origins=[APP])
    app.config["CORS_METHODS"] = "GET;PUT"

    for _ in range(2):
        with pytest.raises(ConfigError):
            send(app, "GET", "/", origin=APP)


def test_a_mistake_that_comes_later_is_reported_once_and_looked_for_once(caplog, monkeypatch):
    app = make_app()
    CORS(app, origins=[APP])
    app.config["CORS_METHODS"] = "GET;PUT"
    built = []
    monkeypatch.setattr(type(state_of(app)), "build", watched(built, state_of(app).build))

    for _ in range(3):
        with pytest.raises(ConfigError):
            send(app, "GET", "/", origin=APP)
    assert len(built) == 1
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def watched(calls, build):
    def building(_self, app):
        calls.append(app)
        return build(app)

    return building


def test_a_mistake_that_comes_later_keeps_the_application_from_running():
    app = make_app()
    CORS(app, origins=[APP])
    app.config["CORS_METHODS"] = "GET;PUT"

    with pytest.raises(ConfigError):
        app.run(port=0)


@pytest.mark.parametrize("before", [True, False])
def test_a_view_that_does_not_fit_the_configuration_is_not_registered(before):
    app = make_app(CORS_SUPPORTS_CREDENTIALS=True, CORS_ORIGINS=[APP])
    view = cross_origin(origins="*")(lambda: "view")
    if before:
        app.add_url_rule("/view", "view", view)
        with pytest.raises(ConfigError) as caught:
            CORS(app)
    else:
        CORS(app)
        with pytest.raises(ConfigError) as caught:
            app.get("/view")(view)
        assert "view" not in app.view_functions
    assert [issue.code for issue in caught.value.issues] == [IssueCode.WILDCARD_WITH_CREDENTIALS]


def test_a_blueprint_that_does_not_fit_the_configuration_is_not_mounted():
    app = make_app(CORS_SUPPORTS_CREDENTIALS=True, CORS_ORIGINS=[APP])
    api = Blueprint("api", "api")
    api.add_url_rule("/view", "view", lambda: "")
    CORS(api, origins="*")
    CORS(app)

    with pytest.raises(ConfigError):
        app.register_blueprint(api)


def test_all_policies_mistakes_are_reported_at_once_at_the_first_request():
    app = make_app()
    CORS(app, origins=[APP])
    app.get("/view")(cross_origin(origins="*")(lambda: "view"))
    CORS(app, resources={"/path/*": {"methods": "*"}})
    app.config["CORS_SUPPORTS_CREDENTIALS"] = True

    with pytest.raises(ConfigError) as caught:
        send(app, "GET", "/")
    assert {issue.where for issue in caught.value.issues} == {"origins", "methods"}
    with pytest.raises(ConfigError):
        policy_rows(app)


ENVIRONMENT = {
    "FLASK_CORS_ORIGINS": f'["{APP}"]',
    "FLASK_CORS_SUPPORTS_CREDENTIALS": "true",
    "FLASK_CORS_MAX_AGE": "5",
    "FLASK_CORS_METHODS": '["GET", "PUT"]',
}


def from_environment(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    app = Flask("environment")
    app.config.from_prefixed_env()
    return app


def test_the_environment_carries_the_options_as_json(monkeypatch):
    app = from_environment(monkeypatch, **ENVIRONMENT)
    CORS(app)

    asked = preflight(app, "/", origin=APP)
    assert asked["Access-Control-Allow-Credentials"] == "true"
    assert asked["Access-Control-Allow-Methods"] == "GET, PUT"
    assert asked["Access-Control-Max-Age"] == "5"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("FLASK_CORS_SUPPORTS_CREDENTIALS", "False", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_SUPPORTS_CREDENTIALS", "yes", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_SUPPORTS_CREDENTIALS", "1", IssueCode.WRONG_TYPE),
        ("FLASK_CORS_ORIGINS", "https://a.example;https://b.example", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_ORIGINS", f"'{APP}'", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_ORIGINS", f"['{APP}']", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_ORIGINS", r"https://.*\.example\.com", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_ORIGINS", f"{APP}, app.example", IssueCode.SCHEME_REQUIRED),
        ("FLASK_CORS_ALLOW_HEADERS", "X-A; X-B", IssueCode.MISLEADING_STRING),
        ("FLASK_CORS_ORIGINS", "null", IssueCode.NOT_SET),
        ("FLASK_CORS_ORIGNS", f'["{APP}"]', IssueCode.UNKNOWN_OPTION),
    ],
)
def test_a_mistake_in_the_environment_is_no_open_policy(monkeypatch, name, value, code):
    app = from_environment(monkeypatch, **{name: value})
    with pytest.raises(ConfigError) as caught:
        CORS(app)

    assert [issue.code for issue in caught.value.issues] == [code]


#: Each option that is a list, two entries of it, and the field of the configuration.
LISTS = {
    "origins": ("https://a.example", "https://*.b.example"),
    "readers": ("https://a.example", "https://shop-*-team.b.example"),
    "methods": ("GET", "PATCH"),
    "allow_headers": ("X-A", "X-B"),
    "expose_headers": ("X-A", "X-B"),
    "public_origins": ("https://a.example", "https://b.example:8443"),
    "auth_cookies": ("sid", "other"),
    "public": ("a", "b"),
    "strict_get": ("a", "b"),
}
FORMS = (
    "{0},{1}",
    "{0}, {1}",
    " {0} {1} ",
    "{0}\n{1}\n",
    ",{0},,{1},",
    '["{0}", "{1}"]',
    ' [ "{0}","{1}" ] ',
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LISTS)
def test_a_text_is_the_list_of_its_parts_wherever_it_is_written(monkeypatch, name, form):
    text = form.format(*LISTS[name])
    keyword, configured = Flask("keyword"), Flask("configured")
    configured.config[f"CORS_{name.upper()}"] = text
    environment = from_environment(monkeypatch, **{f"FLASK_CORS_{name.upper()}": text})
    for app in (keyword, configured, environment):
        for endpoint in "ab":
            app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    CORS(keyword, **{name: text})
    CORS(configured)
    CORS(environment)

    for app in (keyword, configured, environment):
        assert getattr(policy_for(app).config, name)[-2:] == LISTS[name]
    middleware = Crossguard(lambda *_: (), **{name: text}) if name not in {"public", "strict_get"} else None
    if middleware is not None:
        assert getattr(middleware.policy_for("/").config, name)[-2:] == LISTS[name]


@pytest.mark.parametrize("text", ["", " ", "[]", "\n", ","], ids=repr)
@pytest.mark.parametrize("name", ["origins", "readers", "expose_headers", "methods"])
def test_an_empty_text_is_nobody(monkeypatch, name, text):
    app = from_environment(monkeypatch, **{f"FLASK_CORS_{name.upper()}": text})
    CORS(app)

    assert getattr(policy_for(app).config, name) == ()


def test_the_reason_of_an_exemption_is_never_split():
    app = Flask("exempt")
    app.add_url_rule("/a", "a", lambda: "")
    CORS(app, origins=[APP], supports_credentials=True, exempt={"a": "signed, by Stripe"})

    assert policy_for(app).config.exempt == (("a", "signed, by Stripe"),)


PRIVATE = (
    "http://192.168.1.20:8080",
    "http://10.0.0.7:*",
    "http://172.16.0.1",
    "http://[fd00::20]",
    "http://desk.local:5173",
)


@pytest.mark.parametrize("origin", PRIVATE)
def test_a_private_address_uses_credentials_in_debug_only(origin):
    desk, elsewhere = Flask("desk"), Flask("elsewhere")
    desk.debug = True
    desk.add_url_rule("/", "pay", lambda: "paid", methods=["POST"])
    CORS(desk, origins=[origin], supports_credentials=True)
    page = origin.replace("*", "5173")

    answer = desk.test_client().post("/", headers={"Origin": page, "Host": "api.example:5000"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, page)

    with pytest.raises(ConfigError) as caught:
        CORS(elsewhere, origins=[origin], supports_credentials=True)
    assert [issue.code for issue in caught.value.issues] == [IssueCode.INSECURE_ORIGIN]
    assert "FLASK_DEBUG" in caught.value.issues[0].fix


def test_an_address_that_is_not_private_never_uses_credentials_over_http():
    for address in (
        "http://192.0.2.1",
        "http://172.32.0.1",
        "http://11.0.0.1",
        "http://[2001:db8::1]",
        "http://local",
    ):
        app = Flask("public")
        app.debug = True
        with pytest.raises(ConfigError):
            CORS(app, origins=[address], supports_credentials=True)


def test_a_private_address_is_replaced_by_another_in_debug():
    app = Flask("desk")
    app.debug = True
    CORS(app, origins=[PRIVATE[0]], supports_credentials=True)
    policy = policy_for(app)
    policy.replace(origins=[PRIVATE[2]])

    assert policy.trusts(PRIVATE[2])
    assert not policy.trusts(PRIVATE[0])


def test_false_in_json_is_false(monkeypatch):
    app = from_environment(monkeypatch, **ENVIRONMENT | {"FLASK_CORS_SUPPORTS_CREDENTIALS": "false"})
    CORS(app)

    assert send(app, "GET", "/", origin=APP).all("Access-Control-Allow-Credentials") == []


@pytest.mark.parametrize("written", [[], (), set(), frozenset()], ids=repr)
def test_an_empty_list_is_nobody(written):
    for app in (make_app(), make_app(CORS_ORIGINS=written)):
        CORS(app, **({} if app.config.get("CORS_ORIGINS") is not None else {"origins": written}))
        for origin in (APP, "null", "http://localhost:5000"):
            assert send(app, "GET", "/", origin=origin).cors == {"Vary": "Origin"}
            assert preflight(app, "/", origin=origin).all("Access-Control-Allow-Origin") == []


def test_an_empty_list_in_the_environment_is_nobody(monkeypatch):
    app = from_environment(monkeypatch, FLASK_CORS_ORIGINS="[]")
    CORS(app)

    assert send(app, "GET", "/", origin=APP).cors == {"Vary": "Origin"}


def test_an_unset_environment_is_the_default(monkeypatch):
    for name in [*os.environ]:
        if name.startswith("FLASK_CORS"):
            monkeypatch.delenv(name)
    app = from_environment(monkeypatch)
    CORS(app)

    assert send(app, "GET", "/", origin=EVIL).cors == {"Access-Control-Allow-Origin": "*"}


def test_the_place_of_a_declaration_is_named():
    app = make_app()
    CORS(app, origins=[APP])
    (row,) = policy_rows(app)

    assert re.fullmatch(r"tests/flask/test_configuration\.py:\d+|test_configuration\.py:\d+", row.place)
