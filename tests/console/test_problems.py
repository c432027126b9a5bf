"""Errors, whatever raised them, are problem documents that the front end may read."""

import pytest
from flask import abort, redirect

from crossguard.console import create_app
from crossguard.console.services import services_of
from tests.console.support import STRANGER, Page, close_app, is_readable, make_app, make_settings, problem_of


@pytest.fixture
def broken(tmp_path):
    """An application with views that fail."""
    app = create_app(make_settings(tmp_path))

    @app.get("/crash")
    def crash():
        raise RuntimeError("the secret is 42")

    @app.get("/stop/<int:status>")
    def stop(status):
        abort(status)

    @app.get("/away")
    def away():
        return redirect("/crash")

    @app.get("/folder/")
    def folder():
        return "here"

    yield app
    close_app(app)


def test_an_address_that_does_not_exist(standing_page):
    response = standing_page.get("/nothing/here")
    problem_of(response, 404, "not-found")
    assert is_readable(response)


def test_a_method_that_an_address_does_not_take(standing_page):
    response = standing_page.send("PUT", "/auth/sign-in")
    problem_of(response, 405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]
    assert is_readable(response)


def test_a_body_that_is_too_large(standing_page):
    response = standing_page.post("/auth/sign-in", {"username": "a" * 70_000, "password": "x"})
    problem_of(response, 413, "body-too-large")
    assert is_readable(response)


def test_a_view_that_fails_says_nothing_of_why(broken, caplog):
    response = Page(broken).get("/crash")
    problem = problem_of(response, 500, "internal-error")
    assert "42" not in response.text
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert is_readable(response)
    assert "the secret is 42" in caplog.text


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad-request"),
        (401, "sign-in-required"),
        (403, "forbidden"),
        (415, "unsupported-media-type"),
        (418, "i-m-a-teapot"),
        (503, "service-unavailable"),
    ],
)
def test_any_other_error(broken, status, code):
    problem_of(Page(broken).get(f"/stop/{status}"), status, code)


def test_redirects_are_not_errors(broken):
    for path, target in (("/away", "/crash"), ("/folder", "/folder/")):
        response = Page(broken).get(path)
        assert response.status_code in {302, 308}
        assert response.headers["Location"].endswith(target)


def test_errors_are_not_readable_for_strangers(standing_app):
    for response in (
        Page(standing_app, STRANGER).get("/nothing"),
        Page(standing_app, STRANGER).get("/api/me"),
        Page(standing_app, STRANGER).send("PUT", "/auth/sign-in"),
    ):
        assert not [name for name in response.headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118 - Headers iterates pairs
        assert "Origin" in response.headers["Vary"]


def test_a_signed_out_navigation_gets_401_because_there_is_no_page_to_go_to(standing_app):
    response = Page(standing_app, None).get(
        "/api/me", headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    )
    problem_of(response, 401, "sign-in-required")


def test_an_address_behind_proxies_is_the_clients(tmp_path):
    app = make_app(make_settings(tmp_path, trusted_proxies=1, sign_in_limit="1 per minute"))
    statuses = [
        Page(app).post("/auth/sign-in", {}, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in (1, 2, 2)
    ]
    close_app(app)
    assert statuses == [400, 400, 429]


def test_forwarded_addresses_are_not_believed_unless_proxies_are_configured(tmp_path):
    app = make_app(make_settings(tmp_path, sign_in_limit="1 per minute"))
    statuses = [
        Page(app).post("/auth/sign-in", {}, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in (1, 2)
    ]
    close_app(app)
    assert statuses == [400, 429]
    assert services_of(app).settings.trusted_proxies == 0
