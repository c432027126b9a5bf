"""What is told of decisions: one line in the log for a refusal, one signal for each request with an Origin."""

import logging

import pytest
from flask import Flask, request

from crossguard import Outcome, Reason
from crossguard.core.addresses import address_of
from crossguard.flask import CORS, cross_origin, decision_made
from tests.flask.wire import call, environ_of, preflight, send

APP = "https://app.example.com"
EVIL = "https://evil.example.net"


def make_app(*, debug=True, **options):
    app = Flask("reported")
    app.debug = debug
    CORS(app, **({"origins": [APP]} | options))
    app.get("/items")(lambda: "items")
    return app


def lines(log):
    return [record.getMessage() for record in log.records if record.name == "crossguard"]


def test_a_refusal_is_one_line_that_names_url_origin_reason_and_fix(log):
    send(make_app(), "GET", "/items?token=secret", origin=EVIL, base="https://api.example.com")

    (line,) = lines(log)
    assert line.startswith(f"GET https://api.example.com/items from '{EVIL}' was refused: app (")
    assert "test_reports.py:" in line
    assert "does not list the origin." in line
    assert "Fix: If this is one of your front ends, add it to origins at " in line
    assert f"'{EVIL}'" not in line.partition("Fix:")[2]
    assert line.endswith(f"[origin-not-listed] {address_of('origin-not-listed')}")
    assert "secret" not in line


def test_a_near_miss_is_named(log):
    send(make_app(), "GET", "/items", origin="http://app.example.com")

    (line,) = lines(log)
    assert f"'{APP}' is listed, and http makes another origin." in line


def test_a_refused_preflight_names_the_method_that_is_missing(log):
    preflight(make_app(methods=["GET"]), "/items", origin=APP, asks="DELETE")

    (line,) = lines(log)
    assert line.startswith("The preflight for DELETE http://localhost/items from ")
    assert "Fix: methods=['GET', 'DELETE'] [method-not-listed]" in line


def test_a_marked_view_is_named_with_its_line(log):
    app = make_app()

    @app.get("/marked")
    @cross_origin(origins=[])
    def marked():
        return "marked"

    send(app, "GET", "/marked", origin=APP)
    (line,) = lines(log)
    assert "view marked (" in line
    assert "lists no origin." in line


@pytest.mark.parametrize(
    ("debug", "level"), [(True, logging.WARNING), (False, logging.INFO)], ids=["debug", "production"]
)
def test_in_debug_it_is_a_warning_and_otherwise_information(log, debug, level):
    send(make_app(debug=debug), "GET", "/items", origin=EVIL)

    assert [record.levelno for record in log.records if record.name == "crossguard"] == [level]


def test_information_is_not_worked_out_if_nobody_reads_it(caplog, monkeypatch):
    def never(*_):
        raise AssertionError

    monkeypatch.setattr("crossguard.adapters.reporter.decide", never)
    caplog.set_level(logging.WARNING, logger="crossguard")

    assert send(make_app(debug=False), "GET", "/items", origin=EVIL).status == 200


@pytest.mark.parametrize("origin", [APP, None, ""])
def test_what_is_allowed_is_not_logged(log, origin):
    app = make_app()
    send(app, "GET", "/items", origin=origin)
    if origin:
        preflight(app, "/items", origin=origin)

    assert lines(log) == []


def test_the_application_s_own_pages_are_not_refused(log):
    send(make_app(), "GET", "/items", origin="http://localhost")

    assert lines(log) == []


HOSTILE = {
    "newline": "\r\nFAKE refused",
    "escape": "\x1b[2J\x1b]0;title\x07",
    "tab": "\ta",
    "next line": "\x85a",
    "not ascii": "\xff\xfe",
    "format": "%s%d{0}{place}",
    "long": "x" * 8000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_sent_the_log_stays_one_printable_line(log, text):
    for environ in (
        environ_of("GET", "/items", [("Origin", f"https://a{text}")]),
        environ_of("GET", "/items", [("Origin", EVIL)]) | {"PATH_INFO": f"/items{text}"},
        environ_of("GET", "/items", [("Origin", EVIL)]) | {"HTTP_HOST": f"localhost{text}"},
        environ_of("OPTIONS", "/items", [("Origin", APP), ("Access-Control-Request-Method", f"A{text}")]),
    ):
        log.clear()
        # A second line of one site would be left out.
        call(make_app(), environ)
        (line,) = lines(log)
        assert line.isprintable()
        assert len(line) < 1200


def test_every_request_with_an_origin_is_told_once(log):
    app = make_app()
    told = []

    def listen(sender, decision, facts, policy):
        told.append((sender, decision.outcome, decision.reason, facts.url, policy.name))

    with decision_made.connected_to(listen):
        send(app, "GET", "/items", origin=APP)
        send(app, "GET", "/missing", origin=EVIL)
        send(app, "GET", "/items")
        preflight(app, "/items", origin=APP)
        preflight(app, "/items", origin="null")
        send(app, "GET", "/items", origin="http://localhost")

    assert told == [
        (app, Outcome.ACTUAL_ALLOWED, Reason.LISTED_ORIGIN, "http://localhost/items", "app"),
        (app, Outcome.ACTUAL_REFUSED, Reason.ORIGIN_NOT_LISTED, "http://localhost/missing", "app"),
        (app, Outcome.PREFLIGHT_ALLOWED, Reason.LISTED_ORIGIN, "http://localhost/items", "app"),
        (app, Outcome.PREFLIGHT_REFUSED, Reason.NULL_ORIGIN, "http://localhost/items", "app"),
        (app, Outcome.NOT_CROSS_ORIGIN, Reason.SAME_ORIGIN, "http://localhost/items", "app"),
    ]


def test_receivers_can_listen_to_one_application():
    first, second = make_app(), make_app()
    told = []
    with decision_made.connected_to(lambda sender, **_: told.append(sender), sender=first):
        send(first, "GET", "/items", origin=APP)
        send(second, "GET", "/items", origin=APP)

    assert told == [first]


def test_receivers_run_in_the_request():
    app = make_app()
    told = []
    with decision_made.connected_to(lambda _sender, **_: told.append(request.endpoint)):
        send(app, "GET", "/missing", origin=APP)

    assert told == [None]


def test_where_no_policy_governs_nothing_is_told(log):
    app = Flask("paths")
    CORS(app, resources={"/api/*": {"origins": [APP]}})
    told = []
    with decision_made.connected_to(lambda _sender, **decided: told.append(decided)):
        send(app, "GET", "/other", origin=EVIL)
        preflight(app, "/other", origin=EVIL)

    assert told == []
    assert lines(log) == []


def test_a_receiver_that_fails_costs_nobody_an_answer(log):
    app = make_app()

    def failing(_sender, **_):
        raise ZeroDivisionError

    with decision_made.connected_to(failing):
        assert send(app, "GET", "/missing", origin=APP).status == 404
    assert "A receiver of decisions failed" in lines(log)[-1]
