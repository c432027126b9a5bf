"""Front ends that administrators list, and the policy that follows the list."""

import json
import sqlite3

import pytest
import sqlalchemy as sa

from crossguard.console import create_app
from crossguard.console.database import db, migrate, migrations
from crossguard.console.services import services_of
from crossguard.flask import policy_for
from tests.console.support import (
    PASSWORD,
    WEB,
    Page,
    close_app,
    engine_of,
    is_readable,
    make_app,
    make_settings,
    problem_of,
    within,
)

PATH = "/admin/front-ends"
OTHER = "http://localhost:3000"


def add(page, origin, **more):
    response = page.post(PATH, {"origin": origin, **more})
    assert response.status_code == 201, response.text
    return response.get_json()


def listed(page, query=""):
    return page.get(f"{PATH}{query}").get_json()


def origins_of(body):
    return [item["origin"] for item in body["items"]]


def fill(app, count):
    with engine_of(app).begin() as connection:
        connection.execute(
            sa.text("INSERT INTO front_ends (origin, label) VALUES (:origin, :label)"),
            [
                {"origin": f"https://shop-{number}.example", "label": f"Customer {number}"}
                for number in range(count)
            ],
        )


def can_read(app, origin):
    """Tell whether a page of *origin*, with the administrator's cookie, sees who is signed in."""
    page = Page(app)
    assert page.sign_in().status_code == 200
    page.origin = origin
    return is_readable(page.get("/api/me"), origin)


def can_write(app, origin):
    page = Page(app)
    assert page.sign_in().status_code == 200
    page.origin = origin
    return page.post("/auth/sign-out").status_code == 204


def test_who_is_written_in_the_configuration_is_shown_and_no_row(standing_admin):
    body = listed(standing_admin)
    written = {"origin": WEB, "writes": True}
    assert body == {"configured": [written], "items": [], "total": 0, "next": None}


def test_a_front_end_that_is_added_may_read_and_write_within_a_second(app, admin):
    assert not can_read(app, OTHER)
    added = add(admin, OTHER, label="  The shop ")
    assert added["created_at"].endswith("Z")
    assert (added["origin"], added["label"], added["writes"]) == (OTHER, "The shop", True)
    within(lambda: can_read(app, OTHER), 1)
    assert can_write(app, OTHER)
    assert policy_for(app).allows(OTHER)
    [item] = listed(admin)["items"]
    assert item == added | {"state": "in-force"}
    assert admin.get(f"{PATH}/{added['id']}").get_json() == item


def test_a_front_end_that_is_removed_may_do_neither_within_a_second(app, admin):
    number = add(admin, OTHER)["id"]
    within(lambda: can_read(app, OTHER))
    response = admin.send("DELETE", f"{PATH}/{number}")
    assert response.status_code == 204
    assert is_readable(response)
    within(lambda: not can_read(app, OTHER), 1)
    assert not can_write(app, OTHER)
    problem_of(admin.get(f"{PATH}/{number}"), 404, "not-found")
    problem_of(admin.send("DELETE", f"{PATH}/{number}"), 404, "not-found")


def test_another_process_follows(tmp_path):
    settings = make_settings(tmp_path)
    first, second = make_app(settings), create_app(settings)
    page = Page(first)
    page.sign_in()
    assert not can_read(second, OTHER)
    add(page, OTHER)
    within(lambda: can_read(second, OTHER), 1)
    close_app(first)
    close_app(second)


def test_the_answer_says_whether_it_is_in_force_yet(app, admin):
    # Nobody follows the list that is closed, so that no change is noticed.
    services_of(app).front_ends.close(1)
    added = add(admin, OTHER)
    assert added["state"] == "pending"
    assert listed(admin)["items"] == [added]
    assert not can_read(app, OTHER)


def test_an_origin_is_kept_as_browsers_write_it(admin):
    assert add(admin, "HTTPS://Shop.Example:443")["origin"] == "https://shop.example"


@pytest.mark.parametrize(
    ("origin", "reason", "fix"),
    [
        ("https://a.example/", "it has a trailing slash;", "write 'https://a.example'."),
        ("a.example", "an origin starts with its scheme", "https://a.example"),
        ("*", "'*' is every origin", "list origins"),
        ("null", "", ""),
        ("", "", ""),
        ("x" * 2048, "", ""),
        ("https://a\x00b.example", "", ""),
        ("http://shop.example", "anyone on the network in between", "serve the front end over https"),
        ("https://*.co.uk", "strangers can register a name under co.uk", "list the origins"),
        ("https://*.github.io", "strangers can register a name under github.io", "list the origins"),
    ],
)
def test_what_the_policy_would_pass_over_is_refused_with_its_reason_and_fix(
    standing_admin, origin, reason, fix
):
    problem = problem_of(standing_admin.post(PATH, {"origin": origin}), 400, "invalid-body")
    [error] = problem["errors"]
    assert error["where"] == "origin"
    assert error["reason"].startswith(reason)
    assert fix in error["fix"]
    assert error["reason"]
    assert error["fix"]
    assert problem["detail"].startswith(f"origin: {error['reason']} Fix: {error['fix']}"[:40])
    assert not problem["detail"].endswith("..")
    assert listed(standing_admin)["items"] == []


