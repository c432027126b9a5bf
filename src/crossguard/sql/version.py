"""Where the version of a table of origins is kept."""

from typing import Any, Final

import sqlalchemy as sa

#: The only row's key. Each table of origins has a table for its version, not a row in a common one: metadata
#: that are compared, made and dropped apart must not share a table.
ONLY: Final = 1


def check_dialect(dialect: sa.Dialect) -> None:
    """Refuse a database whose triggers are not known here.

    Raises:
        ValueError: neither PostgreSQL nor SQLite.
    """
    if dialect.name not in {"postgresql", "sqlite"}:
        raise ValueError(f"a list of origins can be kept in PostgreSQL or SQLite, not in {dialect.name}.")


def version_table(table: sa.TableClause, metadata: sa.MetaData) -> sa.Table:
    """Return the table with the version of *table*, which becomes a part of *metadata*.

    ``number`` is for people. ``mark`` is random and new with every change, so that no version comes back
    when a backup is restored and changed again.
    """
    return sa.Table(
        f"{table.name}_version",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("mark", sa.String(36), nullable=False),
        schema=table.schema,
        keep_existing=True,
    )


def version_of(table: sa.TableClause) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    """Return the table with the version of *table*, known to no other metadata, and the row's condition."""
    version = version_table(table, sa.MetaData())
    return version, version.c.id == ONLY


def origin_column(model: Any) -> sa.ColumnClause[Any]:
    """Return the column ``origin`` of a model or a table.

    Raises:
        TypeError: *model* is neither, or has no such column.
    """
    if isinstance(model, sa.TableClause):
        column: Any = model.c.get("origin")
    else:
        mapper: Any = sa.inspect(model, raiseerr=False) if isinstance(model, type) else None
        found = None if mapper is None else mapper.column_attrs.get("origin")
        column = None if found is None else found.columns[0]
    if not isinstance(column, sa.ColumnClause) or not isinstance(column.table, sa.TableClause):
        raise TypeError(
            f"{model!r} is no model with a column 'origin'. Give a class that is derived from "
            "ListedOriginMixin, or a Table."
        )
    return column


def table_of(model: Any) -> sa.TableClause:
    """Return the table that holds the origins of *model*.

    Raises:
        TypeError: *model* is neither a model with a column ``origin`` nor a table.
    """
    if isinstance(model, sa.TableClause):
        return model
    table = origin_column(model).table
    assert isinstance(table, sa.TableClause)  # noqa: S101 - origin_column has looked
    return table
