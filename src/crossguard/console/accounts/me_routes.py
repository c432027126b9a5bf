"""What signed-in users see and change of their own account: `/api/me`."""

from typing import Final

from flask import Blueprint, Response

from crossguard.console.accounts.directory import find_account, show_account
from crossguard.console.accounts.sessions import end_sessions, list_sessions
from crossguard.console.accounts.signed_in import current_account, current_session, require_sign_in
from crossguard.console.bodies import answer, no_content, read_body
from crossguard.console.database import db
from crossguard.console.problems import fail_invalid, fail_not_found, fail_too_many
from crossguard.console.schemas import PasswordChange, ProblemError, SessionList, SessionShown
from crossguard.console.services import services

me: Final = Blueprint("me", __name__, url_prefix="/api/me")
# Not a decorator on each view: a view that is added cannot forget it.
me.before_request(require_sign_in)


@me.get("")
def show_me() -> Response:
    """Say who is signed in."""
    return answer(show_account(current_account()))


@me.post("/password")
def change_password() -> Response:
    """Change one's own password, and end every other session."""
    body = read_body(PasswordChange)
    signed_in = current_account()
    # As at sign-in: an open page must not let a passer-by guess.
    if wait := services().sign_in_limit.for_account(signed_in.username):
        fail_too_many("for this user name", wait)
    passwords = services().passwords
    if not passwords.verify(signed_in.password_hash, body.current):
        fail_invalid(
            "invalid-body", "Invalid body", [ProblemError(where="current", reason="is not your password")]
        )
    services().sign_in_limit.succeeded(signed_in.username)
    hashed = passwords.hash(body.new)
    account = find_account(db.session, signed_in.id)
    if account is None:
        fail_not_found()
    account.password_hash = hashed
    end_sessions(db.session, account.id, but=current_session())
    db.session.commit()
    services().feed.look()
    return no_content()


@me.get("/sessions")
def show_sessions() -> Response:
    """List where one is signed in."""
    here = current_session()
    items = [
        SessionShown(
            id=row.id,
            created_at=row.created_at,
            address=row.address,
            browser=row.browser,
            current=row.id == here,
        )
        for row in list_sessions(db.session, current_account().id)
    ]
    return answer(SessionList(items=items))


@me.delete("/sessions")
def end_other_sessions() -> Response:
    """End every session of one's own but this one."""
    end_sessions(db.session, current_account().id, but=current_session())
    db.session.commit()
    services().feed.look()
    return no_content()


@me.delete("/sessions/<int:number>")
def end_one_session(number: int) -> Response:
    """End a session of one's own."""
    if not 0 < number < 2**63 or not end_sessions(db.session, current_account().id, only=number):
        fail_not_found()
    db.session.commit()
    services().feed.look()
    return no_content()
