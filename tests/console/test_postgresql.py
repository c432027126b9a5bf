"""The application on PostgreSQL, where a server can be started."""

import threading

import pytest
import sqlalchemy as sa

from crossguard.console import create_app
from crossguard.console.database import db, migrate, migrations
from crossguard.console.database_url import parse_database_url
from crossguard.console.decisions.observation import to_row
from crossguard.console.decisions.store import DecisionStore
from crossguard.console.run.first_start import create_first_user
from crossguard.console.schemas import DecisionQuery
from crossguard.console.services import services_of
from crossguard.console.stops import CannotStart
from crossguard.flask import policy_for
from tests.console.observations import NOON, minutes_before, observation, observations
from tests.console.support import (
    PASSWORD,
    STRANGER,
    Page,
    close_app,
    engine_of,
    is_readable,
    make_app,
    make_settings,
    within,
)
from tests.postgresql import postgresql_server

pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")


@pytest.fixture(scope="module")
def server():
    with postgresql_server() as server:
        yield server


@pytest.fixture
def settings(server, tmp_path):
    """Settings that name an empty database."""
    return make_settings(tmp_path, database_url=url_of(server, server.new_database()))


def url_of(server, database):
    return parse_database_url(f"postgres://tester@/{database}?host={server.home}")


@pytest.fixture
def app(settings):
    app = make_app(settings)
    yield app
    close_app(app)


def test_the_migrations_make_what_the_models_say(app):
    with app.app_context():
        assert migrations.compare_metadata() == []
        migrations.downgrade("base")
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]


def test_users_sign_in_and_are_administered(app):
    page = Page(app)
    user = page.sign_in().get_json()["user"]
    assert user["created_at"].endswith("Z")
    number = page.post(
        "/admin/users", {"username": "bob", "password": PASSWORD, "role": "member"}
    ).get_json()["id"]
    again = page.post("/admin/users", {"username": "bob", "password": PASSWORD, "role": "member"})
    assert again.status_code == 409
    assert page.patch(f"/admin/users/{number}", {"disabled": True}).get_json()["disabled"]
    assert [found["username"] for found in page.get("/admin/users").get_json()["items"]] == ["admin", "bob"]
    assert page.send("DELETE", f"/admin/users/{number}").status_code == 204
    assert page.patch("/admin/users/9223372036854775808", {}).status_code == 404
    assert page.sign_in("a\x00b").status_code == 401


def test_decisions_are_recorded_counted_and_read(app):
    page = Page(app)
    page.sign_in()
    Page(app, STRANGER).get("/api/me")
    Page(app, STRANGER).preflight("/admin/users", "POST")
    assert services_of(app).recorder.flush()
    page.origin = None
    items = page.get("/api/decisions?outcome=refused").get_json()["items"]
    assert [item["outcome"] for item in items] == ["preflight-refused", "actual-refused"]
    stats = page.get("/api/stats").get_json()
    assert (stats["allowed"], stats["refused"], stats["kept"], stats["dropped"]) == (1, 2, 3, 0)
    assert page.get("/api/decisions?before=9223372036854775807&limit=1").get_json()["next"] is not None


def test_the_newest_are_kept_and_counts_add_up(app):
    store = DecisionStore(engine_of(app), 10)
    for _ in range(3):
        store.write([to_row(item) for item in [*observations(4, 3), *observations(1, 0, minutes_before(2))]])
    assert len(store.page(DecisionQuery(limit=100)).items) == 10
    assert store.kept() == 10
    assert [(minute.allowed, minute.refused) for minute in store.minutes(3, NOON)] == [
        (3, 0),
        (0, 0),
        (12, 9),
    ]


def test_exactly_the_newest_are_kept_where_numbers_have_gaps(app):
    store = DecisionStore(engine_of(app), 5)
    rows = [to_row(item) for item in observations(3, 0)]
    store.write(rows)
    with pytest.raises(sa.exc.IntegrityError):
        store.write([*rows, rows[0] | {"reason": None}])
    store.write(rows)
    items = store.page(DecisionQuery(limit=100)).items
    assert len(items) == 5
    assert items[0].id - items[-1].id > 4
    assert store.kept() == 5


def test_text_that_the_database_refuses_is_escaped_before(app):
    store = services_of(app).store
    store.write([to_row(observation("https://x\x00\ud800", url="http://h/\x00"))])
    [written] = store.page(DecisionQuery(limit=1)).items
    assert (written.origin, written.url) == (r"https://x\x00\ud800", r"http://h/\x00")


def test_front_ends_are_listed_searched_and_followed(app, settings):
    other = create_app(settings)
    page, stranger = Page(app), Page(other, "http://localhost:3000")
    page.sign_in()
    assert not is_readable(stranger.get("/api/me"), stranger.origin)
    body = {"origin": stranger.origin, "label": "The 100% shop"}
    added = page.post("/admin/front-ends", body).get_json()
    assert added["created_at"].endswith("Z")
    assert page.post("/admin/front-ends", body).status_code == 409
    within(lambda: is_readable(stranger.get("/api/me"), stranger.origin), 1)
    for text, count in (("LOCALHOST", 1), ("100%", 1), ("1%%", 0), ("\\", 0)):
        found = page.get("/admin/front-ends", query_string={"search": text}).get_json()
        assert (found["total"], len(found["items"])) == (count, count)
    assert page.get("/admin/front-ends/9223372036854775808").status_code == 404
    assert page.send("DELETE", f"/admin/front-ends/{added['id']}").status_code == 204
    within(lambda: not is_readable(stranger.get("/api/me"), stranger.origin), 1)
    close_app(other)


def test_an_existing_database_is_upgraded_with_what_is_in_it(settings):
    app = create_app(settings)
    with app.app_context():
        migrations.upgrade("0001")
    create_first_user(app)
    close_app(app)
    again = make_app(settings)
    page = Page(again)
    assert page.sign_in().status_code == 200
    assert page.post("/admin/front-ends", {"origin": "https://shop.example"}).status_code == 201
    within(lambda: policy_for(again).allows("https://shop.example"))
    close_app(again)


def test_connections_that_the_server_ended_are_replaced(app):
    page = Page(app)
    page.sign_in()
    assert services_of(app).recorder.flush()
    with engine_of(app).connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert page.get("/api/me").status_code == 200
    assert services_of(app).recorder.flush()
    assert services_of(app).store.kept() == 2


def test_processes_that_start_together_take_turns(settings):
    apps = [create_app(settings) for _ in range(3)]
    failures = []

    def start(app):
        try:
            migrate(app)
        except CannotStart as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for app in apps:
        close_app(app)
    assert failures == []


def test_a_database_that_does_not_exist_is_named(server, tmp_path):
    app = create_app(make_settings(tmp_path, database_url=url_of(server, "nothing")))
    with pytest.raises(CannotStart, match='database "nothing" does not exist') as caught:
        migrate(app)
    close_app(app)
    assert "correct DATABASE_URL" in caught.value.message
