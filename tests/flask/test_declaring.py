"""Declaring policies: what is refused, where, and that nothing half-built stays."""

import re
import warnings

import pytest
from flask import Blueprint, Flask

from crossguard import ConfigError, IssueCode
from crossguard.declare.declaration import IGNORED_OPTIONS, CrossguardWarning
from crossguard.flask import CORS, cross_origin
from tests.cases.config import BAD_PATHS, DUPLICATES, MISTAKES
from tests.flask.wire import preflight, send

APP = "https://app.example.com"
EVIL = "https://evil.example.net"


def untouched(app):
    """Assert that *app* is as Flask made it."""
    assert app.extensions == {}
    assert app.wsgi_app == Flask.wsgi_app.__get__(app)
    assert send(app, "GET", "/", origin=APP).cors == {}


# What only exists in the engine: without origins the extension asks the application.
ENGINE_ONLY = {"credentials-default"}
THROUGH_CORS = [mistake for mistake in MISTAKES if mistake.code is not IssueCode.UNKNOWN_OPTION]
THROUGH_CORS = [mistake for mistake in THROUGH_CORS if mistake.id not in ENGINE_ONLY]


@pytest.mark.parametrize("mistake", THROUGH_CORS, ids=lambda mistake: mistake.id)
def test_a_mistake_builds_nothing_and_names_its_line(mistake):
    app = Flask("mistakes")
    with pytest.raises(ConfigError) as caught:
        CORS(app, **mistake.options)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [(mistake.code, mistake.where)]
    assert re.search(r"at \S*test_declaring\.py:\d+:", str(caught.value))
    untouched(app)


@pytest.mark.parametrize("mistake", [mistake for mistake in MISTAKES if "orgins" in str(mistake.options)])
def test_a_misspelt_option_is_a_type_error_that_names_the_right_one(mistake):
    app = Flask("mistakes")
    for declare in (
        lambda: CORS(app, **mistake.options),
        lambda: CORS(**mistake.options),
        lambda: CORS().init_app(app, **mistake.options),
        lambda: CORS(Blueprint("bp", __name__), **mistake.options),
        lambda: cross_origin(**mistake.options),
        lambda: CORS(app, resources={"/api/*": mistake.options}),
    ):
        with pytest.raises(TypeError, match=r"^CORS: unknown option 'orgins'; did you mean 'origins'\?$"):
            declare()
    untouched(app)


def test_every_unknown_option_is_named():
    with pytest.raises(TypeError, match=r"'orgins'.*'origins'.*'allow_credentials'.*'supports_credentials'"):
        CORS(orgins=[], allow_credentials=True)


@pytest.mark.parametrize("bad", BAD_PATHS, ids=lambda bad: repr(bad.path))
def test_a_bad_path_is_refused(bad):
    app = Flask("paths")
    with pytest.raises(ConfigError) as caught:
        CORS(app, resources={bad.path: {"origins": [APP]}})

    assert [issue.code for issue in caught.value.issues] == [IssueCode.BAD_PATH]
    untouched(app)
    CORS(app, resources={bad.right: {"origins": [APP]}})


@pytest.mark.parametrize("resources", [5, 1.5, True, b"/api/*", re.compile("/api/.*")], ids=repr)
def test_resources_that_are_no_table_are_refused(resources):
    with pytest.raises(ConfigError) as caught:
        CORS(Flask("paths"), resources=resources)

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == (IssueCode.WRONG_TYPE, "resources")


def test_options_of_a_path_that_are_no_table_are_refused():
    with pytest.raises(ConfigError) as caught:
        CORS(Flask("paths"), resources={"/api/*": [APP], "/x/*": {"origins": [APP]}})

    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == (IssueCode.WRONG_TYPE, "resources['/api/*']")


def test_every_mistake_of_every_path_is_reported_with_its_place():
    with pytest.raises(ConfigError) as caught:
        CORS(
            Flask("paths"),
            methods=["TRACE"],
            resources={
                "api/*": {"origins": ["x"]},
                "/b/*": {"origins": ["https://b/", "y"], "methods": ["GET"]},
            },
        )

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        (IssueCode.FORBIDDEN_METHOD, "methods[0]"),
    ]
    with pytest.raises(ConfigError) as caught:
        CORS(
            Flask("paths"),
            resources={"api/*": {"origins": ["x"]}, "/b/*": {"origins": ["https://b/", "y"]}},
        )
    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        (IssueCode.BAD_PATH, "resources['api/*']"),
        (IssueCode.SCHEME_REQUIRED, "resources['api/*'].origins[0]"),
        (IssueCode.NOT_AN_ORIGIN, "resources['/b/*'].origins[0]"),
        (IssueCode.SCHEME_REQUIRED, "resources['/b/*'].origins[1]"),
    ]


@pytest.mark.parametrize("resources", ["/api/*", ["/api/*", "/b"], ("/api/*",), {"/api/*"}], ids=str)
def test_paths_alone_share_the_options(resources):
    app = Flask("paths")
    CORS(app, origins=[APP], resources=resources)

    assert send(app, "GET", "/api/x", origin=APP).cors == {
        "Access-Control-Allow-Origin": APP,
        "Vary": "Origin",
    }
    assert send(app, "GET", "/other", origin=APP).cors == {}