@pytest.mark.parametrize("origin", ["capacitor://localhost", "http://127.0.0.1:3000", "http://[::1]:1"])
def test_what_stays_on_the_machine_may_be_listed(admin, origin):
    assert add(admin, origin)["writes"]


def test_patterns_over_subdomains_read_and_do_not_write(app, admin):
    pattern = add(admin, "https://*.example.com")
    assert not pattern["writes"]
    assert add(admin, "http://localhost:*")["writes"]
    within(lambda: can_read(app, "https://a.example.com") and can_read(app, OTHER))
    assert not can_write(app, "https://a.example.com")
    assert can_write(app, OTHER)
    assert {item["state"] for item in listed(admin)["items"]} == {"in-force"}


@pytest.mark.parametrize(
    ("origin", "reason", "fix"),
    [
        ("http://localhost:3000", "", ""),
        (
            "http://127.0.0.1:3000",
            "is SameSite=Lax, and the page is of another site",
            "http://localhost:3000",
        ),
        ("https://shop.example", "is SameSite=Lax, and the page is of another site", "SameSite=None"),
        ("https://*.shop.example", "is SameSite=Lax, and the page is of another site", "SameSite=None"),
        ("capacitor://localhost", "", ""),
    ],
)
def test_a_front_end_whose_cookie_cannot_arrive_is_listed_with_a_warning(admin, origin, reason, fix):
    added = add(admin, origin)
    assert added["state"] == "pending"
    assert reason in added["reason"]
    assert fix in added["fix"]
    assert ("crossguard_session" in added["reason"]) == bool(reason)
    assert bool(added["fix"]) == bool(reason)


@pytest.mark.parametrize("again", ["https://shop.example", "https://SHOP.example:443"])
def test_an_origin_that_is_listed_is_not_listed_twice(admin, again):
    add(admin, "https://shop.example")
    problem = problem_of(admin.post(PATH, {"origin": again}), 409, "origin-taken")
    assert problem["detail"] == "https://shop.example is on the list already."
    assert listed(admin)["total"] == 1


def test_an_origin_of_the_configuration_needs_no_row_and_cannot_be_removed(tmp_path):
    app = make_app(make_settings(tmp_path, origins=(WEB, "http://LOCALHOST:3000")))
    page = Page(app)
    page.sign_in()
    problem = problem_of(page.post(PATH, {"origin": OTHER}), 409, "origin-configured")
    assert OTHER in problem["detail"]
    assert [entry["origin"] for entry in listed(page)["configured"]] == [WEB, OTHER]
    problem_of(page.send("DELETE", f"{PATH}/1"), 404, "not-found")
    close_app(app)


def test_a_row_that_was_written_past_the_api_is_shown_with_what_is_wrong(app, admin):
    with engine_of(app).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO front_ends (origin) VALUES ('https://a.example/'), ('HTTPS://B.example')"
        )
    within(lambda: can_read(app, "https://b.example"))
    good, bad = listed(admin)["items"]
    assert (good["origin"], good["state"], good["writes"]) == ("HTTPS://B.example", "in-force", True)
    assert (bad["origin"], bad["state"], bad["writes"]) == ("https://a.example/", "passed-over", False)
    assert "trailing slash" in bad["reason"]
    assert "https://a.example" in bad["fix"]
    assert admin.send("DELETE", f"{PATH}/{bad['id']}").status_code == 204


def test_ten_thousand_are_listed_in_pages_and_searched(app, admin):
    fill(app, 10_000)
    first = listed(admin)
    assert (first["total"], len(first["items"])) == (10_000, 50)
    assert origins_of(first)[0] == "https://shop-9999.example"
    second = listed(admin, f"?limit=2&before={first['next']}")
    assert origins_of(second) == ["https://shop-9949.example", "https://shop-9948.example"]
    assert listed(admin, "?before=3")["next"] is None
    found = listed(admin, "?search=SHOP-123.")
    assert origins_of(found) == ["https://shop-123.example"]
    assert (found["total"], found["next"], found["configured"]) == (1, None, [])
    assert listed(admin, "?search=customer+77&limit=100")["total"] == 111
    within(lambda: policy_for(app).allows("https://shop-9999.example"))
    assert len(admin.get("/admin/policies").data) < 200_000


@pytest.mark.parametrize(("text", "count"), [("%", 0), ("_", 0), ("\\", 0), ("ocal", 0), ("", 1), (" X ", 1)])
def test_a_search_is_for_the_text_as_it_is(admin, text, count):
    add(admin, "https://x.example", label="Shop X")
    body = admin.get(PATH, query_string={"search": text}).get_json()
    assert len(body["items"]) == count
    assert len(body["configured"]) == (text in {"ocal", ""})


