"""The database: migrations, and what is said when it cannot be used."""

import sqlite3
import threading

import pytest
import sqlalchemy as sa

from crossguard.console import create_app
from crossguard.console.database import db, migrate, migrations
from crossguard.console.stops import CannotStart
from tests.console.support import close_app, engine_of, make_app, make_settings, within


def reason_not_to_migrate(settings):
    app = create_app(settings)
    try:
        with pytest.raises(CannotStart) as caught:
            migrate(app)
    finally:
        close_app(app)
    [reason] = caught.value.reasons
    assert "\n" not in reason
    return reason


def test_the_migrations_make_what_the_models_say(app):
    with app.app_context():
        assert migrations.compare_metadata() == []


def test_migrations_can_be_taken_back(app):
    with app.app_context():
        migrations.downgrade("base")
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]


def test_migrating_again_changes_nothing(app):
    migrate(app)
    migrate(app)
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM accounts")) == 1


def test_a_connection_waits_for_locks_keeps_references_and_lets_readers_read(app):
    with engine_of(app).connect() as connection:
        for pragma, value in {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_request_that_reads_the_database_starts_no_thread(admin, monkeypatch):
    started = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: started.append(self.name) or start(self))
    assert admin.get("/api/me").status_code == 200
    assert started == []


def test_a_requests_session_ends_with_it(app, admin):
    assert admin.get("/api/me").status_code == 200
    # The list of front ends is asked for its version now and then.
    within(lambda: engine_of(app).pool.checkedout() == 0)


def test_processes_that_start_together_take_turns(tmp_path):
    apps = [create_app(make_settings(tmp_path)) for _ in range(4)]
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
        thread.join(20)
    for app in apps:
        close_app(app)
    assert failures == []


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path):
    file = tmp_path / "other.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE decisions (mine TEXT)")
    connection.execute("INSERT INTO decisions VALUES ('kept')")
    connection.commit()
    connection.close()
    reason = reason_not_to_migrate(make_settings(tmp_path, database_url=f"sqlite:///{file}"))
    assert "already exists" in reason
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [
        ("decisions",)
    ]
    assert connection.execute("SELECT * FROM decisions").fetchall() == [("kept",)]
    connection.close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_bytes(b"my notes\n" * 500)
    reason = reason_not_to_migrate(make_settings(tmp_path, database_url=f"sqlite:///{file}"))
    assert str(file) in reason
    assert "not a database" in reason
    assert "backup" in reason
    assert file.read_bytes() == b"my notes\n" * 500
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith("notes")] == ["notes.txt"]


def test_a_damaged_database_is_left_alone(tmp_path):
    settings = make_settings(tmp_path)
    close_app(make_app(settings))
    file = settings.instance_path / "console.sqlite3"
    damaged = file.read_bytes()[:100] + b"\xff" * 5_000
    file.write_bytes(damaged)
    reason = reason_not_to_migrate(settings)
    assert str(file) in reason
    assert "Nothing was changed" in reason
    assert file.read_bytes() == damaged


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    settings = make_settings(tmp_path)
    app = make_app(settings)
    with engine_of(app).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    close_app(app)
    reason = reason_not_to_migrate(settings)
    assert "another version" in reason
    assert "9999" in reason


def test_a_locked_database_is_waited_for_and_then_named(tmp_path, monkeypatch):
    settings = make_settings(tmp_path)
    close_app(make_app(settings))
    monkeypatch.setattr("crossguard.console.database._LOCK_TIMEOUT", 50)
    holder = sqlite3.connect(settings.instance_path / "console.sqlite3")
    holder.execute("BEGIN IMMEDIATE")
    reason = reason_not_to_migrate(settings)
    holder.close()
    assert "locked by another program" in reason


def test_a_file_in_a_folder_that_does_not_exist_is_named(tmp_path):
    file = tmp_path / "missing" / "app.db"
    reason = reason_not_to_migrate(make_settings(tmp_path, database_url=f"sqlite:///{file}"))
    assert "cannot be opened" in reason
    assert str(file) in reason


def test_a_database_that_may_only_be_read_is_named_at_the_start(tmp_path):
    settings = make_settings(tmp_path)
    close_app(make_app(settings))
    file = settings.instance_path / "console.sqlite3"
    reason = reason_not_to_migrate(
        make_settings(tmp_path, database_url=f"sqlite:///file:{file}?mode=ro&uri=true")
    )
    assert "cannot be written" in reason
    assert str(file) in reason


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    url = "postgresql+psycopg://u:hidden@127.0.0.1:1/crossguard"
    reason = reason_not_to_migrate(make_settings(tmp_path, database_url=url))
    assert "127.0.0.1" in reason
    assert "DATABASE_URL" in reason
    assert "hidden" not in reason


def test_a_driver_that_is_not_installed_is_named(tmp_path, monkeypatch):
    def no_driver(*_args, **_options):
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(sa, "engine_from_config", no_driver)
    with pytest.raises(CannotStart, match=r"pip install 'crossguard\[postgresql\]'"):
        create_app(make_settings(tmp_path, database_url="postgresql+psycopg://u@h/d"))
