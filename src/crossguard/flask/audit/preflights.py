"""Findings about what preflights allow, and what scripts may read."""

from collections.abc import Iterator
from typing import Final

from crossguard.core.names import SAFE_METHODS, SAFELISTED_METHODS, SAFELISTED_RESPONSE_HEADERS
from crossguard.core.policy import Policy
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.sources import request_headers_read, response_headers_set
from crossguard.flask.audit.subject import Subject, place_of_policy
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.places import place_of
from crossguard.flask.rows import PolicyRow

#: Shorter than what browsers keep without being told, times twelve (Fetch: 5 seconds).
SHORTEST_MAX_AGE: Final = 60

# What browsers send by themselves or without a preflight, and what proxies add.
_NOT_BY_SCRIPT: Final = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "connection", "content-language",
        "content-length", "cookie", "date", "dnt", "expect", "forwarded", "host", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive", "origin",
        "range", "referer", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix",
        "x-forwarded-proto", "x-real-ip", "x-request-id",
    }
)  # fmt: skip
_FOR_SCRIPTS: Final = frozenset({"content-disposition", "content-range", "link", "retry-after"})
_FOR_BROWSERS: Final = ("x-accel-", "x-content-", "x-dns-", "x-frame-", "x-permitted-", "x-robots-", "x-xss-")


def check_preflights(subject: Subject) -> Iterator[Noted]:
    """Compare the lists of each policy with the routes and views that it governs."""
    for policy in subject.policies:
        if policy.config.origins and policy.config.max_age < SHORTEST_MAX_AGE:
            max_age = str(policy.config.max_age)
            yield finding(FindingCode.PREFLIGHT_NOT_KEPT, place_of_policy(policy), max_age=max_age)
    for row in subject.rows:
        if row.policy is not None and (row.policy.config.origins or row.policy.config.readers):
            yield from _of_row(row, row.policy)
            for function in subject.functions_of(row.endpoint):
                yield from _of_view(function, row.policy)


def _of_row(row: PolicyRow, policy: Policy) -> Iterator[Noted]:
    listed, where = policy.config.methods, place_of_policy(policy)
    for method in row.methods:
        if listed != ("*",) and method not in {*listed, *SAFELISTED_METHODS}:
            yield finding(
                FindingCode.METHOD_NOT_LISTED,
                where,
                rule=row.rule,
                method=method,
                methods=repr([*listed, method]),
            )
    if not SAFE_METHODS.issuperset(row.methods) and not _allows(policy, "content-type"):
        names = repr([*policy.config.allow_headers, "Content-Type"])
        yield finding(FindingCode.CONTENT_TYPE_NOT_LISTED, where, names=names)


def _of_view(function: object, policy: Policy) -> Iterator[Noted]:
    for name in request_headers_read(function):
        lower = name.lower()
        if (
            lower in _NOT_BY_SCRIPT
            or lower == "content-type"
            or lower.startswith(("sec-", "access-control-"))
        ):
            continue
        if not _allows(policy, lower):
            yield finding(
                FindingCode.REQUEST_HEADER_NOT_LISTED,
                place_of(function),
                header=name,
                names=repr([*policy.config.allow_headers, name]),
            )
    exposed = {name.lower() for name in policy.config.expose_headers}
    for name in response_headers_set(function):
        lower = name.lower()
        wanted = lower in _FOR_SCRIPTS or (lower.startswith("x-") and not lower.startswith(_FOR_BROWSERS))
        if wanted and lower not in exposed | SAFELISTED_RESPONSE_HEADERS and "*" not in exposed:
            yield finding(
                FindingCode.RESPONSE_HEADER_NOT_EXPOSED,
                place_of(function),
                header=name,
                names=repr([*policy.config.expose_headers, name]),
            )


def _allows(policy: Policy, lower_name: str) -> bool:
    names = policy.config.allow_headers
    return names == ("*",) or lower_name in {name.lower() for name in names}
