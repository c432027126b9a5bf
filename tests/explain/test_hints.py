"""A refused write is explained by the policy that refused it, not by what its answer says."""

import json

import pytest
from flask import Flask

from crossguard.browser import Browser
from crossguard.browser.transports import wsgi
from crossguard.core.config import load_config
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits
from crossguard.core.policy import compile_policy
from crossguard.core.request import RequestFacts
from crossguard.explain import explain, explain_verdict
from crossguard.flask import CORS, WriteRefused, questions_about
from crossguard.suffixes import is_public_suffix

APP = "https://app.example.com"
STRANGER = "https://stranger.example.net"
API = "https://api.example.com"


def make_app(*, handler=None, **options):
    app = Flask("shop")
    app.secret_key = "x" * 32
    answer = json.dumps({"code": "cross-site"}), 403, {"Content-Type": "application/problem+json"}
    for name in ("items", "hook", "open", "export"):
        app.add_url_rule(f"/{name}", name, lambda: answer, methods=["GET", "POST"])
    CORS(
        app,
        origins=[APP],
        supports_credentials=True,
        public_origins=[API],
        exempt={"hook": "signed"},
        public=["open"],
        strict_get=["export"],
        **options,
    )
    if handler is not None:
        app.register_error_handler(WriteRefused, handler)
    return app


def post(app, path="/items", *, origin=STRANGER, method="POST", **options):
    browser = Browser("chromium", send=wsgi(app))
    return browser.open(origin).verdict(
        f"{API}{path}", method=method, mode="no-cors", credentials="include", **options
    )


def hints_of(app, verdict):
    found = explain_verdict(verdict, **questions_about(app))
    return [hint for hint in found.hints if hint.code == "write-refused"]


@pytest.mark.parametrize(
    ("path", "method", "refused"),
    [
        ("/items", "POST", True),
        ("/items", "GET", False),
        ("/hook", "POST", False),
        ("/open", "POST", False),
        ("/export", "GET", True),
    ],
)
def test_the_policy_and_the_marks_of_the_route_say_whether_a_write_was_refused(path, method, refused):
    """Every view answers like the gate of another API."""
    app = make_app()
    assert bool(hints_of(app, post(app, path, method=method))) is refused


def test_a_refusal_that_is_answered_by_the_application_is_explained_too():
    app = make_app(handler=lambda _: ("no", 403))
    [hint] = hints_of(app, post(app))
    assert "cross-site" in hint.text


def test_a_refusal_that_is_only_reported_is_none():
    app = make_app(report_only=True)
    assert hints_of(app, post(app)) == []


@pytest.mark.parametrize(
    ("options", "sent", "reason"),
    [
        ({"token": "always"}, {}, "token-missing"),
        ({"json_only": True}, {"body": "a=1"}, "unsupported-media-type"),
    ],
)
def test_what_a_listed_front_end_lacks_is_named(options, sent, reason):
    app = make_app(**options)
    [hint] = hints_of(app, post(app, origin=APP, **sent))
    assert reason in hint.text


def test_through_the_network_the_answer_tells():
    verdict = post(make_app())
    [hint] = [hint for hint in explain_verdict(verdict).hints if hint.code == "write-refused"]
    assert "cross-site" in hint.text
    assert "ask the application that refused" in hint.fix


def test_what_a_request_brings_does_not_cut_the_sentence():
    config = load_config({"origins": [APP]}, is_public_suffix=is_public_suffix)
    policy = compile_policy(config, name="api: public", place="app.py:3")
    facts = RequestFacts(method="GET: x", url="https://api.example.com/a: b", origin="https://b: c")
    decision = Decision(Outcome.ACTUAL_REFUSED, Reason.ORIGIN_NOT_LISTED, HeaderEdits())
    found = explain(decision, facts, policy)
    assert found.why.startswith("api: public (app.py:3) does not list the origin.")
    assert found.summary.endswith(found.why)
