"""A diagnosis as plain text: for failing tests, logs, and everything without columns and colours."""

from typing import Final

from crossguard.explain.decisions import Explanation
from crossguard.explain.fixes import FixKind
from crossguard.explain.hints import HintNote
from crossguard.explain.verdicts import Diagnosis

_PLACES: Final = {
    FixKind.POLICY: "for the policy; not proved",
    FixKind.DOOR: "for one endpoint of the policy, and a choice; not proved",
    FixKind.FRONT_END: "for the front end; not proved here",
    FixKind.API: "for the application behind the URL; not proved here",
    FixKind.PROXY: "for what stands in front of the API; not proved here",
    FixKind.NOTHING: "for the reader to decide; there is no line to paste",
}


def proof_of(told: Diagnosis | HintNote | Explanation) -> str:
    """Return where a line is written and what was proved of it; of any other fix, where that belongs."""
    where = f"at {told.where}; " if told.where else ""
    return f"{where}proved: {told.proof}" if told.proof else _PLACES[told.kind]


def as_text(diagnosis: Diagnosis) -> str:
    """Return *diagnosis* in lines: the summary, the fix, then what happened in order."""
    code = f"{diagnosis.code} ({diagnosis.cause})" if diagnosis.cause else diagnosis.code
    lines = [diagnosis.summary, f"  code: {code}"]
    lines += [f"  page: {diagnosis.address}"] if diagnosis.address else []
    lines += [f"  step: {diagnosis.step}"] if diagnosis.step else []
    lines += [f"  fix:  {diagnosis.fix}"] if diagnosis.fix else []
    lines += [f"        ({proof_of(diagnosis)})"] if diagnosis.fix else []
    for step in diagnosis.steps:
        lines.append(f"  {'+' if step.ok else 'x'} {step.text}")
        lines += [f"      {detail}" for detail in step.details]
    lines += [f"  hint: {hint.text} Fix: {hint.fix} [{hint.code}]" for hint in diagnosis.hints]
    return "\n".join(lines)
