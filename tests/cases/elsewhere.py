"""Identifiers of the write gate and of the cookies: their cases stand in ``tests/gate``."""

from pathlib import Path

from crossguard import IssueCode, Outcome, Reason

GATE_ISSUE_CODES = frozenset(
    {
        IssueCode.UNKNOWN_CHOICE,
        IssueCode.REASON_REQUIRED,
        IssueCode.NOT_STRICT,
        IssueCode.UNKNOWN_ENDPOINT,
        IssueCode.SIGN_IN_IS_PUBLIC,
        IssueCode.COOKIE_CANNOT_WORK,
    }
)
GATE_OUTCOMES = frozenset({Outcome.WRITE_ALLOWED, Outcome.WRITE_REFUSED})
GATE_REASONS = frozenset(
    {
        Reason.EXEMPT,
        Reason.SAFE_METHOD,
        Reason.NO_AMBIENT_CREDENTIALS,
        Reason.PUBLIC_NO_CREDENTIALS,
        Reason.USER_INITIATED,
        Reason.TRUSTED_ORIGIN,
        Reason.SAME_ORIGIN_FALLBACK,
        Reason.REFERER,
        Reason.NO_BROWSER_EVIDENCE,
        Reason.TOKEN,
        Reason.JSON,
        Reason.NO_BODY,
        Reason.SAME_SITE,
        Reason.CROSS_SITE,
        Reason.UNKNOWN_FETCH_SITE,
        Reason.ORIGIN_NOT_TRUSTED,
        Reason.REFERER_NOT_TRUSTED,
        Reason.TOKEN_MISSING,
        Reason.TOKEN_INVALID,
        Reason.UNSUPPORTED_MEDIA_TYPE,
        Reason.AMBIGUOUS_PATH,
    }
)


def missing_in_gate() -> list[str]:
    """Return those of the identifiers that no file of ``tests/gate`` names."""
    folder = Path(__file__).parents[1] / "gate"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    return [
        member.value
        for member in (*GATE_ISSUE_CODES, *GATE_REASONS)
        if f'{member.value}"' not in text and f"{type(member).__name__}.{member.name}" not in text
    ]
