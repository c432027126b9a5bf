"""What every answer carries, and under which number it is logged."""

import json
import logging
import time

import pytest

from crossguard.console.logs import JsonFormatter
from crossguard.console.services import services_of
from tests.console.support import STRANGER, Page, close_app, make_app, make_settings

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-site",
}


@pytest.mark.parametrize(
    "send",
    [
        lambda page: page.get("/api/me"),
        lambda page: page.get("/nothing-here"),
        lambda page: page.preflight("/api/me", "GET"),
        lambda page: page.post("/auth/sign-out", headers={"Origin": STRANGER}),
        lambda page: page.post("/auth/sign-in", {}),
        lambda page: page.get("/api/events"),
        lambda page: page.get("/metrics"),
    ],
    ids=["signed out", "not found", "preflight", "refused write", "bad body", "feed", "metrics"],
)
def test_every_answer_keeps_browsers_from_taking_it_for_something_else(standing_page, send):
    response = send(standing_page)
    assert {name: response.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "Strict-Transport-Security" not in response.headers


def test_whether_there_is_a_server_may_be_asked_by_every_page(standing_page):
    assert standing_page.get("/livez").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_where_the_api_is_reached_over_https_browsers_are_told_to_stay_there(tmp_path):
    app = make_app(
        make_settings(tmp_path, api_origin="https://api.example.com", web_origin="https://app.example.com")
    )
    response = Page(app, "https://app.example.com").get("/api/me")
    close_app(app)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_failure_is_measured_too(tmp_path):
    app = make_app(make_settings(tmp_path))
    app.add_url_rule("/fails", view_func=lambda: 1 / 0, endpoint="fails")
    response = Page(app).get("/fails")
    assert response.status_code == 500
    # What every server does with a response (PEP 3333).
    response.close()
    text = services_of(app).counters.text().decode()
    assert 'crossguard_console_requests_total{method="GET",status="500"} 1.0' in text
    close_app(app)


def test_a_stranger_makes_no_time_series(app, page):
    for method in ("BREW", "X" * 50):
        page.send(method, "/api/me").close()
    services_of(app).recorder.flush()
    Page(app, STRANGER).get("/api/me")
    text = services_of(app).counters.text().decode()
    assert 'method="other"' in text
    assert "BREW" not in text
    assert STRANGER not in text
    assert (
        'crossguard_decisions_total{outcome="actual-refused",policy="app",reason="origin-not-listed"} 1.0'
        in text
    )


def test_the_metrics_are_shown_to_this_machine_or_to_the_bearer(tmp_path, standing_page):
    assert standing_page.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 403
    assert standing_page.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    app = make_app(make_settings(tmp_path, metrics_token="a token that is long"))
    for authorization, status in (
        ("", 403),
        ("Bearer another", 403),
        ("Basic a token that is long", 403),
        ("bearer a token that is long", 200),
        ("Bearer a token that is l\xf6ng", 403),
    ):
        assert Page(app).get("/metrics", headers={"Authorization": authorization}).status_code == status
    close_app(app)


def test_a_line_of_the_log_is_one_object_whatever_is_in_it():
    record = logging.LogRecord("a", logging.ERROR, "f", 1, 'two\nlines "%s"', ("\u2028\x00",), None)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == 'two\nlines "\u2028\x00"'


def test_a_process_is_ready_once_its_list_is_followed(app, page):
    deadline = time.monotonic() + 60
    while page.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    services_of(app).front_ends.close(5)
    services_of(app).front_ends.answered_at = time.monotonic() - 60
    response = page.get("/readyz")
    assert response.status_code == 503
    assert "front_ends" in response.get_json()["troubles"]
    assert page.get("/livez").status_code == 200