@pytest.mark.parametrize(
    ("query", "where"),
    [("?limit=0", "limit"), ("?before=0", "before"), ("?search=a%00", "search"), ("?x=1", "x")],
)
def test_what_cannot_be_asked_for_is_refused(standing_admin, query, where):
    [error] = problem_of(standing_admin.get(f"{PATH}{query}"), 400, "invalid-query")["errors"]
    assert error["where"] == where


@pytest.mark.parametrize("label", ["x" * 201, "a\nb", "a\n", "\x00", 7, None])
def test_a_label_is_one_line_of_at_most_200_characters(standing_admin, label):
    response = standing_admin.post(PATH, {"origin": OTHER, "label": label})
    [error] = problem_of(response, 400, "invalid-body")["errors"]
    assert error == {"where": "label", "reason": "must be at most 200 characters, on one line"}


@pytest.mark.parametrize("label", [None, "", "   "])
def test_a_label_may_be_left_out(admin, label):
    more = {} if label is None else {"label": label}
    assert add(admin, OTHER, **more)["label"] is None


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "9223372036854775808", "x"])
def test_a_front_end_that_does_not_exist_is_not_found(standing_admin, number):
    problem_of(standing_admin.get(f"{PATH}/{number}"), 404, "not-found")
    problem_of(standing_admin.send("DELETE", f"{PATH}/{number}"), 404, "not-found")


def test_a_number_is_not_given_twice(admin):
    number = add(admin, OTHER)["id"]
    admin.send("DELETE", f"{PATH}/{number}")
    assert add(admin, "http://localhost:3001")["id"] > number


def test_a_refusal_names_the_page_where_the_origin_can_be_added(app, admin):
    stranger = "https://stranger.example"
    Page(app, stranger).get("/api/me")
    services_of(app).recorder.flush()
    [item] = admin.get("/api/decisions?outcome=refused").get_json()["items"]
    assert item["explanation"]["fix"] == (
        f"If this is one of your front ends, add it to the front ends at {WEB}/admin/front-ends or in "
        "CROSSGUARD_ORIGINS; otherwise there is nothing to do."
    )


def test_a_process_that_starts_while_the_table_is_gone_begins_with_the_last_known_list(tmp_path, caplog):
    settings = make_settings(tmp_path)
    app = make_app(settings)
    page = Page(app)
    page.sign_in()
    add(page, OTHER)
    kept = settings.instance_path / "front_ends.json"
    within(kept.exists)
    close_app(app)
    assert json.loads(kept.read_text()) == [OTHER]
    assert kept.stat().st_mode & 0o077 == 0
    with engine_of(app).begin() as connection:
        connection.exec_driver_sql("DROP TABLE front_ends")
    engine_of(app).dispose()
    again = create_app(settings)
    assert can_read(again, OTHER)
    assert can_read(again, WEB)
    close_app(again)
    assert "the list kept in" in caplog.text


def test_making_the_application_asks_the_database_nothing(tmp_path, caplog):
    app = create_app(make_settings(tmp_path))
    assert (tmp_path / "instance" / "console.sqlite3").stat().st_size == 0
    assert caplog.text == ""
    close_app(app)


def test_an_existing_database_is_upgraded_with_what_is_in_it(tmp_path):
    settings = make_settings(tmp_path)
    app = create_app(settings)
    with app.app_context():
        migrations.upgrade("0001")
        assert "front_ends" not in sa.inspect(db.engine).get_table_names()
        account = {
            "username": "admin",
            "password_hash": services_of(app).passwords.hash(PASSWORD),
            "role": "admin",
            "disabled": False,
            "session_key": "of before",
            "created_at": "2026-01-01 00:00:00",
        }
        with db.engine.begin() as connection:
            connection.execute(sa.insert(sa.table("accounts", *map(sa.column, account))), account)
            for url in ("http://localhost:5000/api/me", "https://api.example", "https://a.example/"):
                connection.exec_driver_sql(
                    "INSERT INTO decisions VALUES (NULL, '2026-01-01 00:00:00', 'https://b.example', 'GET', NULL,"
                    " ?, 'actual-refused', 'origin-not-listed', 0, 'origin-not-listed', 'no', 'list it')",
                    (url,),
                )
    close_app(app)

    again = create_app(settings)
    migrate(again)
    with again.app_context():
        assert migrations.compare_metadata() == []
        with db.engine.begin() as connection:
            paths = connection.exec_driver_sql("SELECT path FROM decisions ORDER BY id").scalars().all()
    assert paths == ["/api/me", "/", "/"]
    page = Page(again)
    assert page.sign_in("admin", PASSWORD).status_code == 200
    add(page, OTHER)
    within(lambda: can_read(again, OTHER))
    close_app(again)


def test_a_person_at_a_prompt_may_change_the_list(tmp_path):
    settings = make_settings(tmp_path)
    app = make_app(settings)
    assert not can_read(app, OTHER)
    connection = sqlite3.connect(settings.instance_path / "console.sqlite3", timeout=5)
    connection.execute("INSERT INTO front_ends (origin) VALUES (?)", (OTHER,))
    connection.commit()
    connection.close()
    within(lambda: can_read(app, OTHER))
    close_app(app)
