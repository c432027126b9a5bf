"""Findings: what an audit or a check has to say, as values."""

from dataclasses import dataclass
from enum import StrEnum

from crossguard.core.addresses import address_of


class Severity(StrEnum):
    """How much a finding matters."""

    #: Something is broken, or open to strangers. Ends the audit with exit code 1.
    ERROR = "error"
    #: Works today, or for some; look at it.
    WARNING = "warning"
    #: Good to know when reviewing.
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying.

    Attributes:
        severity: how much it matters.
        code: a stable identifier; programs compare this, never the texts.
        where: the place: ``file.py:12``, a configuration key, a rule, a URL.
        text: what was found.
        fix: what to write.
        places: every place of which it is true, where *where* names some of them.
    """

    severity: Severity
    code: str
    where: str
    text: str
    fix: str
    places: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Return the finding as a JSON object; see docs/commands.md."""
        places = {"places": list(self.places)} if self.places else {}
        return {
            "severity": self.severity.value,
            "code": self.code,
            "where": self.where,
            **places,
            "text": self.text,
            "fix": self.fix,
            "page": self.address,
        }

    @property
    def address(self) -> str:
        """The address at which the documentation explains the code."""
        return address_of(self.code)

    def reaches(self, severity: Severity) -> bool:
        """Tell whether it matters at least as much as *severity* says."""
        return _ORDER[self.severity] <= _ORDER[severity]


_ORDER = {severity: number for number, severity in enumerate(Severity)}


def by_severity(findings: list[Finding]) -> list[Finding]:
    """Return *findings*, errors first, each once; otherwise in their order."""
    return sorted(dict.fromkeys(findings), key=lambda finding: _ORDER[finding.severity])
