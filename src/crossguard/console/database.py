"""The database: engine options, connections and migrations.

Nothing here knows what the tables mean.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from inspect import iscoroutinefunction
from typing import Any

import sqlalchemy as sa
from alembic.util.exc import CommandError
from flask import Flask
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from crossguard.console.database_url import describe_database
from crossguard.console.models import Model
from crossguard.console.settings import Settings
from crossguard.console.stops import CannotStart

# Objects stay readable after a commit, which every request makes at its end.
db = SQLAlchemy(session_options={"expire_on_commit": False})
migrations = Alembic(metadatas=Model.metadata, run_mkdir=False)

# Any constant will do, as long as every process that migrates uses the same one.
_MIGRATION_LOCK = 0x6372_6F73

_SECONDS_TO_CONNECT = 5
_SECONDS_FOR_A_CONNECTION = 10
# Milliseconds.
_LOCK_TIMEOUT = 5_000
_STATEMENT_TIMEOUT = 15_000


def init_database(app: Flask, settings: Settings) -> None:
    """Give *app* its engine. Connects to nothing.

    Raises:
        CannotStart: if the driver for PostgreSQL is not installed.
    """
    file = settings.instance_path / "console.sqlite3"
    if settings.database_url is None:
        # It holds password hashes. SQLite gives its other files the mode of this one.
        with suppress(OSError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    url = sa.make_url(settings.database_url or sa.URL.create("sqlite", database=str(file)))
    # No overflow: a connection that is made for one request and thrown away costs more than waiting.
    options: dict[str, Any] = {
        "url": url,
        "pool_size": settings.pool_size,
        "max_overflow": 0,
        "pool_timeout": _SECONDS_FOR_A_CONNECTION,
    }
    if url.get_backend_name() == "postgresql":
        # pre_ping: a connection that the server or a firewall has dropped is replaced, not used.
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": _SECONDS_TO_CONNECT}}
    app.config["SQLALCHEMY_ENGINES"] = {"default": options}
    try:
        db.init_app(app)
    except ModuleNotFoundError:
        raise CannotStart(
            "DATABASE_URL names PostgreSQL, whose driver is not installed. "
            "Run: pip install 'crossguard[postgresql]'"
        ) from None
    # The extension also closes asynchronous sessions, of which there are none here, after each request: in
    # an event loop and a thread of their own, for as long as a small request takes.
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]
    # Not Alembic's default for SQLite, which can do it: see _one_at_a_time.
    app.config["ALEMBIC_CONTEXT"] = {"transactional_ddl": True}
    migrations.init_app(app)
    prepare = _prepare_sqlite if url.get_backend_name() == "sqlite" else _prepare_postgresql
    with app.app_context():
        event.listen(db.engine, "connect", prepare)


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Let no request wait for ever, in any state of the server."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {_LOCK_TIMEOUT}")
        cursor.execute(f"SET statement_timeout = {_STATEMENT_TIMEOUT}")
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_LOCK_TIMEOUT}")
    _switch_to_wal(cursor)
    # NORMAL: in WAL mode a power cut may lose the last commits, never the file's consistency.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Let readers and the writer not wait for each other (SQLite, "Write-Ahead Logging").

    The file remembers it, so that this does something once. SQLite does not wait by itself for a process
    that switches at the same moment.
    """
    deadline = time.monotonic() + _LOCK_TIMEOUT / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def migrate(app: Flask) -> None:
    """Bring the database to the newest revision; processes that start together take turns.

    Raises:
        CannotStart: if the database cannot be reached, read or written, or is newer than the program.
            Its content is as it was.
    """
    with app.app_context():
        engine = db.engine
        try:
            with _one_at_a_time(engine):
                migrations.upgrade()
            with engine.begin() as connection:
                # Changes nothing, and fails now, not at the first sign-in, if nothing may be changed.
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        except SQLAlchemyError as error:
            raise CannotStart(_diagnosis(engine, error)) from error
        except CommandError as error:
            raise CannotStart(
                f"The database {describe_database(engine.url)} was made by another version of Crossguard: "
                f"{error}. Nothing was changed: start that version, or name another database by DATABASE_URL."
            ) from error


@contextmanager
def _one_at_a_time(engine: sa.Engine) -> Iterator[None]:
    """Make every transaction of *engine* begin with a lock that other processes wait for.

    Also what makes a migration of an SQLite file whole or not at all: Python's driver begins no
    transaction before a statement that defines a table.
    """

    def begin(connection: sa.Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Others may be at it for longer than a request may wait.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))

    event.listen(engine, "begin", begin)
    try:
        yield
    finally:
        event.remove(engine, "begin", begin)


def _diagnosis(engine: sa.Engine, error: SQLAlchemyError) -> str:
    name = describe_database(engine.url)
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
    if engine.dialect.name == "postgresql":
        if isinstance(error, OperationalError):
            return (
                f"The database {name} cannot be used: {said}. Start the server, or correct DATABASE_URL "
                "(user, password, host, database)."
            )
        return f"The database {name} cannot be migrated: {said}. Nothing was changed."
    if "unable to open" in said:
        return f"The database file {name} cannot be opened. Make its folder, and let this user write there."
    if "readonly" in said:
        return f"The database file {name} cannot be written. Let this user write to it and to its folder."
    if "locked" in said:
        return f"The database file {name} is locked by another program. Stop that one and start again."
    return (
        f"The database file {name} cannot be used: {said}. Nothing was changed: "
        "put a backup in its place, or move it away to start with an empty one."
    )
