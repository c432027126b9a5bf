"""The list of front ends in the database, and what the API shows of it."""

import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crossguard.console.frontend_schemas import (
    ConfiguredFrontEnd,
    FrontEnd,
    FrontEndPage,
    FrontEndQuery,
    FrontEndState,
)
from crossguard.console.frontends import judge
from crossguard.console.models import HIGHEST_ID, FrontEndOrigin
from crossguard.core.config import CorsConfig


class OriginTakenError(ValueError):
    """The origin is on the list."""


def find_front_end(session: Session, number: int) -> FrontEndOrigin | None:
    """Return the front end with this number."""
    return session.get(FrontEndOrigin, number) if 0 < number <= HIGHEST_ID else None


def add_front_end(session: Session, row: FrontEndOrigin) -> None:
    """Write a row, and commit.

    Raises:
        OriginTakenError: if its origin is on the list.
    """
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise OriginTakenError(row.origin) from None


def remove_front_end(session: Session, row: FrontEndOrigin) -> None:
    """Delete a row, and commit."""
    session.delete(row)
    session.commit()


def page_of_front_ends(
    session: Session, asked: FrontEndQuery, config: CorsConfig, written: tuple[str, ...]
) -> FrontEndPage:
    """Return a part of the list, newest first.

    Args:
        session: of the database.
        asked: which part.
        config: the options in force, for the state of each.
        written: the origins of the configuration.
    """
    text = asked.search.strip()
    condition: sa.ColumnElement[bool] = sa.true()
    if text:
        condition = sa.or_(
            FrontEndOrigin.origin.icontains(text, autoescape=True),
            FrontEndOrigin.label.icontains(text, autoescape=True),
        )
    total = session.scalar(sa.select(sa.func.count()).select_from(FrontEndOrigin).where(condition)) or 0
    query = sa.select(FrontEndOrigin).where(condition).order_by(FrontEndOrigin.id.desc())
    if asked.before is not UNSET:
        query = query.where(FrontEndOrigin.id < asked.before)
    # One more, to know whether there is a further page.
    rows = session.scalars(query.limit(asked.limit + 1)).all()
    in_force = frozenset(entry for entry in config.origins if isinstance(entry, str))
    return FrontEndPage(
        configured=[
            ConfiguredFrontEnd(origin=origin, writes=judge(origin, config).writes)
            for origin in written
            if text.lower() in origin
        ],
        items=[show_front_end(row, config, in_force) for row in rows[: asked.limit]],
        total=total,
        next=rows[asked.limit - 1].id if len(rows) > asked.limit else None,
    )


def show_front_end(
    row: FrontEndOrigin, config: CorsConfig, in_force: frozenset[str] | None = None
) -> FrontEnd:
    """Return what the API shows of a row.

    Args:
        row: the row.
        config: the options in force.
        in_force: its origins, if they have been collected already.
    """
    entry, issue, writes = judge(row.origin, config)
    state: FrontEndState = "pending"
    if entry in (config.origins if in_force is None else in_force):
        state = "in-force"
    elif issue is not None:
        state = "passed-over"
    return FrontEnd(
        id=row.id,
        origin=row.origin,
        label=row.label,
        created_at=row.created_at,
        state=state,
        writes=writes,
        reason="" if issue is None else issue.reason,
        fix="" if issue is None else issue.fix,
    )
