"""Applications that use the decorator and nothing else."""

from flask import Flask
from flask.views import MethodView

from crossguard.flask import cross_origin, policy_for, policy_rows
from crossguard.flask.discovery import guard_marked_applications
from tests.flask.wire import preflight, send

APP = "https://app.example.com"


def test_the_first_request_is_guarded_and_so_are_preflights_and_errors():
    app = Flask("alone")

    @app.get("/boom")
    @cross_origin(origins=[APP])
    def boom():
        raise ZeroDivisionError

    assert preflight(app, "/boom", origin=APP, asks="GET")["Access-Control-Allow-Origin"] == APP
    answer = send(app, "GET", "/boom", origin=APP)
    assert (answer.status, answer.cors) == (500, {"Access-Control-Allow-Origin": APP, "Vary": "Origin"})


def test_a_mark_on_a_method_of_a_class_is_found():
    app = Flask("classes")

    class Items(MethodView):
        @cross_origin(origins=[APP])
        def get(self):
            return "items"

    app.add_url_rule("/items", view_func=Items.as_view("items"))

    assert send(app, "GET", "/items", origin=APP).cors["Access-Control-Allow-Origin"] == APP


def test_an_application_without_marks_is_left_alone():
    app = Flask("bystander")
    inner = app.wsgi_app
    app.add_url_rule("/", view_func=lambda: "hello")

    assert send(app, "GET", "/", origin=APP).cors == {}
    assert app.wsgi_app == inner


def test_the_process_is_prepared_once():
    cross_origin(origins=[APP])
    prepared = Flask.__call__
    guard_marked_applications()
    cross_origin(origins=[APP])

    assert Flask.__call__ is prepared


def test_the_policy_of_a_path_can_be_asked_for():
    app = Flask("asked")
    app.get("/marked")(cross_origin(origins=[APP])(lambda: "marked"))

    policy = policy_for(app, "/marked")
    assert policy is not None
    assert policy.allows(APP)
    assert not policy.allows("https://evil.example")
    assert policy_for(app, "/elsewhere") is None
    assert [row.rule for row in policy_rows(app) if row.policy] == ["/marked"]
