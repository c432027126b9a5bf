"""Findings about the configuration: mistakes, no policy at all, options that do nothing."""

from collections.abc import Iterable, Iterator

from flask import Flask

from crossguard.core.issues import ConfigIssue, IssueCode
from crossguard.declare.declaration import IGNORED_OPTIONS
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.subject import Subject, enumerated
from crossguard.flask.audit.texts import Noted, finding

_PREFIX = "CORS_"
_OPEN = "Who reads is decided by other code."
_CLOSED = "Nothing that was read lets a page of another origin read anything."


def of_issues(issues: Iterable[ConfigIssue], source: str) -> Iterator[Noted]:
    """Yield a finding for each mistake that keeps the policies from building."""
    at = f" ({source})" if source else ""
    for issue in issues:
        code = (
            FindingCode.COOKIE_CANNOT_WORK
            if issue.code is IssueCode.COOKIE_CANNOT_WORK
            else FindingCode.DOES_NOT_BUILD
        )
        yield finding(
            code,
            issue.where + at,
            value=issue.value,
            reason=issue.reason,
            issue=issue.code.value,
            fix=issue.fix,
        )


def of_unknown_option(text: str, where: str) -> Noted:
    """Return the finding about an option that does not exist."""
    return finding(
        FindingCode.DOES_NOT_BUILD,
        where,
        value="CORS(…)",
        reason=text,
        issue=IssueCode.UNKNOWN_OPTION.value,
        fix="correct the name or remove the option.",
    )


def of_no_policy(app: Flask, *, is_open: bool) -> Noted:
    """Return the finding about an application without any policy; says what has no effect because of it.

    Args:
        app: the application.
        is_open: whether other code than crossguard lets pages of other origins read, or may.
    """
    keys = sorted(str(key) for key in app.config if str(key).startswith(_PREFIX))
    names = enumerated([f"app.config[{key!r}]" for key in keys])
    text = f" ({names} has no effect without CORS(app))" if keys else ""
    reads = _OPEN if is_open else _CLOSED
    return finding(FindingCode.NOT_INSTALLED, app.import_name, unused=text, reads=reads)


def check_ignored(subject: Subject) -> Iterator[Noted]:
    """Keys of ``app.config`` that do nothing."""
    for name, reason in IGNORED_OPTIONS.items():
        key = f"{_PREFIX}{name.upper()}"
        if key in subject.app.config:
            yield finding(FindingCode.IGNORED_OPTION, f"app.config[{key!r}]", reason=reason)
