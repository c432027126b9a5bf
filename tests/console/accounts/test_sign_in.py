"""Signing in and out."""

import argon2
import pytest
import sqlalchemy as sa

from crossguard.console.accounts.passwords import Passwords
from crossguard.console.database import db
from crossguard.console.models import Account
from crossguard.console.services import services_of
from tests.console.support import (
    PASSWORD,
    WEB,
    Page,
    add_user,
    close_app,
    is_readable,
    make_app,
    make_settings,
    problem_of,
)


def test_signing_in_answers_the_user_and_never_the_hash(standing_page):
    response = standing_page.sign_in()
    assert response.status_code == 200
    assert is_readable(response)
    assert response.cache_control.no_store
    user = response.get_json()["user"]
    assert set(user) == {"id", "username", "role", "disabled", "created_at", "last_sign_in_at"}
    assert (user["username"], user["role"], user["disabled"]) == ("admin", "admin", False)
    assert user["created_at"].endswith("Z")
    assert user["last_sign_in_at"].endswith("Z")


def test_a_signed_in_page_reads_who_it_is(standing_admin):
    response = standing_admin.get("/api/me")
    assert response.status_code == 200
    assert response.get_json()["username"] == "admin"
    assert is_readable(response)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites_requests(standing_page):
    cookie = standing_page.sign_in().headers["Set-Cookie"]
    assert cookie.startswith("crossguard_session=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_the_session_cookie_is_secure_where_the_api_is_reached_over_https(tmp_path):
    app = make_app(
        make_settings(tmp_path, api_origin="https://api.example.com", web_origin="https://app.example.com")
    )
    cookie = Page(app, "https://app.example.com").sign_in().headers["Set-Cookie"]
    close_app(app)
    assert "Secure" in cookie


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(standing_page):
    wrong = standing_page.sign_in(password="not the password")
    unknown = standing_page.sign_in(username="nobody")
    problem_of(wrong, 401, "invalid-credentials")
    assert wrong.data == unknown.data
    assert dict(wrong.headers) == dict(unknown.headers)
    assert is_readable(wrong)


def test_an_unknown_user_costs_one_hash_like_a_known_one(page, services, monkeypatch):
    checked = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher, "verify", lambda self, *args: checked.append(args[0]) or verify(self, *args)
    )
    page.sign_in(password="not the password")
    page.sign_in(username="nobody")
    page.sign_in(username="no such name \x00 can exist")
    assert len(checked) == 3
    assert all(argon2.extract_parameters(stored) == services.settings.password_profile for stored in checked)


def test_a_disabled_user_is_told_so_only_after_the_right_password(app, admin):
    number = add_user(app, "dora")
    admin.patch(f"/admin/users/{number}", {"disabled": True})
    page = Page(app)
    problem_of(page.sign_in("dora", "not the password"), 401, "invalid-credentials")
    response = page.sign_in("dora")
    problem_of(response, 403, "account-disabled")
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"username": "is missing", "password": "is missing"}),
        ({"username": "admin"}, {"password": "is missing"}),
        (
            {"username": 5, "password": None},
            {
                "username": "must be a user name of at most 256 characters",
                "password": "must be a password of at most 1024 characters",
            },
        ),
        (
            {"username": "a" * 257, "password": "x"},
            {"username": "must be a user name of at most 256 characters"},
        ),
        ({"username": "a", "password": "x", "remember": True}, {"remember": "is not known"}),
    ],
)
def test_a_body_that_cannot_be_used_is_answered_with_everything_that_is_wrong(standing_page, body, errors):
    response = standing_page.post("/auth/sign-in", body)
    problem = problem_of(response, 400, "invalid-body")
    assert {error["where"]: error["reason"] for error in problem["errors"]} == errors
    assert is_readable(response)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"[" * 50_000,
        b'{"a":' * 10_000,
        b'{"username": "\xff", "password": "x"}',
        b'{"username": "\\ud800", "password": "x"}',
        b'{"username": 1e999, "password": "x"}',
    ],
    ids=range(10),
)
def test_a_body_that_is_no_flat_json_object_is_refused(standing_page, data):
    response = standing_page.send("POST", "/auth/sign-in", data=data, content_type="application/json")
    problem = problem_of(response, 400, "invalid-body")
    assert problem["errors"][0]["where"] == "body"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/json+x"]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(standing_page, content_type):
    response = standing_page.send(
        "POST", "/auth/sign-in", data=b'{"username":"admin"}', content_type=content_type
    )
    problem_of(response, 415, "unsupported-media-type")
    assert is_readable(response)


def test_other_json_types_and_parameters_are_json(standing_page):
    for content_type in ("application/json; charset=utf-8", "application/vnd.api+json"):
        response = standing_page.send("POST", "/auth/sign-in", data=b"{}", content_type=content_type)
        problem_of(response, 400, "invalid-body")


def test_a_user_name_that_no_account_can_have_is_wrong_credentials(standing_page):
    for name in ("", "a\x00b", "Admin", "admin\n", "\U0001f600", "' OR 1=1 --"):
        problem_of(standing_page.sign_in(name), 401, "invalid-credentials")


def test_signing_in_begins_a_new_session(standing_page):
    with standing_page.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    standing_page.sign_in()
    with standing_page.client.session_transaction() as session:
        assert "planted" not in session
        assert "_user_id" in session


