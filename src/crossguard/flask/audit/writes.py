"""Findings about who may write."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from crossguard.core.names import SAFE_METHODS
from crossguard.core.policy import Policy
from crossguard.core.request import NO_MARKS
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.sources import forces_json
from crossguard.flask.audit.subject import Subject, place_of_policy
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.libraries import library_cookies
from crossguard.flask.places import place_of
from crossguard.flask.rows import PolicyRow

_VERBS: Final = frozenset(
    {
        "activate", "add", "approve", "archive", "ban", "cancel", "clear", "confirm", "create", "deactivate",
        "delete", "destroy", "disable", "drop", "enable", "erase", "grant", "insert", "kick", "logoff",
        "logout", "purge", "register", "reject", "remove", "reset", "restart", "revoke", "save", "send",
        "signout", "start", "stop", "submit", "subscribe", "trigger", "unban", "unsubscribe", "update",
        "upload", "withdraw",
    }
)  # fmt: skip
# Beside one of these a verb is a noun: /get-start-positions, /last-update.
_READING: Final = frozenset(
    {
        "can", "check", "count", "export", "fetch", "find", "get", "has", "history", "is", "last", "latest",
        "list", "load", "lookup", "next", "preview", "previous", "query", "read", "recent", "search", "show",
        "status", "view",
    }
)  # fmt: skip
_LEAVING: Final = frozenset({"logoff", "logout", "signout"})
_SPLIT_LEAVING: Final = frozenset({("log", "out"), ("sign", "out"), ("log", "off")})
_VARIABLE: Final = re.compile(r"<[^>]*>")


def check_writes(subject: Subject) -> Iterator[Noted]:
    """The gate of each policy, its exemptions, and views that the gate cannot protect alone."""
    for policy in subject.policies:
        yield from _of_policy(policy)
    derived = [policy for policy in _gating(subject) if policy.config.derives_own]
    if derived:
        yield finding(FindingCode.OWN_ORIGIN_DERIVED, place_of_policy(derived[0]))
    yield from _of_cookies(subject)
    for row in subject.rows:
        yield from _of_row(row, subject)


def _gating(subject: Subject) -> Iterator[Policy]:
    """Yield the policies whose gate meets a write: those with credentials, and those of routes that write."""
    writing = {id(row.policy) for row in subject.rows if not SAFE_METHODS.issuperset(row.methods)}
    for policy in subject.policies:
        if policy.gate is not None and (policy.config.supports_credentials or id(policy) in writing):
            yield policy


def _of_policy(policy: Policy) -> Iterator[Noted]:
    config, where = policy.config, place_of_policy(policy)
    if policy.gate is None:
        if config.supports_credentials:
            yield finding(FindingCode.WRITE_GATE_OFF, where)
        return
    if config.report_only:
        yield finding(FindingCode.REPORT_ONLY, where)
    if config.wildcard_writes:
        yield finding(FindingCode.WILDCARD_WRITES, where)
    if config.supports_credentials and not config.json_only:
        yield finding(FindingCode.JSON_ONLY_OFF, where)
    for endpoint, reason in config.exempt:
        yield finding(FindingCode.ROUTE_EXEMPT, f"{endpoint}, {where}", reason=reason)
    for endpoint in config.public:
        yield finding(FindingCode.ROUTE_PUBLIC, f"{endpoint}, {where}")


def _of_cookies(subject: Subject) -> Iterator[Noted]:
    names = [other.attributes.name for other in library_cookies(subject.app)]
    for policy in subject.trusting:
        unknown = [name for name in names if name not in policy.config.auth_cookies]
        if unknown:
            yield finding(
                FindingCode.AUTH_COOKIE_UNKNOWN,
                place_of_policy(policy),
                cookies=" and ".join(unknown),
                names=repr(unknown),
            )


def _of_row(row: PolicyRow, subject: Subject) -> Iterator[Noted]:
    marks = subject.table.marks.get(row.endpoint, NO_MARKS) if subject.table else NO_MARKS
    json_only = row.policy is not None and row.policy.gate is not None and row.policy.gate.json_only
    functions = subject.functions_of(row.endpoint)
    if not SAFE_METHODS.issuperset(row.methods) and not (json_only and not marks.exempt):
        for function in functions:
            if forces_json(function):
                yield finding(FindingCode.FORCED_JSON, place_of(function))
    if "GET" in row.methods and not marks.strict_get and functions:
        word = unsafe_word(row)
        if word:
            yield finding(
                FindingCode.UNSAFE_GET,
                f"{row.rule} ({place_of(functions[0])})",
                word=word,
                endpoint=repr(row.endpoint),
            )


def unsafe_word(row: PolicyRow) -> str:
    """Return the word by which a GET of *row* seems to change something; empty if there is none.

    A verb is one where a segment begins or ends with it, as in ``/items/delete-all``, and nothing in the
    segment says that it is read. A rule that takes POST besides shows a form on GET; leaving is unsafe even
    then.
    """
    shows_form = not SAFE_METHODS.issuperset(row.methods)
    for text in (*_VARIABLE.sub("", row.rule).split("/"), row.endpoint.rpartition(".")[2]):
        words: list[str] = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())
        for pair in pairwise(words):
            if pair in _SPLIT_LEAVING:
                return "-".join(pair)
        reads = bool(_READING.intersection(words))
        for number, word in enumerate(words):
            at_end = number in {0, len(words) - 1}
            if word in _LEAVING or (word in _VERBS and at_end and not reads and not shows_form):
                return word
    return ""
