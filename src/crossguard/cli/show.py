"""Explained fetches and findings, on the screen and as JSON documents."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from crossguard.browser import PROFILES
from crossguard.cli.attempt import Attempted
from crossguard.cli.findings import Finding, Severity
from crossguard.cli.screen import Screen
from crossguard.cli.senders import Attempt
from crossguard.explain import Diagnosis
from crossguard.explain.hints import HintNote
from crossguard.explain.text import proof_of

_STAGE_WIDTH: Final = 11


#: What is said of an attempt that went well, and what it is called at the top, by what sends it.
_DONE: Final = {"websocket": "OPEN", "form": "ANSWERED"}
_CALLED: Final = {
    "websocket": "WebSocket {url}",
    "eventsource": "EventSource {url}",
    "form": "{method} {url}, by a form",
}


def show_diagnosis(screen: Screen, diagnosis: Diagnosis, *, done: str = "READABLE") -> None:
    """Write the steps in order, then the verdict with its code, the fix, and what else is worth knowing.

    Args:
        screen: where to.
        diagnosis: the explanation.
        done: what is said where nothing stopped it.
    """
    good, bad, dim = screen.paint("green"), screen.paint("red"), screen.paint("dim")
    for step in diagnosis.steps:
        mark = "  ok  " if step.ok else "  NO  "
        first = mark + step.stage.value.ljust(_STAGE_WIDTH)
        screen.paragraph(step.text, first=first, rest=" " * len(first), paint=str if step.ok else bad)
        for detail in step.details:
            screen.paragraph(detail, first=" " * len(first), rest=" " * (len(first) + 2), paint=dim)
    screen.line()
    verdict = done if diagnosis.readable else f"BLOCKED  [{diagnosis.code}]"
    if diagnosis.cause:
        verdict += f"  {'but' if diagnosis.readable else 'because'} [{diagnosis.cause}]"
    screen.line((good if diagnosis.readable else bad)(verdict))
    screen.paragraph(diagnosis.summary)
    if diagnosis.fix:
        screen.paragraph(diagnosis.fix, first="Fix: ", paint=screen.paint("cyan"))
        screen.paragraph(f"({proof_of(diagnosis)})", first="     ", rest="     ", paint=dim)
    if diagnosis.step:
        screen.paragraph(f"({diagnosis.step})", paint=dim)
    if diagnosis.address:
        screen.paragraph(diagnosis.address, paint=dim)
    for hint in diagnosis.hints:
        # The likeliest hint of a readable answer is in its summary already.
        if hint.text in diagnosis.summary:
            continue
        screen.paragraph(
            f"{hint.text} Fix: {hint.fix} ({proof_of(hint)}) [{hint.code}]", first="Also: ", rest="      "
        )


def diagnosis_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the members of the JSON document that describe *diagnosis*; see docs/commands.md."""
    return {
        "readable": diagnosis.readable,
        "code": diagnosis.code,
        "cause": diagnosis.cause or None,
        "summary": diagnosis.summary,
        "fix": diagnosis.fix or None,
        **_of_fix(diagnosis),
        "standard": diagnosis.step or None,
        "steps": [
            {"stage": step.stage.value, "ok": step.ok, "text": step.text, "details": list(step.details)}
            for step in diagnosis.steps
        ],
        "hints": [
            {
                "code": hint.code,
                "cause": hint.cause or None,
                "text": hint.text,
                "fix": hint.fix,
                **_of_fix(hint),
            }
            for hint in diagnosis.hints
        ],
    }


def _of_fix(told: Diagnosis | HintNote) -> dict[str, Any]:
    return {
        "fix_for": told.kind.value,
        "fix_at": told.where or None,
        "line": told.line or None,
        "proof": told.proof or None,
        "page": told.address or None,
    }


def show_attempt(screen: Screen, attempt: Attempt, attempted: Attempted, *, address: str = "") -> None:
    """Write what the page does, and what came of it.

    Args:
        screen: where to.
        attempt: what the page does.
        attempted: what came of it.
        address: the address of this machine that answered, if several might have.
    """
    bold = screen.paint("bold")
    called = _CALLED.get(attempt.sent_as, "{method} {url}").format(
        method=attempt.method.upper(), url=attempt.url
    )
    screen.paragraph(called, paint=bold)
    at = f", answered at {address}" if address else ""
    screen.paragraph(
        f"from {attempted.verdict.page_origin}, credentials: {_credentials(attempt, attempted)}, "
        f"mode: {_mode(attempt, attempted)}, in {_browser(attempted)}{at}"
    )
    screen.line()
    show_diagnosis(screen, attempted.diagnosis, done=_DONE.get(attempt.sent_as, "READABLE"))
    for text, titles in _by_text(attempted):
        screen.paragraph(f"{'; '.join(titles)}: {text}", first="Elsewhere: ", rest="           ")


def _by_text(attempted: Attempted) -> Iterable[tuple[str, list[str]]]:
    titles: dict[str, list[str]] = {}
    for other in attempted.elsewhere:
        titles.setdefault(other.text, []).append(other.title)
    return titles.items()


def _credentials(attempt: Attempt, attempted: Attempted) -> str:
    """Return the credentials mode: a form and a WebSocket have no choice."""
    return attempted.verdict.credentials or attempt.credentials


def _mode(attempt: Attempt, attempted: Attempted) -> str:
    return attempted.verdict.mode or attempt.mode


def _browser(attempted: Attempted) -> str:
    profile = PROFILES[attempted.verdict.profile]
    return f"{profile.name} ({profile.caveat})" if profile.caveat else profile.name


def attempt_document(attempt: Attempt, attempted: Attempted) -> dict[str, Any]:
    """Return the JSON document of an attempt; see docs/commands.md."""
    seen = attempted.verdict.response
    return {
        "request": {
            "origin": attempted.verdict.page_origin,
            "url": attempt.url,
            "method": attempt.method,
            "headers": [list(header) for header in attempt.headers],
            "as": attempt.sent_as,
            "credentials": _credentials(attempt, attempted),
            "mode": _mode(attempt, attempted),
            "browser": attempted.verdict.profile,
            "caveat": PROFILES[attempted.verdict.profile].caveat or None,
        },
        **diagnosis_document(attempted.diagnosis),
        "response": None
        if seen is None
        else {
            "type": seen.type.value,
            "status": seen.status,
            "headers": [list(pair) for pair in seen.headers],
        },
        "elsewhere": [
            {
                "browser": one.browser,
                "title": one.title,
                "readable": one.readable,
                "code": one.code,
                "text": one.text,
            }
            for one in attempted.elsewhere
        ],
    }


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
        screen.paragraph(finding.address, first="  ", paint=screen.paint("dim"))
        screen.line()


def count_line(findings: Sequence[Finding]) -> str:
    """Return how many there are of each severity, as in ``1 error, 2 warnings, 0 infos``."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    return ", ".join(
        f"{count} {severity.value}{'' if count == 1 else 's'}" for severity, count in counts.items()
    )
