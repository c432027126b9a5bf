"""Accounts: who may sign in, and what of it the API shows."""

import re
from typing import Final

import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crossguard.console.accounts.passwords import Passwords
from crossguard.console.accounts.sessions import end_sessions
from crossguard.console.models import HIGHEST_ID, Account, utc_now
from crossguard.console.schemas import Role, User, UserList, UserQuery

# Any constant will do that no other lock of this database has.
_ACCOUNTS_LOCK: Final = 0x6372_6F74

_USERNAME: Final = re.compile(r"[a-z0-9._-]{3,64}")


class UsernameTakenError(ValueError):
    """An account with this name exists."""


def find_account(session: Session, account_id: int) -> Account | None:
    """Return the account with this number."""
    return session.get(Account, account_id) if 0 < account_id <= HIGHEST_ID else None


def page_of_accounts(session: Session, asked: UserQuery) -> UserList:
    """Return a part of the accounts, in order of their names."""
    text = asked.search.strip()
    condition = Account.username.icontains(text, autoescape=True) if text else sa.true()
    query = sa.select(Account).where(condition).order_by(Account.username)
    if asked.after is not UNSET:
        query = query.where(Account.username > asked.after)
    # One more, to know whether there is a further page.
    rows = session.scalars(query.limit(asked.limit + 1)).all()
    total = session.scalar(sa.select(sa.func.count()).select_from(Account).where(condition)) or 0
    return UserList(
        items=[show_account(row) for row in rows[: asked.limit]],
        total=total,
        next=rows[asked.limit - 1].username if len(rows) > asked.limit else None,
    )


def lock_accounts(session: Session) -> None:
    """Wait until no other transaction changes accounts, and keep the others waiting until this one ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ACCOUNTS_LOCK)))
    else:
        # SQLite has one writer at a time, and a statement that changes no row makes this one it.
        session.execute(sa.update(Account).where(Account.id == -1).values(disabled=False))


def has_administrator(session: Session) -> bool:
    """Tell whether there is an administrator who may sign in."""
    query = sa.select(Account.id).where(Account.role == "admin", Account.disabled.is_(False)).limit(1)
    return session.scalar(query) is not None


def has_account(session: Session, username: str) -> bool:
    """Tell whether there is an account with this name."""
    known = sa.select(Account.id).where(Account.username == username)
    return bool(_USERNAME.fullmatch(username)) and session.scalar(known) is not None


def set_password(session: Session, passwords: Passwords, username: str, password: str) -> bool:
    """Give an account another password, end its sessions, and commit; False if there is no such account."""
    account = session.scalar(sa.select(Account).where(Account.username == username))
    if account is None:
        return False
    account.password_hash = passwords.hash(password)
    end_sessions(session, account.id)
    session.commit()
    return True


def create_account(
    session: Session, passwords: Passwords, *, username: str, password: str, role: Role
) -> Account:
    """Create and commit an account; name and password are valid already.

    Raises:
        UsernameTakenError: if the name is in use.
    """
    account = Account(username=username, password_hash=passwords.hash(password), role=role)
    session.add(account)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise UsernameTakenError(username) from None
    return account


def authenticate(session: Session, passwords: Passwords, username: str, password: str) -> Account | None:
    """Return the account that *username* and *password* belong to, disabled or not.

    Takes the same time whether the name or the password is wrong. A hash made with old parameters is
    renewed on the way, in the caller's transaction.
    """
    account = None
    # A name that cannot exist is not asked for: PostgreSQL raises on a NUL character.
    if _USERNAME.fullmatch(username):
        account = session.scalar(sa.select(Account).where(Account.username == username))
    # The transaction ends here, because the next line takes long: no lock or snapshot is held meanwhile.
    session.commit()
    if not passwords.verify(account.password_hash if account else None, password) or account is None:
        return None
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hash(password)
    return account


def record_sign_in(session: Session, account: Account) -> None:
    """Note that *account* has signed in now, and commit."""
    account.last_sign_in_at = utc_now()
    session.commit()


def show_account(account: Account) -> User:
    """Return what the API shows of *account*."""
    return User(
        id=account.id,
        username=account.username,
        role=account.role,
        disabled=account.disabled,
        created_at=account.created_at,
        last_sign_in_at=account.last_sign_in_at,
    )
