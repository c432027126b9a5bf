"""Decisions in the database: written in batches, read in pages, counted by the minute."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crossguard.console.models import HIGHEST_ID, DecidedMinute, RecordedDecision
from crossguard.console.schemas import Decision, DecisionPage, Explanation, StatsMinute, StatsTotals

LONGEST_WINDOW: Final = 1_440
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
    """

    def __init__(self, engine: sa.Engine, limit: int) -> None:
        self.engine = engine
        self.limit = limit

    def write(self, rows: list[dict[str, Any]]) -> list[Decision]:
        """Store *rows*, count them, and remove what is too old, in one transaction.

        Returns:
            The decisions with their numbers, in the order of *rows*.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: nothing was stored then.
        """
        insert = sa.insert(RecordedDecision).returning(RecordedDecision.id, sort_by_parameter_order=True)
        with self.engine.begin() as connection:
            ids = connection.scalars(insert, rows).all()
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
        return [_show({"id": number, **row}) for number, row in zip(ids, rows, strict=True)]

    def page(
        self, *, limit: int, before: int | None, outcome: Literal["allowed", "refused"] | None
    ) -> DecisionPage:
        """Return the newest decisions, or the newest older than *before*."""
        query = sa.select(_decisions).order_by(RecordedDecision.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(RecordedDecision.id < before)
        if outcome is not None:
            query = query.where(RecordedDecision.allowed == (outcome == "allowed"))
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        items = [_show(dict(row)) for row in rows[:limit]]
        return DecisionPage(items=items, next=items[-1].id if len(rows) > limit else None)

    def find(self, decision_id: int) -> Decision | None:
        """Return the decision with this number; None if there is none, or none any more."""
        if not 0 < decision_id <= HIGHEST_ID:
            return None
        query = sa.select(_decisions).where(RecordedDecision.id == decision_id)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _show(dict(row))

    def minutes(self, count: int, now: datetime) -> list[StatsMinute]:
        """Return the last *count* minutes up to the present one, oldest first, empty ones included."""
        last = to_minute(now)
        first = last - timedelta(minutes=count - 1)
        query = sa.select(_minutes).where(DecidedMinute.at.between(first, last))
        with self.engine.connect() as connection:
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
        with self.engine.connect() as connection:
            span = connection.scalar(sa.select(newest - oldest + 1))
        return min(self.limit, span or 0)

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


def _show(row: dict[str, Any]) -> Decision:
    explanation = Explanation(code=row.pop("code"), summary=row.pop("summary"), fix=row.pop("fix"))
    return Decision(**row, explanation=explanation)
