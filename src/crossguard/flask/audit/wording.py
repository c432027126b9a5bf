"""The shape of a row in the table of findings."""

from dataclasses import dataclass

from crossguard.cli.findings import Severity


@dataclass(frozen=True, slots=True)
class FindingText:
    """The words for one code. ``{…}`` stand for what was found.

    Attributes:
        severity: how much it matters.
        text: what was found.
        fix: what to write.
        each: the name of what differs between places of which it says the same; they become one finding.
    """

    severity: Severity
    text: str
    fix: str
    each: str = ""
