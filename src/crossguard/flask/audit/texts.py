"""The table of findings: how much each matters, what it says, what to write.

One source of text: the command and docs/commands.md read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crossguard.cli.findings import Finding
from crossguard.flask.audit.application_texts import APPLICATION_TEXTS
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.policy_texts import POLICY_TEXTS
from crossguard.flask.audit.subject import enumerated

FINDING_TEXTS: Final = POLICY_TEXTS | APPLICATION_TEXTS


@dataclass(frozen=True, slots=True)
class Noted:
    """What a check has found at one place.

    Attributes:
        code: which finding it is.
        where: the place.
        fills: what its words are filled with, by name.
    """

    code: FindingCode
    where: str
    fills: tuple[tuple[str, str], ...]


def finding(code: FindingCode, where: str, **fills: str) -> Noted:
    """Return what was found of *code* at *where*."""
    return Noted(code, where, tuple(fills.items()))


def merged(notes: Iterable[Noted]) -> list[Finding]:
    """Return the findings: those that say the same of several places are one."""
    groups: dict[tuple[FindingCode, tuple[tuple[str, str], ...]], list[Noted]] = {}
    for note in notes:
        each = FINDING_TEXTS[note.code].each
        same = tuple(pair for pair in note.fills if pair[0] != each)
        groups.setdefault((note.code, same), []).append(note)
    return [_finding(code, dict(same), group) for (code, same), group in groups.items()]


def _finding(code: FindingCode, fills: dict[str, str], group: list[Noted]) -> Finding:
    words = FINDING_TEXTS[code]
    if words.each:
        fills[words.each] = enumerated(
            [value for note in group for name, value in note.fills if name == words.each]
        )
    places = tuple(dict.fromkeys(note.where for note in group))
    text, fix = words.text.format(**fills), words.fix.format(**fills)
    return Finding(words.severity, code.value, enumerated([*places]), text, fix, places)
