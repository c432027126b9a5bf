"""Who may read a route, who may write to it, and with which cookies: the policy in a reviewer's words."""

from dataclasses import dataclass
from typing import Literal

from flask import Flask

from crossguard.core.names import SAFE_METHODS
from crossguard.core.origins import Origin
from crossguard.core.patterns import (
    ANY_ORIGIN,
    OriginCallable,
    OriginEntry,
    OriginPattern,
    parse_rule,
    shown_entry,
)
from crossguard.core.policy import Policy
from crossguard.core.request import NO_MARKS
from crossguard.flask.audit.openings import Opened
from crossguard.flask.rows import PolicyRow
from crossguard.flask.table import Table

#: ``none``: no method changes anything. ``off``: every page may send writes. ``report-only``: refusals are
#: logged. ``exempt``, ``public``: the route is marked. ``on``: the origins listed below may write.
GateState = Literal["none", "off", "report-only", "exempt", "public", "on"]


@dataclass(frozen=True, slots=True)
class Access:
    """What one row of the policy table means.

    Attributes:
        row: the rule with its policy.
        with_cookies: who may read with the user's cookies.
        without_cookies: who may read without; ``*`` is everybody.
        gate: what happens to writes.
        writers: who may write besides the API's own pages, where the gate is on.
        reason: why the route is exempt; empty if it is not.
        cookies: the cookies that sign a user in and go with requests of *with_cookies*.
        opened: what other code than crossguard lets pages read, where no policy governs.
    """

    row: PolicyRow
    with_cookies: tuple[str, ...]
    without_cookies: tuple[str, ...]
    gate: GateState
    writers: tuple[str, ...]
    reason: str
    cookies: tuple[str, ...]
    opened: tuple[Opened, ...] = ()

    @property
    def meaning(self) -> object:
        """What is true of all rows that are shown together, whichever policy says it."""
        policy = self.row.policy
        if policy is None:
            return self.opened
        written = None if policy.gate is None else writers_of(policy)
        return self.with_cookies, self.without_cookies, written, self.cookies

    def document(self) -> dict[str, object]:
        """Return the row as a JSON object; see docs/commands.md."""
        row = self.row
        return {
            "rule": row.rule,
            "methods": list(row.methods),
            "endpoint": row.endpoint,
            "level": row.level,
            "policy": row.policy.name if row.policy else None,
            "declared": row.place or None,
            "reads": {
                "with_cookies": list(self.with_cookies),
                "without_cookies": list(self.without_cookies),
            },
            "writes": {"gate": self.gate, "origins": list(self.writers), "reason": self.reason or None},
            "cookies": list(self.cookies),
        }


def access_of(row: PolicyRow, table: Table, app: Flask, opened: tuple[Opened, ...] = ()) -> Access:
    """Return what *row* means, and what other code has *opened* of it."""
    policy = row.policy
    if policy is None:
        gate: GateState = "none" if SAFE_METHODS.issuperset(row.methods) else "off"
        reads = {
            cookies: tuple(
                dict.fromkeys(entry for one in opened if one.cookies is cookies for entry in one.origins)
            )
            for cookies in (True, False)
        }
        return Access(row, reads[True], reads[False], gate, (), "", (), opened)
    config = policy.config
    listed = tuple(shown_entry(entry) for entry in config.origins)
    readers = tuple(shown_entry(entry) for entry in config.readers)
    credentials = config.supports_credentials
    state, reason = _gate_of(row, policy, table)
    return Access(
        row,
        listed if credentials else (),
        readers if credentials else tuple(dict.fromkeys((*listed, *readers))),
        state,
        writers_of(policy) if state in {"on", "report-only", "public"} else (),
        reason,
        _cookies(policy, app) if credentials and listed else (),
    )


def _gate_of(row: PolicyRow, policy: Policy, table: Table) -> tuple[GateState, str]:
    marks = table.marks.get(row.endpoint, NO_MARKS)
    if SAFE_METHODS.issuperset(row.methods) and not marks.strict_get:
        return "none", ""
    if policy.gate is None:
        return "off", ""
    if marks.exempt:
        return "exempt", _exemption(row, table)
    if policy.gate.report_only:
        return "report-only", ""
    return ("public" if marks.public else "on"), ""


def _exemption(row: PolicyRow, table: Table) -> str:
    name = row.endpoint.rpartition(".")[2]
    for policy in table.policies:
        for endpoint, reason in policy.config.exempt:
            if endpoint in {row.endpoint, f".{name}"}:
                return reason
    return ""


def writers_of(policy: Policy) -> tuple[str, ...]:
    """Return the entries whose origins may write; see :meth:`Policy.may_write`."""
    config = policy.config
    if not config.supports_credentials:
        return ()
    return tuple(
        shown_entry(entry)
        for entry in config.origins
        if entry != ANY_ORIGIN and (config.wildcard_writes or _is_exact(entry))
    )


def _is_exact(entry: OriginEntry) -> bool:
    match parse_rule(entry):
        case Origin() | OriginPattern(subdomains=False) | OriginCallable():
            return True
        case _:
            return False


def _cookies(policy: Policy, app: Flask) -> tuple[str, ...]:
    """Return the names of the cookies that sign a user in and can exist in *app*."""
    absent = set()
    if not app.secret_key:
        absent.add(app.config["SESSION_COOKIE_NAME"])
    if not hasattr(app, "login_manager"):
        absent.add(app.config.get("REMEMBER_COOKIE_NAME", "remember_token"))
    return tuple(name for name in policy.config.auth_cookies if name not in absent)
