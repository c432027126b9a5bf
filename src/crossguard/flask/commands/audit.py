"""``flask cors audit``."""

import os
import sys

import click

from crossguard.cli.findings import Finding, Severity
from crossguard.cli.screen import Screen, silence
from crossguard.cli.show import count_line, show_findings
from crossguard.core.issues import ConfigError
from crossguard.flask.audit import audit, of_issues, of_unknown_option
from crossguard.flask.commands.application import BrokenApplication, load_application


def show_audit(context: click.Context, *, as_json: bool) -> int:
    """Print the findings and return the exit code: 1 if there is an error.

    Raises:
        CommandError: the application does not load, for a reason that is not its policies.
    """
    try:
        app = load_application(context)
    except BrokenApplication as broken:
        findings = _of_broken(broken)
    else:
        with silence():
            findings = audit(app)
    screen = Screen(sys.stdout, os.environ)
    if as_json:
        screen.document({"findings": [finding.document() for finding in findings]})
    else:
        show_findings(screen, findings)
        screen.line(count_line(findings))
    return int(any(finding.severity is Severity.ERROR for finding in findings))


def _of_broken(broken: BrokenApplication) -> list[Finding]:
    """Return what is wrong with the policies of an application that does not load because of them."""
    match broken.error:
        case ConfigError(issues=issues, source=source):
            return list(of_issues(issues, source or broken.where))
        case TypeError() if str(broken.error).startswith("CORS: "):
            return [of_unknown_option(str(broken.error).removeprefix("CORS: "), broken.where)]
        case _:
            raise broken
