"""The JSON bodies of the API, as types: requests are parsed into them, responses are made from them.

The front end's TypeScript types are generated from these (see `crossguard.console.json_schema`), so a
member that changes here changes there, or the front end's type check fails.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Role = Literal["admin", "member"]
Outcome = Literal[
    "actual-allowed", "actual-refused", "preflight-allowed", "preflight-refused", "write-refused"
]

# The descriptions are what an error about the member says after "must be".
RoleMember = Annotated[Role, Meta(description="admin or member")]
Flag = Annotated[bool, Meta(description="true or false")]

Timestamp = Annotated[datetime, Meta(tz=True)]

# `(?!\n)` because Python's `$` also matches before a final line feed; ECMAScript's does not, and
# this expression is handed to both.
Username = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=64,
        pattern=r"^[a-z0-9._-]+(?!\n)$",
        description="3 to 64 characters: a to z in lower case, 0 to 9, dot, underscore, hyphen",
    ),
]
# 12: NIST SP 800-63B asks for 8 at least and more where the password is the only factor.
# 256: a bound for the hash function's input, far above what a password manager generates.
Password = Annotated[str, Meta(min_length=12, max_length=256, description="12 to 256 characters")]

# PostgreSQL stores no NUL, and no user means a control character. `(?!\n)`: as of user names.
LINE: Final = r"^[^\u0000-\u001f\u007f]*(?!\n)$"
Search = Annotated[str, Meta(max_length=200, pattern=LINE, description="at most 200 characters, on one line")]
PageLimit = Annotated[int, Meta(ge=1, le=100, description="a number from 1 to 100")]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account, as the API shows it; never with its password hash."""

    id: int
    username: str
    role: Role
    disabled: bool
    created_at: Timestamp
    last_sign_in_at: Timestamp | None


class UserList(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts, in order of their names; `next` is the `after` of the following page, `total` counts all."""

    items: list[User]
    total: int
    next: str | None


class UserQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of the accounts."""

    limit: PageLimit = 50
    after: Annotated[str, Meta(max_length=64, description="a user name")] | UnsetType = UNSET
    search: Search = ""


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's own password, and the one to have instead."""

    current: Annotated[str, Meta(max_length=1024, description="a password of at most 1024 characters")]
    new: Password


class SessionShown(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account is signed in; `current` is the session that asks."""

    id: int
    created_at: Timestamp
    address: str
    browser: str
    current: bool


class SessionList(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of one's own account, newest first."""

    items: list[SessionShown]


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sign-in form sends."""

    # Wider bounds than those of a new account: a name or a password that cannot exist is wrong
    # credentials, not a malformed body, and must not be told apart from them.
    username: Annotated[str, Meta(max_length=256, description="a user name of at most 256 characters")]
    password: Annotated[str, Meta(max_length=1024, description="a password of at most 1024 characters")]


class SignInResult(msgspec.Struct, frozen=True, kw_only=True):
    """Who has just signed in."""

    user: User


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a decision fell as it did, in plain words, and what to change."""

    summary: str
    fix: str
    line: Annotated[str, Meta(description="the fix as code to paste; empty where it is none")]
    page: Annotated[str, Meta(description="the address at which the reason is explained")]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the policy; `origin` is empty if a write was refused that carried none."""

    id: int
    at: Timestamp
    origin: str
    method: str
    requested_method: str | None
    url: str
    outcome: Outcome
    reason: str
    allowed: bool
    explanation: Explanation


class DecisionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions, newest first; `next` is the `before` of the following page."""

    items: list[Decision]
    next: int | None


class StatsMinute(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided within one minute of UTC."""

    at: Timestamp
    allowed: int
    refused: int


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions per minute, oldest minute first, with their totals over that window."""

    minutes: list[StatsMinute]
    allowed: int
    refused: int
    dropped: int
    kept: int
    limit: int


class StatsTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The `stats` event of the live feed: totals over the default window of `/api/stats`."""

    allowed: int
    refused: int
    dropped: int


class DecisionQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of the decisions."""

    limit: PageLimit = 25
    before: Annotated[int, Meta(ge=1, le=2**63 - 1, description="the id of a decision")] | UnsetType = UNSET
    outcome: Annotated[Literal["allowed", "refused"], Meta(description="allowed or refused")] | UnsetType = (
        UNSET
    )
    reason: Annotated[str, Meta(max_length=64, pattern=LINE, description="a reason")] | UnsetType = UNSET
    origin: Search = ""
    path: Search = ""
    since: Annotated[datetime, Meta(tz=True, description="a time with its zone")] | UnsetType = UNSET
    until: Annotated[datetime, Meta(tz=True, description="a time with its zone")] | UnsetType = UNSET
    # Without what the console's own front end was allowed, which is most of it.
    others: Flag = False


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused to one origin at one path for one reason: how often, and the last time."""

    origin: str
    path: str
    reason: str
    count: int
    last: Decision


class RefusalList(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused in the last `minutes`, as far as it is kept, most recent first."""

    items: list[Refusal]
    minutes: int


class RefusalQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which refusals."""

    minutes: Annotated[int, Meta(ge=1, le=10_080, description="a number from 1 to 10080")] = 1_440
    limit: PageLimit = 20


class StatsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which window of time."""

    minutes: Annotated[int, Meta(ge=1, le=1_440, description="a number from 1 to 1440")] = 30


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to create."""

    username: Username
    password: Password
    role: RoleMember


class UserChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of an account; what is left out stays as it is."""

    role: RoleMember | UnsetType = UNSET
    disabled: Flag | UnsetType = UNSET
    password: Password | UnsetType = UNSET


class ProblemError(msgspec.Struct, frozen=True, kw_only=True):
    """One member of a request that cannot be used, and why; what to write, where the reason does not say."""

    where: str
    reason: str
    fix: str | UnsetType = UNSET


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the server can answer, and by part what keeps it from it."""

    status: Literal["alive", "ready", "not-ready"]
    troubles: dict[str, str]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error (RFC 9457, application/problem+json); `code` is what a program tells it by."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | UnsetType = UNSET
    errors: list[ProblemError] | UnsetType = UNSET
