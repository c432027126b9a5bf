"""Policies that do not build stop every request, and a page in debug is told which mistakes they have."""

import json

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossguard import ConfigError
from crossguard.flask import CORS, cross_origin
from tests.adapters.wire import via_wsgi
from tests.devtools.ways import API, OTHER, PAGE, Served

MISTAKES = {"CORS_ORIGINS": ["http:/localhost:8080", "localhost:8081"], "CORS_MAX_AGE": -1}
CODES = ["not-an-origin", "scheme-required", "out-of-range"]


def by_config(app):
    CORS(app)
    app.config.update(MISTAKES)


def by_view(app):
    app.view_functions["items"] = cross_origin()(app.view_functions["items"])
    app.config.update(MISTAKES)


def api(declare=by_config, *, debug=True):
    app = Flask("broken")
    app.debug = debug
    ran = []

    @app.get("/items")
    def items():
        ran.append(1)
        return "items"

    declare(app)
    return Served(app, via_wsgi, ran)


def fails(served, *arguments, **more):
    with pytest.raises(ConfigError) as caught:
        served.fetch(*arguments, **more)
    return caught.value


def kept_inside(served):
    """Serve below a dispatcher that has kept ``wsgi_app``, which comes past ``Flask.__call__``."""
    served.app = DispatcherMiddleware(served.app.wsgi_app)
    return served


def answered_around(served):
    """Let what stands around the guard answer all by itself."""

    def outside(_environ, start_response):
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return [b"around"]

    served.app.wsgi_app = outside
    return served


@pytest.mark.parametrize("declare", [by_config, by_view])
@pytest.mark.parametrize("dressed", [lambda served: served, kept_inside, answered_around])
def test_a_page_is_told_every_mistake(declare, dressed):
    served = dressed(api(declare))
    error = fails(served, PAGE)

    told = served.why(PAGE)
    assert told["seen"] == "request"
    assert told["exchange"]["status"] is None
    diagnosis = told["diagnosis"]
    assert diagnosis["code"] == "config-error"
    assert diagnosis["address"].endswith("#config-error")
    assert str(error).splitlines()[0].rstrip(":") in diagnosis["summary"]
    assert error.issues[0].fix in diagnosis["fix"]
    assert len(error.issues) > 1
    assert [hint["code"] for hint in diagnosis["hints"]] == [issue.code.value for issue in error.issues]
    for hint, issue in zip(diagnosis["hints"], error.issues, strict=True):
        assert hint["text"] == f"{issue.where} = {issue.value}: {issue.reason}"
        assert hint["fix"] == issue.fix
        assert hint["address"].endswith(f"#{issue.code.value}")


def test_a_question_before_every_request_is_answered_too():
    told = api().why(PAGE)

    assert (told["seen"], told["cookies"]) == ("nothing", [])
    assert told["diagnosis"]["code"] == "config-error"


def test_a_preflight_is_told_of():
    served = api()
    with pytest.raises(ConfigError):
        served.preflight(PAGE, "PUT")

    told = served.why(PAGE, method="PUT")
    assert told["seen"] == "preflight"
    assert told["diagnosis"]["code"] == "config-error"
    assert served.why(OTHER, method="PUT")["seen"] == "nothing"


def test_one_mistake_is_told_as_one():
    def declare(app):
        CORS(app, origins=[PAGE])
        app.config["CORS_MAX_AGE"] = "-1"

    served = api(declare)
    error = fails(served, PAGE)
    told = served.why(PAGE)["diagnosis"]

    assert len(told["hints"]) == len(error.issues) == 1
    assert "1 mistake in the CORS configuration" in told["summary"]


def test_nothing_is_opened_by_it():
    served = api()
    for _ in range(2):
        fails(served, PAGE)
        fails(served, OTHER, "PUT", "/_crossguard/why")
        fails(served, PAGE, path=f"/_crossguard/page.js?token={'t' * 43}")
        with pytest.raises(ConfigError):
            served.ask()
    served.why(PAGE)
    fails(served, PAGE)
    assert served.called == []


def test_outside_debug_the_token_opens_nothing():
    token = api().token
    served = api(debug=False)

    for path in ("/_crossguard/", "/_crossguard/page.js", "/_crossguard/exchanges"):
        fails(served, PAGE, path=f"{path}?token={token}", X_Crossguard_Token=token)


def test_the_page_and_the_script_are_served():
    served = api()

    for path, kind in (("", "text/html"), ("page.js", "text/javascript")):
        answer = served.ask("GET", f"/_crossguard/{path}?token={served.token}")
        assert answer.status == 200
        assert answer.get("content-type").startswith(kind)


def test_the_page_of_all_tells_the_mistakes():
    served = api()
    error = fails(served, PAGE)

    (item,) = served.read("/_crossguard/exchanges")["items"]
    assert item["diagnosis"]["code"] == "config-error"
    asked = (("X-Crossguard-Token", served.token),)
    for path in ("policies", "cookies"):
        answer = served.ask("GET", f"/_crossguard/{path}", asked)
        assert answer.status == 503
        assert json.loads(answer.body)["error"] == str(error)
    answer = served.post("/_crossguard/try", {"origin": PAGE, "url": f"{API}/items"})
    assert (answer.status, json.loads(answer.body)["error"]) == (503, str(error))


def test_views_that_are_added_later_with_a_mistake_are_told_of():
    served = api(lambda app: CORS(app, origins=[PAGE], supports_credentials=True))
    served.fetch(PAGE)
    assert served.why(PAGE)["diagnosis"] is None

    served.app.config.update(MISTAKES)
    served.app.view_functions["more"] = cross_origin()(lambda: "more")
    fails(served, PAGE)
    assert served.why(PAGE)["diagnosis"]["code"] == "config-error"

    del served.app.view_functions["more"]
    served.app.config.update({"CORS_ORIGINS": [PAGE], "CORS_MAX_AGE": 1})
    assert served.fetch(PAGE).status == 200
    assert served.why(PAGE)["diagnosis"] is None


def test_a_view_that_raises_the_same_error_is_told_as_that():
    served = api(lambda app: CORS(app, origins=[PAGE]))

    def items():
        cross_origin(origins=["x"])

    served.app.view_functions["items"] = items
    assert served.fetch(PAGE).status == 500

    assert served.why(PAGE)["diagnosis"]["code"] == "application-raised"
