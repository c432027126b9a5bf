"""A database that is locked, full, away or has no connection to spare: 503 and when to try again."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from crossguard.console import database
from crossguard.console.services import services_of
from tests.console.support import (
    STRANGER,
    Page,
    close_app,
    engine_of,
    is_readable,
    make_app,
    make_settings,
    problem_of,
    within,
)


def assert_unavailable(response):
    problem_of(response, 503, "database-unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert is_readable(response)
    assert "Traceback" not in response.text


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(database, "_LOCK_TIMEOUT", 100)
    monkeypatch.setattr(database, "_SECONDS_FOR_A_CONNECTION", 0.2)


@pytest.fixture
def app(hurried, tmp_path):
    app = make_app(make_settings(tmp_path, pool=6))
    yield app
    close_app(app)


NEW_USER = {"username": "new", "password": "a long enough password", "role": "member"}
WRITES = [
    lambda page: page.post("/admin/users", NEW_USER),
    lambda page: page.patch("/admin/users/1", {"role": "admin"}),
    lambda page: page.post("/admin/front-ends", {"origin": "http://localhost:3000"}),
    lambda page: page.sign_in(),
    lambda page: page.send("DELETE", "/api/me/sessions"),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_database_that_another_program_writes_to(app, admin, write, caplog):
    other = sqlite3.connect(services_of(app).settings.instance_path / "console.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    assert_unavailable(write(admin))
    assert "locked" in caplog.text
    assert "Traceback" not in caplog.text
    # Reading goes on.
    assert admin.get("/api/me").status_code == 200
    other.rollback()
    other.close()
    # What records decisions may be writing at the moment, and the lock is waited for shortly here.
    within(lambda: write(admin).status_code < 300, 30)


@pytest.mark.parametrize("write", WRITES[:3])
def test_a_disk_that_is_full(app, admin, write):
    engine = engine_of(app)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()
    import sqlalchemy as sa

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(engine, "connect", limit)
    # Fill what is left of the last page.
    statuses = {write(admin).status_code}
    for number in range(400):
        response = admin.post("/admin/users", NEW_USER | {"username": f"filler{number}-" + "x" * 40})
        statuses.add(response.status_code)
        if response.status_code == 503:
            assert_unavailable(response)
            break
    assert 503 in statuses
    assert 500 not in statuses
    assert admin.get("/livez").status_code == 200


def test_a_pool_without_a_connection_to_spare(app, admin):
    engine = engine_of(app)
    within(lambda: engine.pool.checkedout() == 0)
    held = []
    while True:
        try:
            held.append(engine.connect())
        except Exception:
            break
    assert_unavailable(admin.get("/api/me"))
    assert admin.get("/livez").status_code == 200
    not_ready = admin.get("/readyz")
    assert not_ready.status_code == 503
    assert "database" in not_ready.get_json()["troubles"]
    for connection in held:
        connection.close()
    assert admin.get("/api/me").status_code == 200


def test_a_server_that_is_away(app, admin, monkeypatch):
    def away(*_):
        raise OperationalError("SELECT 1", {}, Exception("connection refused\nwith a second line"))

    monkeypatch.setattr(services_of(app).store, "_connect", away)
    assert_unavailable(admin.get("/api/decisions"))
    assert_unavailable(admin.get("/api/stats"))


def test_a_request_takes_one_connection_however_much_it_asks(app, admin):
    """The pool has room for what runs beside requests, and for one more."""
    engine = engine_of(app)
    most = 0

    def count(*_):
        nonlocal most
        most = max(most, engine.pool.checkedout())

    import sqlalchemy as sa

    services_of(app).recorder.flush()
    services_of(app).front_ends.close(5)
    sa.event.listen(engine, "checkout", count)
    for path in ("/api/me", "/api/decisions", "/api/refusals", "/api/stats", "/admin/users"):
        admin.origin = None
        assert admin.get(path).status_code == 200
    for path in ("/admin/front-ends", "/admin/policies", "/admin/cookies", "/api/me/sessions"):
        assert admin.get(path).status_code == 200
    assert admin.get("/api/events", environ_base={"SERVER_SOFTWARE": "sync"}).status_code == 200
    assert most == 1
    assert Page(app, STRANGER).get("/api/me").status_code == 401
