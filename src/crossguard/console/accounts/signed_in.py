"""Who is signed in: the session, how it is protected, and the checks in front of the routes."""

from typing import NoReturn

from flask import Flask, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from crossguard.console.accounts.sessions import (
    LIFETIME,
    SignedIn,
    end_sessions,
    find_signed_in,
    start_session,
)
from crossguard.console.database import db
from crossguard.console.decisions.observation import printable
from crossguard.console.models import Account
from crossguard.console.problems import fail
from crossguard.console.services import services
from crossguard.console.settings import Settings
from crossguard.flask import install_unauthorized_handler

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
        PERMANENT_SESSIONLIFETIME=LIFETIME,
        # Flask-Login's other cookie. Nothing here sets it; code that starts to finds it closed.
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.is_https,
    )
    login_manager.init_app(app)


def begin_session(account: Account) -> None:
    """Sign *account* in, in a new session: nothing of the one before is carried over."""
    session.clear()
    login_user(
        start_session(
            db.session,
            account,
            address=request.remote_addr or "",
            browser=printable(request.user_agent.string, 256),
        )
    )


def end_session() -> None:
    """Sign out: the row goes, so that a copy of the cookie is of no use."""
    if current_user.is_authenticated:
        end_sessions(db.session, current_user.account.id, only=current_user.session_id)
        db.session.commit()
        services().feed.look()
    logout_user()
    session.clear()


def current_account() -> Account:
    """Return the account that is signed in, detached; only behind one of the checks below."""
    account: Account = current_user.account
    return account


def current_session() -> int:
    """Return the number of the session that is signed in; only behind one of the checks below."""
    number: int = current_user.session_id
    return number


def require_sign_in() -> ResponseReturnValue | None:
    """Stop requests that are not signed in; a `before_request` function."""
    if current_user.is_authenticated:
        return None
    stopped: ResponseReturnValue = login_manager.unauthorized()
    return stopped


def require_admin() -> ResponseReturnValue | None:
    """Stop requests that no administrator makes; a `before_request` function."""
    stopped = require_sign_in()
    if stopped is None and current_account().role != "admin":
        fail_admins_only()
    return stopped


def fail_admins_only() -> NoReturn:
    """End the request with status 403."""
    fail(
        403,
        "admin-required",
        "Administrators only",
        "You are signed in, but not as an administrator. Ask one of them to give you the role.",
    )


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_signed_in(token: object) -> SignedIn | None:
    """Return who a cookie signs in; None ends the session."""
    return find_signed_in(db.engine, token) if isinstance(token, str) else None
