"""One attempt and what came of it, for people and for programs."""

from typing import Any

from crossguard.attempt import Attempt, Attempted
from crossguard.terminal.diagnosis import diagnosis_document, show_diagnosis
from crossguard.terminal.screen import Screen


def show_attempt(screen: Screen, attempt: Attempt, attempted: Attempted) -> None:
    """Write what the page does, and what came of it."""
    bold = screen.paint("bold")
    screen.paragraph(f"{attempt.method.upper()} {attempt.url}", paint=bold)
    screen.paragraph(
        f"from {attempted.verdict.page_origin}, credentials: {attempt.credentials}, mode: {attempt.mode}, "
        f"in {attempt.browser}"
    )
    screen.line()
    show_diagnosis(screen, attempted.diagnosis)


def attempt_document(attempt: Attempt, attempted: Attempted) -> dict[str, Any]:
    """Return the JSON document of an attempt; see docs/commands.md."""
    seen = attempted.verdict.response
    return {
        "request": {
            "origin": attempted.verdict.page_origin,
            "url": attempt.url,
            "method": attempt.method,
            "headers": [list(header) for header in attempt.headers],
            "credentials": attempt.credentials,
            "mode": attempt.mode,
            "browser": attempt.browser,
        },
        **diagnosis_document(attempted.diagnosis),
        "response": None
        if seen is None
        else {
            "type": seen.type.value,
            "status": seen.status,
            "headers": [list(pair) for pair in seen.headers],
        },
    }
