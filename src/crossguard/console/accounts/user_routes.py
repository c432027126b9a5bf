"""What administrators do with accounts: `/admin/users`."""

from typing import Final

from flask import Blueprint, Response
from msgspec import UNSET

from crossguard.console.accounts import directory
from crossguard.console.accounts.sessions import end_sessions
from crossguard.console.accounts.signed_in import current_account, fail_admins_only, require_admin
from crossguard.console.bodies import answer, no_content, read_body, read_query
from crossguard.console.database import db
from crossguard.console.models import Account
from crossguard.console.problems import fail, fail_not_found
from crossguard.console.schemas import NewUser, UserChange, UserQuery
from crossguard.console.services import services

users: Final = Blueprint("users", __name__, url_prefix="/admin/users")
users.before_request(require_admin)


@users.get("")
def list_users() -> Response:
    """List the accounts, in order of their names."""
    return answer(directory.page_of_accounts(db.session, read_query(UserQuery)))


@users.post("")
def create_user() -> Response:
    """Create an account."""
    body = read_body(NewUser)
    try:
        account = directory.create_account(
            db.session,
            services().passwords,
            username=body.username,
            password=body.password,
            role=body.role,
        )
    except directory.UsernameTakenError:
        fail(409, "username-taken", "User name taken", "There is a user with this name already.")
    return answer(directory.show_account(account), 201)


@users.patch("/<int:user_id>")
def change_user(user_id: int) -> Response:
    """Change an account's role, password, or whether it may sign in."""
    _find(user_id)
    body = read_body(UserChange)
    if user_id == current_account().id and (body.disabled is True or body.role == "member"):
        _refuse_own_account()
    # Takes long, so before the lock.
    hashed = None if body.password is UNSET else services().passwords.hash(body.password)
    account = _find_locked(user_id)
    if body.role is not UNSET:
        account.role = body.role
    if body.disabled is not UNSET:
        account.disabled = body.disabled
    if hashed is not None:
        account.password_hash = hashed
    if account.disabled or hashed is not None:
        end_sessions(db.session, account.id)
    _commit_if_an_administrator_is_left()
    return answer(directory.show_account(account))


@users.delete("/<int:user_id>/sessions")
def end_sessions_of_user(user_id: int) -> Response:
    """End every session of an account: its user has to sign in again."""
    end_sessions(db.session, _find(user_id).id)
    db.session.commit()
    services().feed.look()
    return no_content()


@users.delete("/<int:user_id>")
def delete_user(user_id: int) -> Response:
    """Delete an account."""
    _find(user_id)
    if user_id == current_account().id:
        _refuse_own_account()
    account = _find_locked(user_id)
    end_sessions(db.session, account.id)
    db.session.delete(account)
    _commit_if_an_administrator_is_left()
    return no_content()


def _find(user_id: int) -> Account:
    account = directory.find_account(db.session, user_id)
    if account is None:
        fail_not_found()
    return account


def _find_locked(user_id: int) -> Account:
    """Return an account as it is once no other request can change one, until the transaction ends.

    What the checks before have seen may have changed: two administrators may be at it at once.
    """
    db.session.rollback()
    directory.lock_accounts(db.session)
    acting = directory.find_account(db.session, current_account().id)
    if acting is None or acting.disabled or acting.role != "admin":
        fail_admins_only()
    return _find(user_id)


def _commit_if_an_administrator_is_left() -> None:
    db.session.flush()
    if not directory.has_administrator(db.session):
        db.session.rollback()
        fail(
            409,
            "last-administrator",
            "The last administrator",
            "There would be no administrator left. Make another user one first.",
        )
    db.session.commit()
    services().feed.look()


def _refuse_own_account() -> None:
    fail(
        409,
        "own-account",
        "Your own account",
        "You cannot disable, demote or delete yourself. Another administrator can.",
    )
