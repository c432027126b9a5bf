"""``flask cors audit``."""

import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from flask import Flask

from crossguard.cli.findings import Finding, Severity
from crossguard.cli.screen import Screen, silence
from crossguard.cli.show import count_line, show_findings
from crossguard.core.issues import ConfigError
from crossguard.flask.audit import FINDING_TEXTS, audit, merged, of_issues, of_unknown_option
from crossguard.flask.audit.sarif import sarif_document
from crossguard.flask.commands.application import BrokenApplication, CommandError, load_application
from crossguard.flask.commands.arguments import FORMATS


def show_audit(context: click.Context, options: Mapping[str, Any]) -> int:
    """Print the findings and return the exit code: 1 if there is an error.

    Raises:
        CommandError: the application does not load, for a reason that is not its policies; or a code that
            no finding has was asked for.
    """
    only: tuple[str, ...] = options["only"]
    _refuse_unknown(only)
    form = "json" if options["as_json"] and options["form"] == FORMATS[0] else options["form"]
    app = None
    try:
        app = load_application(context)
    except BrokenApplication as broken:
        findings = _of_broken(broken)
    else:
        with silence():
            findings = audit(app, run_hooks=options["run_hooks"])
    least = Severity(options["severity"] or Severity.INFO)
    shown = [finding for finding in findings if finding.reaches(least) and (not only or finding.code in only)]
    screen = Screen(sys.stdout, os.environ)
    if form == "json":
        screen.document({"findings": [finding.document() for finding in shown]})
    elif form == "sarif":
        screen.document(sarif_document(shown, root=Path.cwd(), fallback=_file_of(app)))
    else:
        show_findings(screen, shown)
        screen.line(count_line(shown))
        if left := len(findings) - len(shown):
            screen.line(f"{left} more {'is' if left == 1 else 'are'} not shown.")
    return int(any(finding.severity is Severity.ERROR for finding in shown))


def _refuse_unknown(only: tuple[str, ...]) -> None:
    known = [code.value for code in FINDING_TEXTS]
    for code in only:
        if code not in known:
            near = get_close_matches(code, known, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise CommandError(f"--only {code}: no finding has this code.{hint}")


def _file_of(app: Flask | None) -> str:
    """Return the file that the application is made in, below the current folder."""
    module = None if app is None else sys.modules.get(app.import_name)
    path = Path(getattr(module, "__file__", None) or "app.py")
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name


def _of_broken(broken: BrokenApplication) -> list[Finding]:
    """Return what is wrong with the policies of an application that does not load because of them."""
    match broken.error:
        case ConfigError(issues=issues, source=source):
            return merged(of_issues(issues, source or broken.where))
        case TypeError() if str(broken.error).startswith("CORS: "):
            return merged([of_unknown_option(str(broken.error).removeprefix("CORS: "), broken.where)])
        case _:
            raise broken
