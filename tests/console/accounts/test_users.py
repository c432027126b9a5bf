"""Administration of accounts."""

import pytest

from crossguard.console.accounts.directory import find_account
from crossguard.console.database import db
from tests.console.support import PASSWORD, Page, add_user, is_readable, problem_of

ROUTES = [
    ("GET", "/admin/users"),
    ("POST", "/admin/users"),
    ("PATCH", "/admin/users/1"),
    ("DELETE", "/admin/users/1"),
    ("GET", "/admin/front-ends"),
    ("POST", "/admin/front-ends"),
    ("GET", "/admin/front-ends/1"),
    ("DELETE", "/admin/front-ends/1"),
    ("GET", "/admin/policies"),
    ("GET", "/admin/cookies"),
    ("POST", "/admin/explain"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_who_is_signed_out_is_asked_to_sign_in(standing_page, method, path):
    response = standing_page.send(method, path, json={})
    problem_of(response, 401, "sign-in-required")
    assert is_readable(response)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_member_is_told_that_this_is_for_administrators(standing_member, method, path):
    response = standing_member.send(method, path, json={})
    problem = problem_of(response, 403, "admin-required")
    assert problem["title"] == "Administrators only"
    assert is_readable(response)


@pytest.mark.parametrize(
    ("path", "method"), [("/admin/users", "POST"), ("/admin/users/7", "PATCH"), ("/admin/users/7", "DELETE")]
)
def test_a_preflight_needs_nobody_to_be_signed_in(standing_page, path, method):
    response = standing_page.preflight(path, method)
    assert response.status_code == 204
    assert is_readable(response)
    assert method in response.headers["Access-Control-Allow-Methods"]


def test_users_are_listed_in_order_of_their_names(app, admin):
    for name in ("zoe", "bob"):
        add_user(app, name)
    response = admin.get("/admin/users")
    assert [user["username"] for user in response.get_json()["items"]] == ["admin", "bob", "zoe"]
    assert response.cache_control.no_store


def test_a_created_user_can_sign_in_and_is_what_was_asked_for(app, admin):
    response = admin.post(
        "/admin/users", {"username": "new.user_1-x", "password": PASSWORD, "role": "member"}
    )
    assert response.status_code == 201
    user = response.get_json()
    assert (user["username"], user["role"], user["disabled"]) == ("new.user_1-x", "member", False)
    assert user["last_sign_in_at"] is None
    assert Page(app).sign_in("new.user_1-x").status_code == 200


def test_a_name_that_is_taken_is_refused(app, admin):
    response = admin.post("/admin/users", {"username": "admin", "password": PASSWORD, "role": "member"})
    problem_of(response, 409, "username-taken")
    assert len(admin.get("/admin/users").get_json()["items"]) == 1


def test_user_names_have_3_to_64_characters_of_the_ones_allowed(admin):
    for username in ("abc", "a" * 64, "0.9_-"):
        body = {"username": username, "password": PASSWORD, "role": "member"}
        assert admin.post("/admin/users", body).status_code == 201


@pytest.mark.parametrize(
    "username", ["", "ab", "a" * 65, "Abc", "abc\n", "a bc", "äbc", "a\x00bc", 7, None, []]
)
def test_other_user_names_are_refused(standing_admin, username):
    body = {"username": username, "password": PASSWORD, "role": "member"}
    [error] = problem_of(standing_admin.post("/admin/users", body), 400, "invalid-body")["errors"]
    assert error["where"] == "username"
    assert error["reason"].startswith("must be 3 to 64 characters")


@pytest.mark.parametrize(("length", "accepted"), [(11, False), (12, True), (256, True), (257, False)])
def test_passwords_have_12_to_256_characters(admin, length, accepted):
    for response in (
        admin.post("/admin/users", {"username": "new", "password": "ä" * length, "role": "member"}),
        admin.patch("/admin/users/1", {"password": "ä" * length}),
    ):
        if accepted:
            assert response.status_code in {200, 201, 401}
            admin.sign_in(password="ä" * length)
        else:
            [error] = problem_of(response, 400, "invalid-body")["errors"]
            assert error == {"where": "password", "reason": "must be 12 to 256 characters"}


def test_every_mistake_of_a_new_user_is_reported(standing_admin):
    response = standing_admin.post(
        "/admin/users", {"username": "X", "password": "short", "role": "root", "extra": 1}
    )
    errors = problem_of(response, 400, "invalid-body")["errors"]
    assert {error["where"]: error["reason"] for error in errors} == {
        "username": "must be 3 to 64 characters: a to z in lower case, 0 to 9, dot, underscore, hyphen",
        "password": "must be 12 to 256 characters",
        "role": "must be admin or member",
        "extra": "is not known",
    }


def test_an_answer_about_many_unknown_members_stays_short(standing_admin):
    response = standing_admin.patch("/admin/users/1", {f"member{i}" + "x" * 100: 1 for i in range(200)})
    errors = problem_of(response, 400, "invalid-body")["errors"]
    assert len(errors) == 20
    assert all(len(error["where"]) <= 64 for error in errors)


def test_changing_a_user_changes_what_is_named_and_nothing_else(app, admin):
    number = add_user(app, "bob")
    before = admin.get("/admin/users").get_json()["items"][1]
    for change in ({"role": "admin"}, {"disabled": True}, {"disabled": False, "role": "member"}, {}):
        response = admin.patch(f"/admin/users/{number}", change)
        assert response.status_code == 200
        before = before | change
        assert response.get_json() == before


def test_a_change_that_cannot_be_read_changes_nothing(app, admin):
    number = add_user(app, "bob")
    response = admin.patch(f"/admin/users/{number}", {"role": "admin", "disabled": "yes", "password": None})
    errors = problem_of(response, 400, "invalid-body")["errors"]
    assert {error["where"]: error["reason"] for error in errors} == {
        "disabled": "must be true or false",
        "password": "must be 12 to 256 characters",
    }
    assert admin.get("/admin/users").get_json()["items"][1]["role"] == "member"


def test_a_promoted_member_is_an_administrator_at_the_next_request(admin, member):
    number = member.get("/api/me").get_json()["id"]
    admin.patch(f"/admin/users/{number}", {"role": "admin"})
    assert member.get("/admin/users").status_code == 200
    admin.patch(f"/admin/users/{number}", {"role": "member"})
    problem_of(member.get("/admin/users"), 403, "admin-required")


def test_deleting_a_user_removes_the_account(app, admin):
    number = add_user(app, "bob")
    response = admin.send("DELETE", f"/admin/users/{number}")
    assert response.status_code == 204
    assert is_readable(response)
    with app.app_context():
        assert find_account(db.session, number) is None
    problem_of(admin.send("DELETE", f"/admin/users/{number}"), 404, "not-found")


@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"role": "member"}, {"role": "member", "disabled": False}]
)
def test_administrators_cannot_lock_themselves_out(standing_admin, change):
    number = standing_admin.get("/api/me").get_json()["id"]
    problem_of(standing_admin.patch(f"/admin/users/{number}", change), 409, "own-account")
    problem_of(standing_admin.send("DELETE", f"/admin/users/{number}"), 409, "own-account")
    me = standing_admin.get("/api/me").get_json()
    assert (me["role"], me["disabled"]) == ("admin", False)


def test_administrators_may_change_of_themselves_what_does_not_lock_them_out(standing_admin):
    number = standing_admin.get("/api/me").get_json()["id"]
    assert (
        standing_admin.patch(f"/admin/users/{number}", {"disabled": False, "role": "admin"}).status_code
        == 200
    )
    assert standing_admin.get("/api/me").status_code == 200


@pytest.mark.parametrize(
    "number", ["0", "9223372036854775807", "99999999999999999999999", "9223372036854775808", "x", "-1", "1.0"]
)
def test_an_account_that_does_not_exist_is_not_found(standing_admin, number):
    problem_of(standing_admin.patch(f"/admin/users/{number}", {}), 404, "not-found")
    problem_of(standing_admin.send("DELETE", f"/admin/users/{number}"), 404, "not-found")
