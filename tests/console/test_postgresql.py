"""The application on PostgreSQL: a server of the tests' own, on a Unix socket, where one can be started."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from crossguard.console import create_app
from crossguard.console.database import db, migrate, migrations
from crossguard.console.databaseurl import parse_database_url
from crossguard.console.observation import to_row
from crossguard.console.services import services_of
from crossguard.console.stops import CannotStart
from crossguard.console.store import DecisionStore
from tests.console.observations import NOON, minutes_before, observation, observations
from tests.console.support import PASSWORD, STRANGER, Page, close_app, engine_of, make_app, make_settings

pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")


def programs():
    """Return the folder of PostgreSQL's server programs; Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def owner():
    """Return who the server runs as; it refuses to run as the superuser."""
    if os.geteuid() != 0:
        return getpass.getuser()
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server; yields the folder of its socket."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    user = owner()
    if user is None:
        pytest.skip("there is no user that a PostgreSQL server may run as")
    # Not pytest's own folder, which only its owner may enter; and a socket's path may have 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="pg"))
    shutil.chown(home, user)
    options = {"user": user} if os.geteuid() == 0 else {}
    run = {"cwd": home, "env": {"LC_ALL": "C", "PATH": os.environ["PATH"]}} | options
    try:
        made = subprocess.run(
            [
                folder / "initdb",
                "-D",
                home / "data",
                "-U",
                "tester",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **run,
        )
        if made.returncode:
            pytest.skip(f"initdb failed: {made.stderr.strip()}")
        started = subprocess.run(
            [
                folder / "pg_ctl",
                "-D",
                home / "data",
                "-w",
                "-t",
                "30",
                "-l",
                home / "log",
                "-o",
                f"-k {home} -c listen_addresses='' -c fsync=off",
                "start",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
            **run,
        )
        if started.returncode:
            pytest.skip("the PostgreSQL server did not start")
        try:
            yield home
        finally:
            subprocess.run(
                [folder / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"],
                stdout=subprocess.DEVNULL,
                timeout=60,
                check=False,
                **run,
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)


def url_of(server, database):
    return parse_database_url(f"postgres://tester@/{database}?host={server}")


@pytest.fixture
def settings(server, tmp_path, request):
    """Settings that name an empty database."""
    name = f"db{abs(hash(request.node.nodeid))}"
    engine = sa.create_engine(url_of(server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return make_settings(tmp_path, database_url=url_of(server, name))


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
    assert len(store.page(limit=100, before=None, outcome=None).items) == 10
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
    items = store.page(limit=100, before=None, outcome=None).items
    assert len(items) == 5
    assert items[0].id - items[-1].id > 4
    assert store.kept() == 5


def test_text_that_the_database_refuses_is_escaped_before(app):
    store = services_of(app).store
    [written] = store.write([to_row(observation("https://x\x00\ud800", url="http://h/\x00"))])
    assert written.origin == r"https://x\x00\ud800"
    assert store.page(limit=1, before=None, outcome=None).items == [written]


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
