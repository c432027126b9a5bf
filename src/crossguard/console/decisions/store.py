"""Decisions in the database: written in batches, read in pages, counted by the minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy.dialects import postgresql, sqlite

from crossguard.console.models import HIGHEST_ID, DecidedMinute, RecordedDecision
from crossguard.console.schemas import (
    Decision,
    DecisionPage,
    DecisionQuery,
    Explanation,
    Refusal,
    RefusalList,
    RefusalQuery,
    StatsMinute,
    StatsTotals,
)
from crossguard.explain import address_of

# A page that has missed more asks for the list.
_MOST_AT_ONCE: Final = 200
DEFAULT_WINDOW: Final = 30

# A little more than the longest window.
_MINUTES_KEPT: Final = timedelta(days=7)

_decisions: Final = sa.inspect(RecordedDecision).local_table
_minutes: Final = sa.inspect(DecidedMinute).local_table


class DecisionStore:
    """The newest decisions, and how many there were in each minute.

    Args:
        engine: where they are.
        limit: how many decisions are kept.
        own_origin: the front end whose own requests can be left out of the list.
    """

    def __init__(self, engine: sa.Engine, limit: int, own_origin: str = "") -> None:
        self.engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.limit = limit
        self._own_origin = own_origin

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Store *rows*, count them, and remove what is too old, in one transaction.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: nothing was stored then.
        """
        with self.engine.begin() as connection:
            connection.execute(sa.insert(RecordedDecision), rows)
            self._count(connection, rows)
            # By rank, not by arithmetic on numbers: PostgreSQL leaves gaps after a rollback.
            oldest_to_go = (
                sa.select(RecordedDecision.id)
                .order_by(RecordedDecision.id.desc())
                .offset(self.limit)
                .limit(1)
                .scalar_subquery()
            )
            connection.execute(sa.delete(RecordedDecision).where(RecordedDecision.id <= oldest_to_go))

    def page(self, asked: DecisionQuery) -> DecisionPage:
        """Return the newest decisions that were asked for."""
        query = sa.select(_decisions).order_by(RecordedDecision.id.desc()).limit(asked.limit + 1)
        for condition in _conditions(asked, self._own_origin):
            query = query.where(condition)
        with self._connect() as connection:
            rows = connection.execute(query).mappings().all()
        items = [_show(dict(row)) for row in rows[: asked.limit]]
        return DecisionPage(items=items, next=items[-1].id if len(rows) > asked.limit else None)

    def refusals(self, asked: RefusalQuery, now: datetime) -> RefusalList:
        """Return what was refused in the last minutes, the same in one row, most recent first."""
        count, last = sa.func.count().label("times"), sa.func.max(RecordedDecision.id).label("last_id")
        like = (RecordedDecision.origin, RecordedDecision.path, RecordedDecision.reason)
        query = (
            sa.select(*like, count, last)
            .where(
                RecordedDecision.allowed.is_(False),
                RecordedDecision.at >= now - timedelta(minutes=asked.minutes),
            )
            .group_by(*like)
            .order_by(last.desc())
            .limit(asked.limit)
        )
        with self._connect() as connection:
            groups = connection.execute(query).all()
            newest = sa.select(_decisions).where(RecordedDecision.id.in_([group.last_id for group in groups]))
            rows = {row["id"]: _show(dict(row)) for row in connection.execute(newest).mappings()}
        items = [
            Refusal(
                origin=group.origin,
                path=group.path,
                reason=group.reason,
                count=group.times,
                last=rows[group.last_id],
            )
            for group in groups
            if group.last_id in rows
        ]
        return RefusalList(items=items, minutes=asked.minutes)

    def newest_id(self) -> int:
        """Return the number of the newest decision; 0 if there is none."""
        with self._connect() as connection:
            return connection.scalar(sa.select(sa.func.max(RecordedDecision.id))) or 0

    def since(self, number: int) -> list[Decision]:
        """Return the newest decisions after *number*, oldest first; as many as a page shows at most."""
        query = sa.select(_decisions).where(RecordedDecision.id > number)
        query = query.order_by(RecordedDecision.id.desc()).limit(_MOST_AT_ONCE)
        with self._connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [_show(dict(row)) for row in reversed(rows)]

    def find(self, decision_id: int) -> Decision | None:
        """Return the decision with this number; None if there is none, or none any more."""
        if not 0 < decision_id <= HIGHEST_ID:
            return None
        query = sa.select(_decisions).where(RecordedDecision.id == decision_id)
        with self._connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _show(dict(row))

    def minutes(self, count: int, now: datetime) -> list[StatsMinute]:
        """Return the last *count* minutes up to the present one, oldest first, empty ones included."""
        last = to_minute(now)
        first = last - timedelta(minutes=count - 1)
        query = sa.select(_minutes).where(DecidedMinute.at.between(first, last))
        with self._connect() as connection:
            found = {row.at: row for row in connection.execute(query)}
        moments = (first + timedelta(minutes=index) for index in range(count))
        return [
            StatsMinute(at=at, allowed=found[at].allowed, refused=found[at].refused)
            if at in found
            else StatsMinute(at=at, allowed=0, refused=0)
            for at in moments
        ]

    def totals(self, now: datetime, dropped: int) -> StatsTotals:
        """Return the sums over the default window, for the live feed."""
        minutes = self.minutes(DEFAULT_WINDOW, now)
        return StatsTotals(
            allowed=sum(minute.allowed for minute in minutes),
            refused=sum(minute.refused for minute in minutes),
            dropped=dropped,
        )

    def kept(self) -> int:
        """Return how many decisions are stored, from the two ends of the index instead of a count.

        Exact on SQLite. On PostgreSQL a transaction that was rolled back leaves a gap, which is counted
        until the limit is reached.
        """
        # Two queries, because SQLite looks an end up in the index only if it is asked for one.
        oldest = sa.select(sa.func.min(RecordedDecision.id)).scalar_subquery()
        newest = sa.select(sa.func.max(RecordedDecision.id)).scalar_subquery()
        with self._connect() as connection:
            span = connection.scalar(sa.select(newest - oldest + 1))
        return min(self.limit, span or 0)

    def _connect(self) -> sa.Connection:
        """Return a connection for questions that belong to no transaction."""
        return self._reading.connect()

    def _count(self, connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
        counts: dict[datetime, list[int]] = {}
        for row in rows:
            counts.setdefault(to_minute(row["at"]), [0, 0])[0 if row["allowed"] else 1] += 1
        # Both databases have the same clause, SQLAlchemy two functions for it. Adding in the database
        # keeps the sum right when several processes count.
        if connection.dialect.name == "postgresql":
            insert: Any = postgresql.insert(DecidedMinute)
        else:
            insert = sqlite.insert(DecidedMinute)
        upsert = insert.on_conflict_do_update(
            index_elements=[DecidedMinute.at],
            set_={
                "allowed": DecidedMinute.allowed + insert.excluded.allowed,
                "refused": DecidedMinute.refused + insert.excluded.refused,
            },
        )
        # In order, so that two processes never wait for each other's rows crosswise.
        for at, (allowed, refused) in sorted(counts.items()):
            connection.execute(upsert, {"at": at, "allowed": allowed, "refused": refused})
        connection.execute(sa.delete(DecidedMinute).where(DecidedMinute.at < max(counts) - _MINUTES_KEPT))


def to_minute(moment: datetime) -> datetime:
    """Return the beginning of the minute of UTC in which *moment* lies."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _conditions(asked: DecisionQuery, own_origin: str) -> Iterator[sa.ColumnElement[bool]]:
    if asked.before is not UNSET:
        yield RecordedDecision.id < asked.before
    if asked.outcome is not UNSET:
        yield RecordedDecision.allowed == (asked.outcome == "allowed")
    if asked.reason is not UNSET:
        yield RecordedDecision.reason == asked.reason
    if asked.origin.strip():
        yield RecordedDecision.origin.icontains(asked.origin.strip(), autoescape=True)
    if asked.path.strip():
        yield RecordedDecision.path.icontains(asked.path.strip(), autoescape=True)
    if asked.since is not UNSET:
        yield RecordedDecision.at >= asked.since
    if asked.until is not UNSET:
        yield RecordedDecision.at <= asked.until
    if asked.others:
        yield sa.or_(RecordedDecision.allowed.is_(False), RecordedDecision.origin != own_origin)


def _show(row: dict[str, Any]) -> Decision:
    del row["path"]
    explanation = Explanation(
        summary=row.pop("summary"),
        fix=row.pop("fix"),
        line=row.pop("line") or "",
        page=address_of(row["reason"]),
    )
    return Decision(**row, explanation=explanation)
