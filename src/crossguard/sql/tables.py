"""Making the tables without a tool for migrations."""

from typing import Any, Final

import sqlalchemy as sa

from crossguard.sql.models import ListedOrigin
from crossguard.sql.triggers import install_triggers
from crossguard.sql.version import check_dialect, table_of

# Any constant will do, as long as every process uses the same one.
_LOCK: Final = 0x6372_6F74


def create_tables(bind: sa.Engine | sa.Connection, *, model: Any = ListedOrigin) -> None:
    """Make the table of a model, the table with its version and the triggers; what is there stays.

    Processes that start together take turns.

    Args:
        bind: an engine, or a connection whose transaction the caller commits.
        model: what was derived from :class:`~crossguard.sql.ListedOriginMixin`.

    Raises:
        TypeError: *bind* or *model* is something else.
        ValueError: neither PostgreSQL nor SQLite.
    """
    if isinstance(bind, sa.Engine):
        check_dialect(bind.dialect)
        with bind.connect() as connection:
            if bind.dialect.name == "postgresql":
                # An engine may be set to AUTOCOMMIT, where the lock would end with its own statement.
                connection.execution_options(isolation_level="READ COMMITTED")
            with connection.begin():
                _create(connection, model)
    elif isinstance(bind, sa.Connection):
        check_dialect(bind.dialect)
        _create(bind, model)
    else:
        raise TypeError(
            f"an Engine or a Connection is needed, not {bind!r}. With an asynchronous engine, write: "
            "async with engine.begin() as connection: await connection.run_sync(create_tables)"
        )


def _create(connection: sa.Connection, model: Any) -> None:
    table = table_of(model)
    if not isinstance(table, sa.Table):
        raise TypeError(f"{model!r} does not say which columns it has.")
    _take_turn(connection)
    table.metadata.create_all(connection, tables=[table])
    install_triggers(connection, table)


def _take_turn(connection: sa.Connection) -> None:
    """Let other processes wait until the transaction ends.

    PostgreSQL's CREATE TABLE IF NOT EXISTS fails if two run at the same moment. Python's driver of
    SQLite begins no transaction before a statement that defines a table.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    elif not getattr(connection.connection.driver_connection, "in_transaction", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
