"""A source borrows connections for a moment, and does not wait for a database that is gone."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
import sqlalchemy as sa

from crossguard.sql import SqlOrigins, connections, create_tables
from tests.sql.support import SHOP, add, run

ACTIVITY = sa.text("SELECT state FROM pg_stat_activity WHERE application_name = 'source'")

FORK = """
import os, sys
import sqlalchemy as sa
from crossguard.sql import ListedOrigin, SqlOrigins

engine = sa.create_engine(sys.argv[1])
source = SqlOrigins(engine)
before = source.version()

def session():
    with engine.connect() as connection:
        return connection.scalar(sa.text(sys.argv[2]))

own = session()
child = os.fork()
if child == 0:
    source.after_fork()
    assert source.version() == before
    assert source.read() == ["https://shop.customer.example"]
    assert sys.argv[2] == "SELECT 1" or session() != own
    engine.dispose()
    sys.stdout.flush()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert source.version() == before
assert session() == own
engine.dispose()
print("done")
"""


@pytest.fixture
def named(database_url):
    """An engine whose sessions the server can tell from others, with one connection at most."""
    engine = sa.create_engine(
        database_url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=1,
        connect_args={"application_name": "source"},
    )
    create_tables(engine)
    add(engine, SHOP)
    yield engine
    engine.dispose()


def within(seconds, function):
    """Call, and check how long it took."""
    began = time.monotonic()
    try:
        return function()
    finally:
        assert time.monotonic() - began < seconds


def session_of(engine):
    with engine.connect() as connection:
        return connection.scalar(sa.text("SELECT pg_backend_pid()"))


def test_no_transaction_stays_open(named, postgresql):
    source = SqlOrigins(named)
    for function in (source.version, source.read):
        function()
        with postgresql.connect() as connection:
            assert connection.scalars(ACTIVITY).all() == ["idle"]
    run(named, "DROP TABLE crossguard_origins CASCADE")
    for function in (source.version, source.read):
        with pytest.raises((RuntimeError, sa.exc.SQLAlchemyError)):
            function()
        with postgresql.connect() as connection:
            assert connection.scalars(ACTIVITY).all() == ["idle"]


def test_a_pool_of_one_is_enough_and_is_given_back(named):
    source = SqlOrigins(named)
    session = session_of(named)
    for _ in range(5):
        source.version()
        source.read()

    assert named.pool.checkedout() == 0
    assert session_of(named) == session


def test_a_pool_that_is_used_up_is_an_error_after_its_own_time(named):
    source = SqlOrigins(named)
    with named.connect(), pytest.raises(sa.exc.TimeoutError):
        source.version()

    source.version()


def test_settings_of_the_connection_are_as_before(named):
    SqlOrigins(named).version()
    with named.connect() as connection:
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "0"
        assert connection.get_isolation_level() == connection.default_isolation_level


def test_a_locked_table_is_an_error_after_the_time_and_the_connection_stays(named, postgresql):
    source = SqlOrigins(named, timeout=0.2, read_timeout=0.2)
    session = session_of(named)
    with postgresql.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE crossguard_origins, crossguard_origins_version")
        for function in (source.version, source.read):
            with pytest.raises(sa.exc.OperationalError, match="statement timeout"):
                within(20, function)
        connection.rollback()

    source.version()
    assert source.read() == [SHOP]
    assert session_of(named) == session


def test_a_locked_file_is_an_error_after_the_time_of_the_engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x.db", connect_args={"timeout": 0.1})
    create_tables(engine)
    source = SqlOrigins(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            within(20, source.version)
        connection.rollback()

    source.version()
    engine.dispose()


def test_a_server_that_falls_silent_is_an_error_after_the_time(named, monkeypatch):
    monkeypatch.setattr(connections, "_GRACE", 0.1)
    source = SqlOrigins(named, timeout=0.2, read_timeout=0.3)
    for function, said in ((source.version, "0.3"), (source.read, "0.4")):
        session = session_of(named)
        os.kill(session, signal.SIGSTOP)
        try:
            with pytest.raises(TimeoutError, match=f"did not answer within {said} seconds"):
                within(20, function)
        finally:
            os.kill(session, signal.SIGCONT)
        function()
        assert session_of(named) != session


def test_a_server_that_falls_silent_at_the_end_is_an_error_after_the_time(named, monkeypatch):
    monkeypatch.setattr(connections, "_GRACE", 0.1)
    source = SqlOrigins(named, timeout=0.2)
    session = session_of(named)
    wake = threading.Timer(40, os.kill, (session, signal.SIGCONT))
    wake.start()

    def fall_silent(_connection):
        os.kill(session, signal.SIGSTOP)

    sa.event.listen(named, "rollback", fall_silent)
    try:
        with pytest.raises(TimeoutError, match="did not answer"):
            within(20, source.version)
    finally:
        sa.event.remove(named, "rollback", fall_silent)
        os.kill(session, signal.SIGCONT)
        wake.cancel()
        wake.join()

    source.version()


def test_a_timer_does_not_outlive_its_call(named):
    before = set(threading.enumerate())
    SqlOrigins(named, timeout=30).version()

    deadline = time.monotonic() + 60
    while set(threading.enumerate()) - before:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_server_that_takes_connections_and_says_nothing_is_an_error_after_the_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = sa.create_engine(f"postgresql+psycopg://a@127.0.0.1:{silent.getsockname()[1]}/a")
        with pytest.raises(sa.exc.OperationalError, match="timeout"):
            within(20, SqlOrigins(engine, timeout=0.2).version)


def test_only_the_sources_own_connecting_has_a_limit_and_none_that_was_set_is_changed(
    database_url, monkeypatch
):
    def limits(engine):
        found = []
        source = SqlOrigins(engine, timeout=4.2)
        with pytest.raises(RuntimeError):
            source.version()
        sa.event.listen(engine, "do_connect", lambda *args: found.append(args[3].get("connect_timeout")))
        for use in (lambda: engine.connect().close(), source.version, source.read):
            engine.dispose()
            with suppress(RuntimeError, sa.exc.ProgrammingError):
                use()
        engine.dispose()
        return found

    assert limits(sa.create_engine(database_url)) == [None, 5, 5]
    assert limits(sa.create_engine(database_url, connect_args={"connect_timeout": 9})) == [9, 9, 9]
    assert limits(sa.create_engine(f"{database_url}&connect_timeout=9")) == ["9", "9", "9"]
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "8")
    assert limits(sa.create_engine(database_url)) == [None, None, None]


def test_a_server_that_was_stopped_is_followed_again(server, named):
    source = SqlOrigins(named, timeout=1)
    before = source.version()
    server.stop()
    try:
        for function in (source.version, source.read, source.version):
            with pytest.raises((sa.exc.OperationalError, TimeoutError)):
                within(20, function)
    finally:
        assert server.start()

    assert source.version() == before
    assert source.read() == [SHOP]
    add(named, "https://new.example")
    assert source.version() != before


def test_a_connection_that_the_server_ended_is_an_error_once(named, postgresql):
    source = SqlOrigins(named)
    before = source.version()
    with postgresql.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": session_of(named)})
    with pytest.raises(sa.exc.OperationalError):
        source.version()

    assert source.version() == before


def test_a_child_has_connections_of_its_own_and_the_parent_keeps_his(engine):
    create_tables(engine)
    add(engine, SHOP)
    query = "SELECT pg_backend_pid()" if engine.dialect.name == "postgresql" else "SELECT 1"
    url = engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", FORK, url, query], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr


def test_a_child_of_a_process_that_has_read_nothing_has_nothing_to_let_go():
    SqlOrigins(lambda: None).after_fork()


def test_threads_may_ask_at_the_same_time(engine):
    create_tables(engine)
    add(engine, SHOP)
    source = SqlOrigins(engine)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append((source.version(), source.read()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [(source.version(), [SHOP])] * 8
