"""The table of origins, ready to use or to be mixed into a table of the application's own."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, Integer, String, Table, event, func
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column, validates

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.issues import IssueCode, kind_of, shown
from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.core.patterns import ANY_ORIGIN, parse_rule
from crossguard.sql.triggers import install_triggers, remove_function
from crossguard.sql.version import version_table

# SQLite numbers by itself only what is declared INTEGER, and its INTEGER has 64 bits.
_RowId = BigInteger().with_variant(Integer, "sqlite")

_MAX_LABEL = 200


class ListedOriginError(OriginSyntaxError):
    """What was written into ``origin`` is none; the text says why, and what to write."""

    def __init__(self, value: object, code: IssueCode, reason: str, fix: str) -> None:
        super().__init__(code, reason, fix)
        self.value = value

    def __str__(self) -> str:
        return f"{shown(self.value)}: {self.reason} Fix: {self.fix}"


class ListedOriginMixin:
    """The columns of a table of origins, for a model with a table name and columns of its own.

    Attributes:
        origin: an exact origin or a pattern, as in ``origins``. What is assigned is checked, and kept as
            browsers write it. What is written past the model is checked when it is read.
        label: whose origin it is or why it is listed, for people.
        created_at: when the row was written, by the clock of the database.
    """

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    # Patterns are of http and https only, so they are shorter than the longest origin.
    origin: Mapped[str] = mapped_column(String(MAX_ORIGIN_LENGTH), unique=True)
    label: Mapped[str | None] = mapped_column(String(_MAX_LABEL))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    @validates("origin")
    def _check_origin(self, _key: str, value: object) -> str:
        return _normalised(value)


def _normalised(value: object) -> str:
    if not isinstance(value, str):
        raise ListedOriginError(
            value,
            IssueCode.WRONG_TYPE,
            f"{kind_of(value)} is not an origin.",
            "write 'https://app.example.com'.",
        )
    if value == ANY_ORIGIN:
        raise ListedOriginError(
            value,
            IssueCode.WILDCARD_AMONG_OTHERS,
            "'*' is every origin, and the other rows mean nothing.",
            "list origins, or write origins='*' where the policy is.",
        )
    try:
        return str(parse_rule(value))
    except OriginSyntaxError as error:
        raise ListedOriginError(value, error.code, error.reason, error.fix) from None


def _install(table: Table, connection: Connection, **_: object) -> None:
    install_triggers(connection, table)


def _remove_function(version: Table, connection: Connection, **_: object) -> None:
    remove_function(connection, version.schema)


@event.listens_for(ListedOriginMixin, "instrument_class", propagate=True)
def _accompany(mapper: Mapper[Any], _class: type) -> None:
    """Put the table with the version beside the table of origins, and the triggers behind both.

    It belongs to the same metadata so that ``create_all``, ``drop_all`` and Alembic's comparison know it.
    """
    table = mapper.local_table
    if isinstance(table, Table) and not event.contains(table, "after_create", _install):
        version = version_table(table, table.metadata)
        table.add_is_dependent_on(version)
        event.listen(table, "after_create", _install)
        event.listen(version, "after_drop", _remove_function)


class _OriginBase(DeclarativeBase):
    pass


class ListedOrigin(ListedOriginMixin, _OriginBase):
    """One entry of the list, in the table ``crossguard_origins``."""

    __tablename__ = "crossguard_origins"
