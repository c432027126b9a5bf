"""Accounts: who may sign in, and what of it the API shows."""

import re
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crossguard.console.accounts.passwords import Passwords
from crossguard.console.models import HIGHEST_ID, Account, new_session_key, utc_now
from crossguard.console.schemas import Role, User

_USERNAME: Final = re.compile(r"[a-z0-9._-]{3,64}")


class UsernameTakenError(ValueError):
    """An account with this name exists."""


def find_account(session: Session, account_id: int) -> Account | None:
    """Return the account with this number."""
    return session.get(Account, account_id) if 0 < account_id <= HIGHEST_ID else None


def list_accounts(session: Session) -> list[Account]:
    """Return every account in order of its name."""
    return list(session.scalars(sa.select(Account).order_by(Account.username)))


def create_account(
    session: Session, passwords: Passwords, *, username: str, password: str, role: Role
) -> Account:
    """Create and commit an account; name and password are valid already.

    Raises:
        UsernameTakenError: if the name is in use.
    """
    account = Account(
        username=username, password_hash=passwords.hash(password), role=role, session_key=new_session_key()
    )
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


def end_sessions(account: Account) -> None:
    """Make every session of *account* invalid, in the caller's transaction."""
    account.session_key = new_session_key()


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
