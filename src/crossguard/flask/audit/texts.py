"""The table of findings: how much each matters, what it says, what to write.

One source of text: the command and docs/commands.md read it.
"""

from typing import Final

from crossguard.cli.findings import Finding
from crossguard.flask.audit.application_texts import APPLICATION_TEXTS
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.policy_texts import POLICY_TEXTS

FINDING_TEXTS: Final = POLICY_TEXTS | APPLICATION_TEXTS


def finding(code: FindingCode, where: str, **fills: str) -> Finding:
    """Return the finding of *code* at *where*, its words filled in."""
    words = FINDING_TEXTS[code]
    return Finding(words.severity, code.value, where, words.text.format(**fills), words.fix.format(**fills))
