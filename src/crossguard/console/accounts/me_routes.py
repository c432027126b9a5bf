"""What signed-in users see and change of their own account: `/api/me`."""

from typing import Final

from flask import Blueprint, Response

from crossguard.console.accounts.directory import show_account
from crossguard.console.accounts.signed_in import current_account, require_sign_in
from crossguard.console.bodies import answer

me: Final = Blueprint("me", __name__, url_prefix="/api/me")
# Not a decorator on each view: a view that is added cannot forget it.
me.before_request(require_sign_in)


@me.get("")
def show_me() -> Response:
    """Say who is signed in."""
    return answer(show_account(current_account()))
