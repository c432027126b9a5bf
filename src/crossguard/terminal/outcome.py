"""One attempt and what came of it, for people and for programs."""

from collections.abc import Iterable
from typing import Any

from crossguard.attempt import Attempt, Attempted
from crossguard.browser import PROFILES
from crossguard.terminal.diagnosis import diagnosis_document, show_diagnosis
from crossguard.terminal.screen import Screen


def show_attempt(screen: Screen, attempt: Attempt, attempted: Attempted) -> None:
    """Write what the page does, and what came of it."""
    bold = screen.paint("bold")
    screen.paragraph(f"{attempt.method.upper()} {attempt.url}", paint=bold)
    screen.paragraph(
        f"from {attempted.verdict.page_origin}, credentials: {attempt.credentials}, mode: {attempt.mode}, "
        f"in {_browser(attempted)}"
    )
    screen.line()
    show_diagnosis(screen, attempted.diagnosis)
    for text, titles in _by_text(attempted):
        screen.paragraph(f"{'; '.join(titles)}: {text}", first="Elsewhere: ", rest="           ")


def _by_text(attempted: Attempted) -> Iterable[tuple[str, list[str]]]:
    titles: dict[str, list[str]] = {}
    for other in attempted.elsewhere:
        titles.setdefault(other.text, []).append(other.title)
    return titles.items()


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
            "credentials": attempt.credentials,
            "mode": attempt.mode,
            "browser": attempted.verdict.profile,
            "caveat": PROFILES[attempted.verdict.profile].caveat or None,
        },
        **diagnosis_document(attempted.diagnosis),
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
        "response": None
        if seen is None
        else {
            "type": seen.type.value,
            "status": seen.status,
            "headers": [list(pair) for pair in seen.headers],
        },
    }
