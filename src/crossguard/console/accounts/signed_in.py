"""Who is signed in: the session, how it is protected, and the checks in front of the routes."""

from datetime import timedelta
from typing import Final

from flask import Flask, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from crossguard.console.accounts.directory import find_account
from crossguard.console.database import db
from crossguard.console.models import Account
from crossguard.console.problems import fail
from crossguard.console.settings import Settings
from crossguard.flask import install_unauthorized_handler

# The cookie itself ends with the browser. This is how long a copy of it would be of use.
_LIFETIME: Final = timedelta(hours=12)

login_manager = LoginManager()
# A session that turns up from another address or another browser is not continued.
login_manager.session_protection = "strong"
install_unauthorized_handler(login_manager)


def init_sign_in(app: Flask, settings: Settings) -> None:
    """Set up the session cookie of *app*, and who its session means."""
    app.config.update(
        SESSION_COOKIE_NAME="crossguard_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=_LIFETIME,
        # Flask-Login's other cookie. Nothing here sets it; whoever starts to finds it closed.
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.is_https,
    )
    login_manager.init_app(app)


def begin_session(account: Account) -> None:
    """Sign *account* in, in a new session: nothing of the one before is carried over."""
    session.clear()
    login_user(account)


def end_session() -> None:
    """Sign out, whoever it is."""
    logout_user()
    session.clear()


def current_account() -> Account:
    """Return who is signed in; behind one of the checks below there is somebody."""
    account: Account = current_user
    return account


def require_sign_in() -> ResponseReturnValue | None:
    """Stop requests of whoever is not signed in; a `before_request` function."""
    if current_user.is_authenticated:
        return None
    stopped: ResponseReturnValue = login_manager.unauthorized()
    return stopped


def require_admin() -> ResponseReturnValue | None:
    """Stop requests of whoever is not an administrator; a `before_request` function."""
    stopped = require_sign_in()
    if stopped is None and current_account().role != "admin":
        fail(
            403,
            "admin-required",
            "Administrators only",
            "You are signed in, but not as an administrator. Ask one of them to give you the role.",
        )
    return stopped


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_account(kept: str) -> Account | None:
    """Return the account that a session means; None ends the session."""
    number, _, key = kept.partition(".")
    account = find_account(db.session, int(number)) if number.isascii() and number.isdigit() else None
    if account is None or account.disabled or account.session_key != key:
        return None
    return account
