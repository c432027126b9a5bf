"""What administrators may see and change: `/admin`."""

from typing import Final

from flask import Blueprint, Response, current_app
from msgspec import UNSET

from crossguard.console.accounts import directory as accounts
from crossguard.console.accounts.signed_in import current_account, require_admin
from crossguard.console.bodies import answer, no_content, read_body
from crossguard.console.database import db
from crossguard.console.explain.cookies import list_cookies
from crossguard.console.explain.probe import ProbeRefusedError
from crossguard.console.explain.schemas import Probe
from crossguard.console.models import Account
from crossguard.console.problems import fail, fail_invalid, fail_not_found
from crossguard.console.schemas import (
    NewUser,
    PolicyFields,
    PolicyList,
    PolicyRow,
    ProblemError,
    UserChange,
    UserList,
)
from crossguard.console.services import services
from crossguard.core.patterns import shown_entry
from crossguard.core.policy import Policy
from crossguard.flask import policy_rows

# A list of ten thousand origins, once for each rule, is megabytes that nobody reads.
_MOST_ORIGINS: Final = 100

admin: Final = Blueprint("admin", __name__, url_prefix="/admin")
admin.before_request(require_admin)


@admin.get("/users")
def list_users() -> Response:
    """List the accounts."""
    found = accounts.list_accounts(db.session)
    return answer(UserList(items=[accounts.show_account(account) for account in found]))


@admin.post("/users")
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


@admin.patch("/users/<int:user_id>")
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


@admin.delete("/users/<int:user_id>")
def delete_user(user_id: int) -> Response:
    """Delete an account."""
    account = _find(user_id)
    if account.id == current_account().id:
        _refuse_own_account()
    db.session.delete(account)
    db.session.commit()
    services().feed.disconnect(user_id)
    return no_content()


@admin.get("/policies")
def policies() -> Response:
    """List which policy governs which rule."""
    rows = policy_rows(current_app)
    items = [
        PolicyRow(
            rule=row.rule,
            methods=list(row.methods),
            endpoint=row.endpoint,
            level=row.level,
            declared=row.declared,
            policy=_show_policy(row.policy),
        )
        for row in rows
    ]
    return answer(PolicyList(items=items))


@admin.get("/cookies")
def cookies() -> Response:
    """Show whether each cookie works for each listed front end, by browser."""
    return answer(list_cookies(current_app))


@admin.post("/explain")
def explain() -> Response:
    """Say what a browser would do with a fetch of this API."""
    body = read_body(Probe)
    try:
        return answer(services().prober.diagnose(body))
    except ProbeRefusedError as error:
        fail_invalid("invalid-body", "Invalid body", [ProblemError(where=error.where, reason=error.reason)])


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


def _show_policy(policy: Policy | None) -> PolicyFields | None:
    if policy is None:
        return None
    config = policy.config
    return PolicyFields(
        origins=[*map(shown_entry, config.origins[:_MOST_ORIGINS])],
        origin_count=len(config.origins),
        readers=[*map(shown_entry, config.readers[:_MOST_ORIGINS])],
        reader_count=len(config.readers),
        supports_credentials=config.supports_credentials,
        methods=list(config.methods),
        allow_headers=list(config.allow_headers),
        expose_headers=list(config.expose_headers),
        max_age=config.max_age,
        write_gate=policy.gate is not None,
        report_only=config.report_only,
        json_only=config.json_only,
        public_origins=list(config.public_origins),
    )
