"""Sessions as rows: begun at sign-in, good while the row is there, ended by deleting it."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crossguard.console.models import Account, SignedInSession, utc_now

# The cookie itself ends with the browser. This is how long a copy of it would be of use.
LIFETIME: Final = timedelta(hours=12)

# `secrets.token_urlsafe(32)`: anything else is not worth a look-up.
_LENGTH_OF_TOKEN: Final = 43


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, as Flask-Login's user: the account as it was when the request came, and the session.

    Attributes:
        account: detached from the database, so that no connection is held for it.
        session_id: the number of the session's row.
        token: what the cookie carries.
    """

    account: Account
    session_id: int
    token: str

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.token


def start_session(session: Session, account: Account, *, address: str, browser: str) -> SignedIn:
    """Begin a session for *account*, forget those that are over, and commit."""
    token = secrets.token_urlsafe(32)
    row = SignedInSession(key=_key(token), account_id=account.id, address=address[:64], browser=browser[:256])
    session.add(row)
    session.execute(sa.delete(SignedInSession).where(SignedInSession.created_at < utc_now() - LIFETIME))
    session.commit()
    return SignedIn(account, row.id, token)


def find_signed_in(engine: sa.Engine, token: str) -> SignedIn | None:
    """Return who *token* signs in; None if its session has ended, or the account may not sign in.

    One short question outside of any transaction: the connection is back in the pool when this returns.
    """
    if len(token) != _LENGTH_OF_TOKEN:
        return None
    query = sa.select(SignedInSession.id, Account).join(Account, Account.id == SignedInSession.account_id)
    query = query.where(
        SignedInSession.key == _key(token),
        SignedInSession.created_at >= utc_now() - LIFETIME,
        Account.disabled.is_(False),
    )
    with Session(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False) as session:
        found = session.execute(query).one_or_none()
    return None if found is None else SignedIn(found[1], found[0], token)


def good_sessions(engine: sa.Engine, numbers: Collection[int]) -> set[int]:
    """Return those of *numbers* whose sessions are still good."""
    query = sa.select(SignedInSession.id).join(Account, Account.id == SignedInSession.account_id)
    query = query.where(
        SignedInSession.id.in_(numbers),
        SignedInSession.created_at >= utc_now() - LIFETIME,
        Account.disabled.is_(False),
    )
    with engine.connect() as connection:
        return set(connection.scalars(query))


def list_sessions(session: Session, account_id: int) -> list[SignedInSession]:
    """Return the sessions of an account, newest first."""
    query = sa.select(SignedInSession).where(
        SignedInSession.account_id == account_id, SignedInSession.created_at >= utc_now() - LIFETIME
    )
    return list(session.scalars(query.order_by(SignedInSession.id.desc()).limit(100)))


def end_sessions(
    session: Session, account_id: int, *, but: int | None = None, only: int | None = None
) -> int:
    """Delete sessions of an account, in the caller's transaction.

    Args:
        session: of the database.
        account_id: whose.
        but: the number of one that stays.
        only: the number of the only one to delete.

    Returns:
        How many there were.
    """
    query = sa.delete(SignedInSession).where(SignedInSession.account_id == account_id)
    if but is not None:
        query = query.where(SignedInSession.id != but)
    if only is not None:
        query = query.where(SignedInSession.id == only)
    return session.connection().execute(query).rowcount


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
