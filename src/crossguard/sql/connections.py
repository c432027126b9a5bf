"""Short connections of an application's engine that do not wait for ever."""

import math
import os
import socket
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import StaticPool

from crossguard.sql.version import check_dialect

#: An engine, or what returns one: an application factory has none yet when the policy is written.
EngineLike = sa.Engine | Callable[[], sa.Engine]

# Drivers that hand "connect_timeout" to PostgreSQL's client library.
_LIBPQ: Final = frozenset({"psycopg", "psycopg2"})

# The server is to give up first: that leaves a connection which can be used again.
_GRACE: Final = 1.0

# "true": until the end of the transaction.
_LIMIT: Final = sa.text("SELECT set_config('statement_timeout', :milliseconds, true)")

_this_thread = threading.local()


def check_engine(engine: object) -> sa.Engine:
    """Return *engine* if its connections can be used from a thread of their own.

    Raises:
        TypeError: no synchronous Engine.
        ValueError: neither PostgreSQL nor SQLite, or a database that only one connection sees.
    """
    if not isinstance(engine, sa.Engine) or engine.dialect.is_async:
        raise TypeError(
            "SqlOrigins needs the Engine that sqlalchemy.create_engine(...) returns, or a function without "
            f"arguments that returns it, not {engine!r}. An asynchronous engine belongs to its event loop: "
            "make a second engine with a synchronous driver, as in "
            "create_engine('postgresql+psycopg://user@host/name')."
        )
    check_dialect(engine.dialect)
    in_memory = engine.dialect.name == "sqlite" and engine.url.database in {None, "", ":memory:"}
    if in_memory or isinstance(engine.pool, StaticPool):
        raise ValueError(
            "a list of origins is read by a thread with a connection of its own, which a database in memory "
            "and a StaticPool do not have. Name a file: create_engine('sqlite:////var/lib/app.db')."
        )
    return engine


@contextmanager
def short_connection(engine: sa.Engine, seconds: float, *, connect: float) -> Iterator[sa.Connection]:
    """Lend a connection, and leave no transaction open on it.

    PostgreSQL ends a statement that takes longer than *seconds*. A second after that the connection is cut:
    no option of the server helps when its network is gone.

    Args:
        engine: whose pool lends it.
        seconds: how long it is needed at most.
        connect: how long a new one may take where the engine says nothing.

    Raises:
        TimeoutError: the server did not answer.
        SQLAlchemyError: the database cannot be reached.
    """
    is_postgresql = engine.dialect.name == "postgresql"
    with _connect(engine, connect) as connection, _cut_after(connection, seconds + _GRACE):
        try:
            if is_postgresql:
                # An engine may be set to AUTOCOMMIT, where there is no "local", and no cursor to stream from.
                connection.execution_options(isolation_level="READ COMMITTED")
                connection.execute(_LIMIT, {"milliseconds": str(math.ceil(seconds * 1000))})
            yield connection
        finally:
            # Here, not by closing: the connection may hang in this too, and is not the pool's again yet.
            connection.rollback()


def _connect(engine: sa.Engine, seconds: float) -> sa.Connection:
    """Connect, with a limit where the engine has none. Other threads connect as they did."""
    if engine.dialect.driver in _LIBPQ and not event.contains(engine, "do_connect", _limit_connecting):
        event.listen(engine, "do_connect", _limit_connecting)
    _this_thread.seconds = seconds
    try:
        return engine.connect()
    finally:
        _this_thread.seconds = None


def _limit_connecting(
    _dialect: sa.Dialect, _record: object, _arguments: object, parameters: MutableMapping[str, Any]
) -> None:
    seconds: float | None = getattr(_this_thread, "seconds", None)
    if seconds is not None and "PGCONNECT_TIMEOUT" not in os.environ:
        parameters.setdefault("connect_timeout", math.ceil(seconds))


@contextmanager
def _cut_after(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """End the network connection if the block takes longer than *seconds*; its caller then gets an error.

    Raises:
        TimeoutError: the block took longer.
    """
    number = getattr(connection.connection.driver_connection, "fileno", None)
    if number is None:  # SQLite; its engine says how long it waits for a lock
        yield
        return
    lock = threading.Lock()
    is_cut = False

    def cut() -> None:
        nonlocal is_cut
        # Locked, so that a connection is never cut which the pool has lent to another caller by now.
        with lock, suppress(OSError):
            if wire.fileno() >= 0:
                is_cut = True
                wire.shutdown(socket.SHUT_RDWR)

    # A descriptor of its own: the driver may close its own at any time, and the number then means another.
    wire = socket.fromfd(number(), socket.AF_INET, socket.SOCK_STREAM)
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        if is_cut:
            raise TimeoutError(f"the database did not answer within {seconds:g} seconds") from error
        raise
    finally:
        timer.cancel()
        with lock:
            wire.close()
