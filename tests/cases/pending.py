"""Identifiers whose cases are not written yet. Each leaves this list with its first case; none comes in."""

from crossguard import IssueCode, Outcome, Reason

#: The write gate's and the cookies', whose tables come with their adapters.
PENDING_ISSUE_CODES = frozenset(
    {
        IssueCode.UNKNOWN_CHOICE,
        IssueCode.REASON_REQUIRED,
        IssueCode.NOT_STRICT,
        IssueCode.UNKNOWN_ENDPOINT,
        IssueCode.SIGN_IN_IS_PUBLIC,
        IssueCode.COOKIE_CANNOT_WORK,
    }
)
PENDING_OUTCOMES = frozenset({Outcome.WRITE_ALLOWED, Outcome.WRITE_REFUSED})
PENDING_REASONS = frozenset(
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
    }
)
