"""The tables, as SQLAlchemy models."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from crossguard.console.schemas import Role
from crossguard.sql import ListedOriginMixin

# A database answers a number beyond the range of its column with an error, not with "none".
HIGHEST_ID: Final = 2**63 - 1

# SQLite counts up only what is declared INTEGER, and its INTEGER has 64 bits.
_RowId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, also where the database (SQLite) keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Convert to UTC. A naive value would be read as local time, so it is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware value in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


class Model(DeclarativeBase):
    """Base of the tables; its metadata is what migrations are compared with."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy reads it once, on the class


class Account(Model):
    """A person who may sign in."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("role IN ('admin', 'member')", name="role_known"),
        # Without it SQLite gives a deleted account's number, and so its sessions, to the next one.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(String(16))
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_sign_in_at: Mapped[datetime | None]


class SignedInSession(Model):
    """A session: it is good as long as its row is there, and no longer than its lifetime.

    Attributes:
        key: SHA-256 of what the cookie carries, so that no copy of the database signs a user in.
        address: where it began; for the person, to recognise it by.
        browser: the `User-Agent` with which it began, in the same way.
    """

    __tablename__ = "sessions"
    # Numbers are shown, and must not come to mean another session.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(256))


class SignInAttempts(Model):
    """How often signing in was tried, from one address or for one account, in one window of time.

    Attributes:
        key: a hash of the address or the name: what was typed as a name may be a password.
        ends_at: when the window ends, in seconds since 1970.
    """

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[float] = mapped_column(Float(53), index=True)


class FrontEndOrigin(ListedOriginMixin, Model):
    """An origin that an administrator has added to those of the configuration."""

    __tablename__ = "front_ends"
    # A caller that removes by number means the row that was shown, not one that was given its number since.
    __table_args__ = ({"sqlite_autoincrement": True},)

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RecordedDecision(Model):
    """One decision about a request that carried an Origin header, with its explanation."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_allowed_id", "allowed", "id"),
        Index("ix_decisions_reason_id", "reason", "id"),
        # Pages are cut by id and clients hold on to ids: none may come back after pruning.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    requested_method: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, server_default="/")
    outcome: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(64))
    allowed: Mapped[bool]
    summary: Mapped[str] = mapped_column(Text)
    fix: Mapped[str] = mapped_column(Text)
    line: Mapped[str | None] = mapped_column(Text)


class DecidedMinute(Model):
    """How many decisions fell within one minute; outlives the decisions themselves."""

    __tablename__ = "decided_minutes"

    at: Mapped[datetime] = mapped_column(primary_key=True)
    allowed: Mapped[int]
    refused: Mapped[int]
