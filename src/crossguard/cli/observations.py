"""The table of what a check observes besides the fetch itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crossguard.cli.findings import Finding, Severity


class CheckCode(StrEnum):
    """Stable identifiers; never reused."""

    ANY_ORIGIN_WITH_CREDENTIALS = "any-origin-with-credentials"
    ANY_ORIGIN_REFLECTED = "any-origin-reflected"
    ANY_ORIGIN_CONNECTS = "any-origin-connects"
    DUPLICATE_HEADER = "duplicate-header"
    VARY_MISSING = "vary-missing"
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    PREFLIGHT_STATUS = "preflight-status"
    OTHER_SERVER = "other-server"
    TWO_SERVERS = "two-servers"


@dataclass(frozen=True, slots=True)
class CheckText:
    """The words for one code. ``{…}`` stand for what was seen.

    Attributes:
        severity: how much it matters.
        text: what was seen.
        fix: what to do.
    """

    severity: Severity
    text: str
    fix: str


CHECK_TEXTS: Final = {
    CheckCode.ANY_ORIGIN_WITH_CREDENTIALS: CheckText(
        Severity.ERROR,
        "a page of {stranger}, an origin that is not listed, may read the answer with the user's cookies.",
        "list the front ends: origins=[…], supports_credentials=True.",
    ),
    CheckCode.ANY_ORIGIN_REFLECTED: CheckText(
        Severity.WARNING,
        "the server sends back every origin that asks; a cache has to keep one answer for each.",
        "list the front ends, or answer Access-Control-Allow-Origin: *",
    ),
    CheckCode.ANY_ORIGIN_CONNECTS: CheckText(
        Severity.ERROR,
        "a page of {stranger}, an origin that is not listed, may open the WebSocket, and brings the user's "
        "cookies; CORS does not stop a handshake.",
        "check Origin at the handshake: origins=[…], supports_credentials=True does it.",
    ),
    CheckCode.DUPLICATE_HEADER: CheckText(
        Severity.ERROR,
        "{names} came more than once: two places set it, and browsers refuse what they cannot tell apart.",
        "let one place set the header: take it out of the proxy or out of the application.",
    ),
    CheckCode.VARY_MISSING: CheckText(
        Severity.WARNING,
        "the answer depends on the origin and has no Vary: Origin, so that a cache may hand the answer for "
        "one page to another.",
        "answer Vary: Origin on every response of the URL, also to requests without Origin.",
    ),
    CheckCode.PREFLIGHT_REDIRECTED: CheckText(
        Severity.WARNING,
        "a preflight is redirected to {location}. This fetch needs none; the first one with JSON does, and "
        "preflights do not follow redirects.{who}",
        "{fix}",
    ),
    CheckCode.PREFLIGHT_STATUS: CheckText(
        Severity.WARNING,
        "a preflight is answered with {status}. This fetch needs none; the first one with JSON does, and "
        "only 200 to 299 lets it go.{who}",
        "{fix}",
    ),
    CheckCode.OTHER_SERVER: CheckText(
        Severity.ERROR,
        "{text}",
        "{fix}",
    ),
    CheckCode.TWO_SERVERS: CheckText(
        Severity.WARNING,
        "{address} answered, and at {other} another server listens: {server}. Browsers try ::1 first for "
        "localhost, so that a page may reach either.",
        "stop one of them, or let the API listen on another port.",
    ),
}


def observation(code: CheckCode, where: str, **fills: str) -> Finding:
    """Return the finding of *code* at *where*."""
    words = CHECK_TEXTS[code]
    return Finding(words.severity, code.value, where, words.text.format(**fills), words.fix.format(**fills))