def test_a_path_s_own_options_go_before_the_shared_ones():
    app = Flask("paths")
    CORS(app, origins=[APP], max_age=1, resources={"/a/*": {"max_age": 2}, "/b/*": {"origins": [EVIL]}})

    assert preflight(app, "/a/x", origin=APP)["Access-Control-Max-Age"] == "2"
    assert preflight(app, "/b/x", origin=EVIL)["Access-Control-Max-Age"] == "1"
    assert preflight(app, "/b/x", origin=APP).all("Access-Control-Allow-Origin") == []


@pytest.mark.parametrize(
    ("name", "first", "second", "neighbour"), DUPLICATES, ids=lambda value: str(value)[:12]
)
def test_a_second_policy_for_the_same_is_refused_and_the_first_stays(name, first, second, neighbour):
    app = Flask("duplicates")
    CORS(app, **first)
    with pytest.raises(ConfigError) as caught:
        CORS(app, **second)

    (issue,) = caught.value.issues
    assert issue.code is IssueCode.DUPLICATE_POLICY
    assert re.search(r"test_declaring\.py:\d+ declares a policy for it already", issue.reason)
    CORS(app, **neighbour)
    assert send(app, "GET", "/api/x", origin=APP)["Access-Control-Allow-Origin"] == APP
    assert send(app, "GET", "/api/x", origin=EVIL).all("Access-Control-Allow-Origin") == []


def test_a_late_declaration_is_refused_and_changes_nothing():
    app = Flask("late")
    CORS(app, origins=[APP])
    send(app, "GET", "/")

    for declare in (
        lambda: CORS(app, resources={"/api/*": {"origins": "*"}}),
        lambda: CORS(origins="*").init_app(app),
    ):
        with pytest.raises(RuntimeError, match=r"test_declaring\.py:\d+ comes after the first request"):
            declare()
    assert send(app, "GET", "/api/x", origin=EVIL).cors == {"Vary": "Origin"}


def test_a_mistake_in_the_configuration_installs_nothing():
    app = Flask("config")
    app.config["CORS_ORGINS"] = [APP]
    with pytest.raises(ConfigError):
        CORS(app)

    untouched(app)


@pytest.mark.parametrize("name", IGNORED_OPTIONS)
def test_an_option_without_a_safe_meaning_warns_once_with_the_reason(name):
    app = Flask("ignored")
    with pytest.warns(CrossguardWarning, match=f"'{name}' does nothing and can be removed: ") as caught:
        CORS(app, origins=[APP], **{name: False})

    (warning,) = caught
    assert IGNORED_OPTIONS[name] in str(warning.message)
    assert warning.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CORS(Flask("again"), origins=[APP], **{name: True})
        cross_origin(origins=[APP], **{name: True})
    assert send(app, "GET", "/", origin=APP).cors == {"Access-Control-Allow-Origin": APP, "Vary": "Origin"}
    assert send(app, "GET", "/").cors == {"Vary": "Origin"}


DECLARATIONS = {
    "CORS": lambda: CORS(Flask("ignored"), vary_header=True),
    "init_app": lambda: CORS().init_app(Flask("ignored"), vary_header=True),
    "cross_origin": lambda: cross_origin(vary_header=True),
    "resources": lambda: CORS(Flask("ignored"), resources={"/x": {"vary_header": True}}),
}


@pytest.mark.parametrize("declare", DECLARATIONS.values(), ids=DECLARATIONS)
def test_the_warning_names_the_line_that_was_written(declare):
    with pytest.warns(CrossguardWarning) as caught:
        declare()

    (warning,) = caught
    assert (warning.filename, warning.lineno) == (__file__, declare.__code__.co_firstlineno)


def test_init_app_options_go_before_the_constructor_s():
    app = Flask("init")
    cors = CORS(origins=[EVIL], max_age=1)
    cors.init_app(app, origins=[APP])

    asked = preflight(app, "/", origin=APP)
    assert asked["Access-Control-Allow-Origin"] == APP
    assert asked["Access-Control-Max-Age"] == "1"
    assert preflight(app, "/", origin=EVIL).all("Access-Control-Allow-Origin") == []


def test_one_extension_serves_two_applications():
    cors = CORS(origins=[APP])
    apps = [Flask("first"), Flask("second")]
    for app in apps:
        cors.init_app(app)

    for app in apps:
        assert send(app, "GET", "/", origin=APP)["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize(
    "origins",
    [
        lambda: (origin for origin in [APP]),
        lambda: iter([APP]),
        lambda: map(str, [APP]),
        {APP: 1}.keys,
    ],
    ids=["generator", "iterator", "map", "keys"],
)
def test_a_list_that_can_be_read_once_is_read_once(origins):
    app = Flask("once")
    CORS(app, origins=origins())

    @app.get("/view")
    @cross_origin(origins=origins())
    def view():
        return "view"

    assert send(app, "GET", "/", origin=APP)["Access-Control-Allow-Origin"] == APP
    assert send(app, "GET", "/view", origin=APP)["Access-Control-Allow-Origin"] == APP


def test_a_list_that_changes_afterwards_changes_nothing():
    listed = [APP]
    app = Flask("changed")
    CORS(app, origins=listed)
    listed.append(EVIL)

    assert send(app, "GET", "/", origin=EVIL).all("Access-Control-Allow-Origin") == []
