"""Findings on the screen."""

from collections.abc import Iterable, Sequence
from typing import Final

from crossguard.findings import Finding, Severity
from crossguard.terminal.screen import Screen

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def show_findings(screen: Screen, findings: Iterable[Finding]) -> None:
    """Write each finding: severity and code, where, what, and what to write."""
    for finding in findings:
        paint = screen.paint(_COLOURS[finding.severity])
        screen.line(paint(finding.severity.value.upper()) + f"  [{finding.code}]")
        screen.paragraph(finding.where, first="  ", paint=screen.paint("dim"))
        screen.paragraph(finding.text, first="  ")
        if finding.fix:
            screen.paragraph(f"Fix: {finding.fix}", first="  ", rest="       ", paint=screen.paint("cyan"))
        screen.line()


def count_line(findings: Sequence[Finding]) -> str:
    """Return how many there are of each severity, as in ``1 error, 2 warnings, 0 infos``."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    return ", ".join(
        f"{count} {severity.value}{'' if count == 1 else 's'}" for severity, count in counts.items()
    )