def test_signing_out_ends_the_session_and_removes_the_cookie(standing_admin):
    response = standing_admin.post("/auth/sign-out")
    assert response.status_code == 204
    assert response.data == b""
    assert is_readable(response)
    assert "crossguard_session=;" in response.headers["Set-Cookie"]
    problem_of(standing_admin.get("/api/me"), 401, "sign-in-required")


def test_signing_out_also_answers_who_is_signed_out(standing_page):
    assert standing_page.post("/auth/sign-out").status_code == 204


def test_signing_out_is_not_a_link(standing_page):
    response = standing_page.get("/auth/sign-out")
    problem_of(response, 405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_session_from_another_browser_is_not_continued(standing_admin):
    assert standing_admin.get("/api/me", headers={"User-Agent": "another"}).status_code == 401


def test_a_disabled_user_is_signed_out_at_the_next_request_and_stays_so(app, admin, member):
    number = member.get("/api/me").get_json()["id"]
    admin.patch(f"/admin/users/{number}", {"disabled": True})
    response = member.get("/api/me")
    problem_of(response, 401, "sign-in-required")
    assert is_readable(response)
    admin.patch(f"/admin/users/{number}", {"disabled": False})
    assert member.get("/api/me").status_code == 401
    assert member.sign_in("mia").status_code == 200


def test_a_new_password_ends_the_sessions_that_the_old_one_began(admin, member):
    number = member.get("/api/me").get_json()["id"]
    admin.patch(f"/admin/users/{number}", {"password": "another good password"})
    assert member.get("/api/me").status_code == 401
    problem_of(member.sign_in("mia"), 401, "invalid-credentials")
    assert member.sign_in("mia", "another good password").status_code == 200


def test_a_deleted_users_session_is_not_inherited_by_the_next_account(app, admin, member):
    number = member.get("/api/me").get_json()["id"]
    assert admin.send("DELETE", f"/admin/users/{number}").status_code == 204
    added = admin.post("/admin/users", {"username": "next", "password": PASSWORD, "role": "admin"}).get_json()
    assert added["id"] > number
    assert member.get("/api/me").status_code == 401


@pytest.mark.parametrize(
    "kept", ["", ".", "1", "1.", "1.wrong", "x.y", "99999999999999999999.k", "-1.k", "²."]
)
def test_a_session_that_means_nobody_is_signed_out(standing_admin, kept):
    with standing_admin.client.session_transaction() as session:
        session["_user_id"] = kept
    assert standing_admin.get("/api/me").status_code == 401


def test_a_hash_made_with_other_parameters_is_renewed_at_sign_in(app, page):
    outdated = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with app.app_context():
        db.session.execute(sa.update(Account).values(password_hash=outdated))
        db.session.commit()
    assert page.sign_in().status_code == 200
    with app.app_context():
        renewed = db.session.scalars(sa.select(Account.password_hash)).one()
    assert renewed != outdated
    assert not services_of(app).passwords.is_outdated(renewed)
    assert page.sign_in().status_code == 200


def test_a_damaged_hash_is_a_wrong_password(services):
    assert not services.passwords.verify("not a hash", PASSWORD)


def test_what_is_no_password_of_nobody_is_never_right(services):
    passwords = Passwords(services.settings.password_profile)
    assert not passwords.verify(None, PASSWORD)


@pytest.fixture
def limited(tmp_path):
    app = make_app(make_settings(tmp_path, sign_in_limit="2 per minute"))
    yield app
    close_app(app)


def test_too_many_attempts_are_refused_readably_with_the_time_to_wait(limited):
    page = Page(limited)
    for _ in range(2):
        problem_of(page.sign_in(password="not the password"), 401, "invalid-credentials")
    response = page.sign_in()
    problem_of(response, 429, "too-many-attempts")
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert is_readable(response)
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]


def test_attempts_are_counted_for_each_address(limited):
    page = Page(limited)
    for _ in range(3):
        page.sign_in(password="not the password")
    other = page.send(
        "POST",
        "/auth/sign-in",
        json={"username": "admin", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert other.status_code == 200


def test_a_network_of_ipv6_addresses_counts_as_one(limited):
    statuses = [
        Page(limited).post("/auth/sign-in", {}, environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8::ffff:3", "2001:db8:0:1::1")
    ]
    assert statuses == [400, 400, 429, 400]


def test_attempts_from_no_address_are_counted_together(limited):
    statuses = [
        Page(limited).post("/auth/sign-in", {}, environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("", "unix:", "")
    ]
    assert statuses == [400, 400, 429]


def test_neither_preflights_nor_other_requests_count_as_attempts(limited):
    page = Page(limited)
    for _ in range(5):
        assert page.preflight("/auth/sign-in", "POST").status_code == 204
        page.get("/api/me")
        page.post("/auth/sign-out")
        page.get("/auth/sign-in")
    assert page.sign_in().status_code == 200


def test_a_page_that_is_not_listed_can_neither_sign_anybody_in_nor_out(app, admin):
    for path in ("/auth/sign-in", "/auth/sign-out"):
        response = admin.post(path, headers={"Origin": "http://localhost:9999"})
        problem_of(response, 403, "origin-not-trusted")
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Set-Cookie" not in response.headers
        assert WEB not in str(response.headers)
    assert admin.get("/api/me").status_code == 200
