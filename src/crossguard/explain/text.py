"""A diagnosis as plain text: for failing tests, logs, and everything without columns and colours."""

from crossguard.explain.verdicts import Diagnosis


def as_text(diagnosis: Diagnosis) -> str:
    """Return *diagnosis* in lines: the summary, the fix, then what happened in order."""
    code = f"{diagnosis.code} ({diagnosis.cause})" if diagnosis.cause else diagnosis.code
    lines = [diagnosis.summary, f"  code: {code}"]
    lines += [f"  step: {diagnosis.step}"] if diagnosis.step else []
    lines += [f"  fix:  {diagnosis.fix}"] if diagnosis.fix else []
    for step in diagnosis.steps:
        lines.append(f"  {'+' if step.ok else 'x'} {step.text}")
        lines += [f"      {detail}" for detail in step.details]
    lines += [f"  hint: {hint.text} Fix: {hint.fix} [{hint.code}]" for hint in diagnosis.hints]
    return "\n".join(lines)
