"""The source that policies follow."""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

from crossguard.lists.source import OriginSource
from crossguard.sql.connections import EngineLike, check_engine, short_connection
from crossguard.sql.models import ListedOrigin
from crossguard.sql.triggers import are_installed
from crossguard.sql.version import origin_column, table_of, version_of

# What a batch of rows costs in memory is small beside the list; larger ones are not faster.
_ROWS_AT_ONCE: Final = 10_000

_CLOCKS: Final = frozenset(
    {
        "clock_timestamp",
        "current_date",
        "current_time",
        "current_timestamp",
        "localtime",
        "localtimestamp",
        "now",
        "statement_timestamp",
        "sysdate",
        "transaction_timestamp",
    }
)


class SqlOrigins(OriginSource):
    """The origins in a table of PostgreSQL or SQLite. Any process may change them at any time.

    The table needs its triggers: see :func:`~crossguard.sql.create_tables` and
    :func:`~crossguard.sql.install_triggers`.

    Args:
        engine: an engine, or a function without arguments that returns one; it is called once, by the
            thread that follows the list. One connection is used at a time, and none is kept.
        model: what was derived from :class:`~crossguard.sql.ListedOriginMixin`, or a Table with a column
            ``origin``.
        where: which rows count, such as ``Origin.active``; of columns of this table only.
        timeout: seconds that the database has to connect, and to tell the version.
        read_timeout: seconds that it has to give the whole list.
        seconds: how often the version is asked for.
        keep: a file for the last known list.

    Raises:
        TypeError: *engine* or *model* is something else.
        ValueError: neither PostgreSQL nor SQLite, a database in memory, a *where* whose truth may change
            while the table does not, or a time-out that is not positive.
    """

    def __init__(  # noqa: PLR0913 - options, by name
        self,
        engine: EngineLike,
        *,
        model: Any = ListedOrigin,
        where: sa.ColumnExpressionArgument[bool] | None = None,
        timeout: float = 5,
        read_timeout: float = 60,
        seconds: float = 0.25,
        keep: str | Path | None = None,
    ) -> None:
        super().__init__(seconds=seconds, keep=keep)
        if not (timeout > 0 and read_timeout > 0):
            raise ValueError("SqlOrigins: timeout and read_timeout are numbers of seconds above 0.")
        # A class is callable too, and so is a sessionmaker; what they return is looked at later.
        is_factory = callable(engine) and not isinstance(engine, sa.Engine)
        self._engine = None if is_factory else check_engine(engine)
        self._factory = engine
        self._query: sa.Select[Any] | None = None
        self._timeout = timeout
        self._read_timeout = read_timeout
        self._table = table_of(model)
        column = origin_column(model)
        # The column of a caller's own model may be nullable. NULL is not an entry.
        self._rows: sa.Select[Any] = sa.select(column).where(column.is_not(None))
        if where is not None:
            self._rows = self._rows.where(where)
            _check_condition(self._rows.whereclause, self._table)

    def version(self) -> object:
        """Return number and mark of the newest change that is committed.

        Raises:
            SQLAlchemyError: the database cannot be reached.
            TimeoutError: it does not answer.
            RuntimeError: changes are not counted.
        """
        engine = self._resolved()
        if self._query is None:
            # Once: putting it together takes longer than asking.
            version, only = version_of(self._table)
            counted = are_installed(self._table, engine.dialect)
            self._query = sa.select(version.c.number, version.c.mark, counted).where(only)
        try:
            with short_connection(engine, self._timeout, connect=self._timeout) as connection:
                row = connection.execute(self._query).one_or_none()
        except sa.exc.DBAPIError as error:
            if not _is_about_a_missing_table(error):
                raise
            row = None
        if row is None or not row[2]:
            name = self._table.name
            raise RuntimeError(
                f"changes of the table {name} are not counted: its triggers or the table {name}_version are "
                "missing. Fix: create_tables(engine), or install_triggers(...) in a migration"
            )
        return row[0], row[1]

    def read(self) -> list[str]:
        """Return the rows in any order, and none of what is not committed.

        Raises:
            SQLAlchemyError: the database cannot be reached, or has no such table.
            TimeoutError: it does not answer.
        """
        found: list[str] = []
        engine = self._resolved()
        with short_connection(engine, self._read_timeout, connect=self._timeout) as connection:
            result = connection.execute(self._rows, execution_options={"yield_per": _ROWS_AT_ONCE})
            for part in result.scalars().partitions():
                # SQLite keeps other things than text in a column of text, if asked to.
                found.extend(entry if isinstance(entry, str) else str(entry) for entry in part)
        return found

    def after_fork(self) -> None:
        """Give the child a pool of its own; the inherited connections stay the parent's."""
        if self._engine is not None:
            self._engine.dispose(close=False)

    def __str__(self) -> str:
        if self._engine is None:
            return f"the table {self._table.fullname}"
        url = self._engine.url
        # Built anew: a password may also stand in the query.
        place = sa.URL.create(url.get_backend_name(), url.username, None, url.host, url.port, url.database)
        return f"the table {self._table.fullname} of {place}"

    def _resolved(self) -> sa.Engine:
        if self._engine is None:
            assert callable(self._factory)  # noqa: S101 - the constructor has looked
            self._engine = check_engine(self._factory())
        return self._engine


def _is_about_a_missing_table(error: sa.exc.DBAPIError) -> bool:
    # PostgreSQL, appendix A, "undefined_table"; SQLite has one code for all that is wrong with a statement.
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def _check_condition(condition: sa.ColumnElement[bool] | None, table: sa.TableClause) -> None:
    for element in () if condition is None else visitors.iterate(condition):
        other: Any = element.table if isinstance(element, sa.ColumnClause) else element
        while isinstance(other, sa.Alias):
            other = other.element
        if isinstance(other, sa.TableClause) and (other.schema, other.name) != (table.schema, table.name):
            raise ValueError(
                f"where asks {other.name}, and a change there would not be noticed. "
                f"Use columns of {table.name} only; a trigger of yours can keep one up to date."
            )
        if isinstance(element, FunctionElement) and element.name.lower() in _CLOCKS:
            raise ValueError(
                f"where asks for the time ({element.name}), which goes by while no row changes. "
                "Use a column instead, such as active, and change it when the time has come."
            )
