"""The list of front ends in the database, and what the API shows of it."""

import sqlalchemy as sa
from flask import Flask
from msgspec import UNSET
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crossguard.console.front_ends.judge import judge
from crossguard.console.front_ends.schemas import ConfiguredFrontEnd, FrontEnd, FrontEndPage, FrontEndQuery
from crossguard.console.models import HIGHEST_ID, FrontEndOrigin


class OriginTakenError(ValueError):
    """The origin is on the list."""


def find_front_end(session: Session, number: int) -> FrontEndOrigin | None:
    """Return the front end with this number."""
    return session.get(FrontEndOrigin, number) if 0 < number <= HIGHEST_ID else None


def count_front_ends(session: Session, condition: sa.ColumnElement[bool] | None = None) -> int:
    """Count the front ends that were added; with *condition*, those that it holds for."""
    query = sa.select(sa.func.count()).select_from(FrontEndOrigin)
    return session.scalar(query if condition is None else query.where(condition)) or 0


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
    app: Flask, session: Session, asked: FrontEndQuery, written: tuple[str, ...]
) -> FrontEndPage:
    """Return a part of the list, newest first.

    Args:
        app: whose policy judges each entry.
        session: of the database.
        asked: which part.
        written: the origins of the configuration.
    """
    text = asked.search.strip()
    condition: sa.ColumnElement[bool] = sa.true()
    if text:
        condition = sa.or_(
            FrontEndOrigin.origin.icontains(text, autoescape=True),
            FrontEndOrigin.label.icontains(text, autoescape=True),
        )
    query = sa.select(FrontEndOrigin).where(condition).order_by(FrontEndOrigin.id.desc())
    if asked.before is not UNSET:
        query = query.where(FrontEndOrigin.id < asked.before)
    # One more, to know whether there is a further page.
    rows = session.scalars(query.limit(asked.limit + 1)).all()
    return FrontEndPage(
        configured=[
            ConfiguredFrontEnd(origin=origin, writes=judge(app, origin).writes)
            for origin in written
            if text.lower() in origin
        ],
        items=[show_front_end(app, row) for row in rows[: asked.limit]],
        total=count_front_ends(session, condition),
        next=rows[asked.limit - 1].id if len(rows) > asked.limit else None,
    )


def show_front_end(app: Flask, row: FrontEndOrigin) -> FrontEnd:
    """Return what the API shows of a row."""
    state, writes, reason, fix = judge(app, row.origin)
    return FrontEnd(
        id=row.id,
        origin=row.origin,
        label=row.label,
        created_at=row.created_at,
        state=state,
        writes=writes,
        reason=reason,
        fix=fix,
    )
