"""Findings about the configuration: mistakes, no policy at all, options that do nothing."""

from collections.abc import Iterable, Iterator

from flask import Flask

from crossguard.cli.findings import Finding
from crossguard.core.issues import ConfigIssue, IssueCode
from crossguard.declare.declaration import IGNORED_OPTIONS
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.subject import Subject, enumerated
from crossguard.flask.audit.texts import finding

_PREFIX = "CORS_"


def of_issues(issues: Iterable[ConfigIssue], source: str) -> Iterator[Finding]:
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


def of_unknown_option(text: str, where: str) -> Finding:
    """Return the finding about an option that does not exist."""
    return finding(
        FindingCode.DOES_NOT_BUILD,
        where,
        value="CORS(…)",
        reason=text,
        issue=IssueCode.UNKNOWN_OPTION.value,
        fix="correct the name or remove the option.",
    )


def of_no_policy(app: Flask) -> Finding:
    """Return the finding about an application without any policy; says what has no effect because of it."""
    keys = sorted(str(key) for key in app.config if str(key).startswith(_PREFIX))
    names = enumerated([f"app.config[{key!r}]" for key in keys])
    text = f" ({names} has no effect without CORS(app))" if keys else ""
    return finding(FindingCode.NOT_INSTALLED, app.import_name, unused=text)


def check_ignored(subject: Subject) -> Iterator[Finding]:
    """Keys of ``app.config`` that do nothing."""
    for name, reason in IGNORED_OPTIONS.items():
        key = f"{_PREFIX}{name.upper()}"
        if key in subject.app.config:
            yield finding(FindingCode.IGNORED_OPTION, f"app.config[{key!r}]", reason=reason)
