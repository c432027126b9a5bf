"""An audit: everything that can be known of an application without a request, as findings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

from flask import Flask

from crossguard.cli.findings import Finding, by_severity
from crossguard.core.issues import ConfigError
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.configuration import check_ignored, of_issues, of_no_policy, of_unknown_option
from crossguard.flask.audit.cookies import check_cookies
from crossguard.flask.audit.extensions import check_extensions
from crossguard.flask.audit.front_ends import check_front_ends
from crossguard.flask.audit.levels import check_gaps, check_levels
from crossguard.flask.audit.opened import check_openings
from crossguard.flask.audit.openings import openings_of
from crossguard.flask.audit.origins import check_origins
from crossguard.flask.audit.preflights import check_preflights
from crossguard.flask.audit.program import check_program
from crossguard.flask.audit.subject import Subject
from crossguard.flask.audit.texts import FINDING_TEXTS, Noted, merged
from crossguard.flask.audit.writes import check_writes
from crossguard.flask.rows import rows_of, rows_without_policies
from crossguard.flask.state import EXTENSION_KEY, State, inspect
from crossguard.flask.views import is_marked

__all__ = ["FINDING_TEXTS", "FindingCode", "audit", "merged", "of_issues", "of_unknown_option"]

_CHECKS: Final[tuple[Callable[[Subject], Iterator[Noted]], ...]] = (
    check_ignored,
    check_origins,
    check_front_ends,
    check_preflights,
    check_levels,
    check_writes,
    check_cookies,
    check_program,
    check_extensions,
)


def audit(app: Flask, *, run_hooks: bool = False) -> list[Finding]:
    """Return what is worth saying about *app*, errors first. Sends no request and runs no view.

    Call it when the application is set up: it looks at what is declared by then.

    Args:
        app: the application.
        run_hooks: whether to run its hooks on URLs without a policy, with a request of a stranger and a stub
            in place of each view; otherwise what they do is read, or unknown.
    """
    notes: list[Noted] = []
    with ExitStack() as looking:
        subject = Subject(app)
        builds = True
        if not isinstance(app.extensions.get(EXTENSION_KEY), State) and not any(
            map(is_marked, app.view_functions.values())
        ):
            subject = Subject(app, None, tuple(rows_without_policies(app)))
        else:
            try:
                table = looking.enter_context(inspect(app))
            except ConfigError as error:
                builds = False
                notes += of_issues(error.issues, error.source)
            else:
                subject = Subject(app, table, tuple(rows_of(app, table)))
        # What does not build serves nothing.
        opened = openings_of(subject, run_hooks=run_hooks) if builds else {}
        if builds and not subject.policies:
            notes.append(of_no_policy(app, is_open=bool(opened)))
        notes += check_openings(subject, opened, hooks_run=run_hooks)
        notes += check_gaps(subject, opened)
        for check in _CHECKS:
            notes += check(subject)
    return by_severity(merged(notes))
