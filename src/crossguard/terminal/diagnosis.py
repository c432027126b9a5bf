"""One explained fetch, for people and for programs."""

from typing import Any, Final

from crossguard.explain import Diagnosis
from crossguard.terminal.screen import Screen

_STAGE_WIDTH: Final = 11


def show_diagnosis(screen: Screen, diagnosis: Diagnosis) -> None:
    """Write the steps in order, then the verdict with its code, the fix, and what else is worth knowing."""
    good, bad, dim = screen.paint("green"), screen.paint("red"), screen.paint("dim")
    for step in diagnosis.steps:
        mark = "  ok  " if step.ok else "  NO  "
        first = mark + step.stage.value.ljust(_STAGE_WIDTH)
        screen.paragraph(step.text, first=first, rest=" " * len(first), paint=str if step.ok else bad)
        for detail in step.details:
            screen.paragraph(detail, first=" " * len(first), rest=" " * (len(first) + 2), paint=dim)
    screen.line()
    verdict = "READABLE" if diagnosis.readable else f"BLOCKED  [{diagnosis.code}]"
    if diagnosis.cause:
        verdict += f"  because [{diagnosis.cause}]"
    screen.line((good if diagnosis.readable else bad)(verdict))
    screen.paragraph(diagnosis.summary)
    if diagnosis.fix:
        screen.paragraph(diagnosis.fix, first="Fix: ", paint=screen.paint("cyan"))
    if diagnosis.step:
        screen.paragraph(f"({diagnosis.step})", paint=dim)
    for hint in diagnosis.hints:
        # The likeliest hint of a readable answer is in its summary already.
        if hint.text in diagnosis.summary:
            continue
        screen.paragraph(f"{hint.text} Fix: {hint.fix} [{hint.code}]", first="Also: ", rest="      ")


def diagnosis_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the members of the JSON document that describe *diagnosis*; see docs/commands.md."""
    return {
        "readable": diagnosis.readable,
        "code": diagnosis.code,
        "cause": diagnosis.cause or None,
        "summary": diagnosis.summary,
        "fix": diagnosis.fix or None,
        "standard": diagnosis.step or None,
        "steps": [
            {"stage": step.stage.value, "ok": step.ok, "text": step.text, "details": list(step.details)}
            for step in diagnosis.steps
        ],
        "hints": [{"code": hint.code, "text": hint.text, "fix": hint.fix} for hint in diagnosis.hints],
    }
