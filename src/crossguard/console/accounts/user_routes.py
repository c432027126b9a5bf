"""What administrators do with accounts: `/admin/users`."""

from typing import Final

from flask import Blueprint, Response
from msgspec import UNSET

from crossguard.console.accounts import directory as accounts
from crossguard.console.accounts.signed_in import current_account, require_admin
from crossguard.console.bodies import answer, no_content, read_body
from crossguard.console.database import db
from crossguard.console.models import Account
from crossguard.console.problems import fail, fail_not_found
from crossguard.console.schemas import (
    NewUser,
    UserChange,
    UserList,
)
from crossguard.console.services import services

users: Final = Blueprint("users", __name__, url_prefix="/admin")
users.before_request(require_admin)


@users.get("/users")
def list_users() -> Response:
    """List the accounts."""
    found = accounts.list_accounts(db.session)
    return answer(UserList(items=[accounts.show_account(account) for account in found]))


@users.post("/users")
def create_user() -> Response:
    """Create an account."""
    body = read_body(NewUser)
    try:
        account = accounts.create_account(
            db.session,
            services().passwords,
            username=body.username,
            password=body.password,
            role=body.role,
        )
    except accounts.UsernameTakenError:
        fail(409, "username-taken", "User name taken", "There is a user with this name already.")
    return answer(accounts.show_account(account), 201)


@users.patch("/users/<int:user_id>")
def change_user(user_id: int) -> Response:
    """Change an account's role, password, or whether it may sign in."""
    account = _find(user_id)
    body = read_body(UserChange)
    if account.id == current_account().id and (body.disabled is True or body.role == "member"):
        _refuse_own_account()
    if body.role is not UNSET:
        account.role = body.role
    if body.disabled is not UNSET:
        account.disabled = body.disabled
    if body.password is not UNSET:
        account.password_hash = services().passwords.hash(body.password)
    must_sign_in_again = account.disabled or body.password is not UNSET
    if must_sign_in_again:
        accounts.end_sessions(account)
    db.session.commit()
    if must_sign_in_again:
        services().feed.disconnect(account.id)
    return answer(accounts.show_account(account))


@users.delete("/users/<int:user_id>")
def delete_user(user_id: int) -> Response:
    """Delete an account."""
    account = _find(user_id)
    if account.id == current_account().id:
        _refuse_own_account()
    db.session.delete(account)
    db.session.commit()
    services().feed.disconnect(user_id)
    return no_content()


def _find(user_id: int) -> Account:
    account = accounts.find_account(db.session, user_id)
    if account is None:
        fail_not_found()
    return account


def _refuse_own_account() -> None:
    # There is always an administrator left: whoever removes others stays.
    fail(
        409,
        "own-account",
        "Your own account",
        "You cannot disable, demote or delete yourself. Another administrator can.",
    )
