"""What people do with their own account, and where a session ends."""

import pytest

from crossguard.console.accounts.sessions import LIFETIME
from crossguard.console.models import utc_now
from tests.console.support import (
    PASSWORD,
    Page,
    add_user,
    close_app,
    engine_of,
    make_app,
    make_settings,
    problem_of,
)

NEW = "another good password"


def change(page, current=PASSWORD, new=NEW):
    return page.post("/api/me/password", {"current": current, "new": new})


def test_one_changes_ones_own_password_and_the_other_sessions_end(app, member):
    elsewhere = Page(app)
    elsewhere.sign_in("mia")
    assert change(member).status_code == 204
    assert member.get("/api/me").status_code == 200
    assert elsewhere.get("/api/me").status_code == 401
    problem_of(elsewhere.sign_in("mia"), 401, "invalid-credentials")
    assert elsewhere.sign_in("mia", NEW).status_code == 200


def test_the_present_password_has_to_be_right(member):
    [error] = problem_of(change(member, current="not the password"), 400, "invalid-body")["errors"]
    assert error == {"where": "current", "reason": "is not your password"}
    [error] = problem_of(change(member, new="short"), 400, "invalid-body")["errors"]
    assert error["where"] == "new"
    assert member.get("/api/me").status_code == 200


def test_the_present_password_cannot_be_guessed_at_an_open_page(tmp_path):
    app = make_app(make_settings(tmp_path, sign_in_limit="2 per minute"))
    page = Page(app)
    assert page.sign_in().status_code == 200
    statuses = [change(page, current="not the password").status_code for _ in range(5)]
    assert statuses == [400, 400, 400, 400, 429]
    assert problem_of(change(page), 429, "too-many-attempts")
    close_app(app)


def test_one_sees_where_one_is_signed_in_and_ends_what_is_elsewhere(app, member):
    elsewhere = Page(app)
    elsewhere.post(
        "/auth/sign-in", {"username": "mia", "password": PASSWORD}, headers={"User-Agent": "A browser"}
    )
    items = member.get("/api/me/sessions").get_json()["items"]
    assert items[0]["browser"] == "A browser"
    assert [item["current"] for item in items] == [False, True]
    assert all(item["address"] == "127.0.0.1" for item in items)
    assert member.send("DELETE", f"/api/me/sessions/{items[0]['id']}").status_code == 204
    assert elsewhere.get("/api/me", headers={"User-Agent": "A browser"}).status_code == 401
    assert len(member.get("/api/me/sessions").get_json()["items"]) == 1


def test_every_other_session_ends_at_once(app, member):
    others = [Page(app) for _ in range(3)]
    for other in others:
        other.sign_in("mia")
    assert member.send("DELETE", "/api/me/sessions").status_code == 204
    assert [other.get("/api/me").status_code for other in others] == [401] * 3
    assert member.get("/api/me").status_code == 200


def test_the_sessions_of_others_are_out_of_reach(app, admin, member):
    [own] = admin.get("/api/me/sessions").get_json()["items"]
    for number in (own["id"], 0, 2**63 - 1, 2**63, 10**30):
        problem_of(member.send("DELETE", f"/api/me/sessions/{number}"), 404, "not-found")
    assert admin.get("/api/me").status_code == 200


def test_an_administrator_signs_a_user_out_everywhere(admin, member):
    number = member.get("/api/me").get_json()["id"]
    problem_of(member.send("DELETE", f"/admin/users/{number}/sessions"), 403, "admin-required")
    assert admin.send("DELETE", f"/admin/users/{number}/sessions").status_code == 204
    assert member.get("/api/me").status_code == 401
    assert member.sign_in("mia").status_code == 200


def test_a_copied_cookie_is_of_no_use_after_signing_out(app, member):
    cookie = member.client.get_cookie("crossguard_session")
    thief = Page(app)
    thief.client.set_cookie("crossguard_session", cookie.value)
    assert thief.get("/api/me").status_code == 200
    assert member.post("/auth/sign-out").status_code == 204
    assert thief.get("/api/me").status_code == 401


def test_a_copy_of_the_database_signs_nobody_in(app, member):
    with member.client.session_transaction() as session:
        token = session["_user_id"]
    with engine_of(app).connect() as connection:
        keys = connection.exec_driver_sql("SELECT key FROM sessions").scalars().all()
    assert all(token not in key for key in keys)
    for key in keys:
        with member.client.session_transaction() as session:
            session["_user_id"] = key
        assert member.get("/api/me").status_code == 401


def test_a_session_ends_by_itself_and_its_row_goes(app, member):
    late = utc_now() - LIFETIME
    with engine_of(app).begin() as connection:
        connection.exec_driver_sql(
            "UPDATE sessions SET created_at = ?", (late.strftime("%Y-%m-%d %H:%M:%S"),)
        )
    assert member.get("/api/me").status_code == 401
    assert member.sign_in("mia").status_code == 200
    with engine_of(app).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 1


@pytest.mark.parametrize("path", ["/api/me/password", "/api/me/sessions"])
def test_nothing_of_it_is_for_the_signed_out(standing_page, path):
    assert standing_page.post(path, {}).status_code in {401, 405}


def test_attempts_for_one_account_are_counted_from_every_address(tmp_path):
    app = make_app(make_settings(tmp_path, sign_in_limit="2 per minute"))
    add_user(app, "mia")

    def attempt(number, password="not the password"):  # noqa: S107
        body = {"username": "mia", "password": password}
        return Page(app).post("/auth/sign-in", body, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})

    assert [attempt(number).status_code for number in range(4)] == [401] * 4
    refused = attempt(5, PASSWORD)
    problem_of(refused, 429, "too-many-attempts")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    # Another process counts on.
    again = make_app(make_settings(tmp_path, sign_in_limit="2 per minute"))
    body = {"username": "mia", "password": PASSWORD}
    other = Page(again).post("/auth/sign-in", body, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    problem_of(other, 429, "too-many-attempts")
    close_app(again)
    close_app(app)


def test_the_right_password_forgets_the_wrong_ones(tmp_path):
    app = make_app(make_settings(tmp_path, sign_in_limit="2 per minute"))
    for number in range(4):
        password = PASSWORD if number == 2 else "not the password"
        body = {"username": "admin", "password": password}
        Page(app).post("/auth/sign-in", body, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
    body = {"username": "admin", "password": PASSWORD}
    assert Page(app).post("/auth/sign-in", body, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200
    close_app(app)


def test_what_was_typed_as_a_name_is_not_kept(app, page):
    page.sign_in("my secret, typed into the wrong field")
    with engine_of(app).connect() as connection:
        rows = connection.exec_driver_sql("SELECT key FROM sign_in_attempts").scalars().all()
    assert len(rows) == 2
    assert all(len(row) == 64 for row in rows)
