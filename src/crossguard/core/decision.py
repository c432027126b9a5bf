"""Decisions: values that say what a policy answers and why."""

from enum import StrEnum
from typing import NamedTuple

from crossguard.core.edits import HeaderEdits


class Outcome(StrEnum):
    """What kind of answer a request gets."""

    NOT_CROSS_ORIGIN = "not-cross-origin"
    ACTUAL_ALLOWED = "actual-allowed"
    ACTUAL_REFUSED = "actual-refused"
    PREFLIGHT_ALLOWED = "preflight-allowed"
    PREFLIGHT_REFUSED = "preflight-refused"
    WRITE_ALLOWED = "write-allowed"
    WRITE_REFUSED = "write-refused"


class Reason(StrEnum):
    """Why. Stable identifiers; explanations, logs and tests refer to them."""

    NO_ORIGIN = "no-origin"
    SAME_ORIGIN = "same-origin"
    NAVIGATION = "navigation"
    ANY_ORIGIN = "any-origin"
    LISTED_ORIGIN = "listed-origin"
    SUBDOMAIN_PATTERN = "subdomain-pattern"
    PORT_PATTERN = "port-pattern"
    EXPRESSION = "expression"
    CALLABLE = "callable"
    ORIGIN_NOT_LISTED = "origin-not-listed"
    NOBODY_LISTED = "nobody-listed"
    NULL_ORIGIN = "null-origin"
    MALFORMED_ORIGIN = "malformed-origin"
    INSECURE_ORIGIN = "insecure-origin"
    METHOD_NOT_LISTED = "method-not-listed"
    HEADER_NOT_LISTED = "header-not-listed"
    TOO_MANY_HEADERS = "too-many-headers"
    # The write gate.
    EXEMPT = "exempt"
    SAFE_METHOD = "safe-method"
    NO_AMBIENT_CREDENTIALS = "no-ambient-credentials"
    PUBLIC_NO_CREDENTIALS = "public-no-credentials"
    USER_INITIATED = "user-initiated"
    TRUSTED_ORIGIN = "trusted-origin"
    SAME_ORIGIN_FALLBACK = "same-origin-fallback"
    REFERER = "referer"
    NO_BROWSER_EVIDENCE = "no-browser-evidence"
    TOKEN = "token"  # noqa: S105 - the name of a reason
    JSON = "json"
    NO_BODY = "no-body"
    SAME_SITE = "same-site"
    CROSS_SITE = "cross-site"
    UNKNOWN_FETCH_SITE = "unknown-fetch-site"
    ORIGIN_NOT_TRUSTED = "origin-not-trusted"
    REFERER_NOT_TRUSTED = "referer-not-trusted"
    TOKEN_MISSING = "token-missing"  # noqa: S105 - the name of a reason
    TOKEN_INVALID = "token-invalid"  # noqa: S105 - the name of a reason
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    AMBIGUOUS_PATH = "ambiguous-path"


class Decision(NamedTuple):
    """The answer of a policy to one request.

    Attributes:
        outcome: the kind of answer.
        reason: why.
        edits: what to do to the response; for a preflight, its only headers.
        detail: the method or header name that is missing, where the reason is about one; validated.
    """

    outcome: Outcome
    reason: Reason
    edits: HeaderEdits
    detail: str = ""

    @property
    def allowed(self) -> bool:
        """Whether a browser lets the page go on."""
        return self.outcome not in _REFUSED


_REFUSED = frozenset({Outcome.ACTUAL_REFUSED, Outcome.PREFLIGHT_REFUSED, Outcome.WRITE_REFUSED})
