"""The table of reasons: what each means, where the standard says so, and what to write.

One source of text: explanations, the log, the documentation and the reference application read it.
"""

from dataclasses import dataclass
from typing import Final

from crossguard.core.decision import Reason


@dataclass(frozen=True, slots=True)
class ReasonText:
    """The words for one reason. ``{…}`` stand for what :mod:`crossguard.explain` fills in.

    Attributes:
        summary: completes "GET … from … was allowed/refused: …".
        fix: what to write; empty where nothing is wrong.
        source: the step of the standard, or the decision of this library.
    """

    summary: str
    fix: str
    source: str


_CORS_CHECK: Final = "Fetch Standard, CORS check"
_PREFLIGHT: Final = "Fetch Standard, CORS-preflight fetch"

REASON_TEXTS: Final = {
    Reason.NO_ORIGIN: ReasonText(
        "it carries no Origin, so that {place} has nothing to decide.", "", "Fetch Standard, CORS protocol"
    ),
    Reason.SAME_ORIGIN: ReasonText(
        "it comes from the application's own pages, and CORS is not involved.",
        "",
        "HTML Standard, same origin",
    ),
    Reason.ANY_ORIGIN: ReasonText("{place} lets everybody read, without credentials.", "", _CORS_CHECK),
    Reason.LISTED_ORIGIN: ReasonText("{place} lists the origin.", "", _CORS_CHECK),
    Reason.SUBDOMAIN_PATTERN: ReasonText(
        "a subdomain pattern of {place} covers the origin.", "", _CORS_CHECK
    ),
    Reason.PORT_PATTERN: ReasonText("a port pattern of {place} covers the origin.", "", _CORS_CHECK),
    Reason.EXPRESSION: ReasonText("an expression of {place} matches the whole origin.", "", _CORS_CHECK),
    Reason.ORIGIN_NOT_LISTED: ReasonText("{place} does not list the origin.{miss}", "{origins}", _CORS_CHECK),
    Reason.NOBODY_LISTED: ReasonText("{place} lists nobody.", "{origins}", _CORS_CHECK),
    Reason.NULL_ORIGIN: ReasonText(
        "the origin null belongs to every sandboxed frame, every file and every redirected request.",
        "serve the page from http:// or https://, not sandboxed, and call the API without a redirect.",
        "HTML Standard, opaque origin",
    ),
    Reason.MALFORMED_ORIGIN: ReasonText(
        "this is not an origin as browsers write it.",
        "nothing to configure: no browser sends this; look at the proxy or the program that does.",
        "RFC 6454 section 7.1",
    ),
    Reason.INSECURE_ORIGIN: ReasonText(
        "{place} uses credentials, and an http origin must not have them.",
        "serve the front end over https.",
        "a decision of crossguard",
    ),
    Reason.METHOD_NOT_LISTED: ReasonText(
        "{place} does not list the method {detail}.", "{methods}", _PREFLIGHT
    ),
    Reason.HEADER_NOT_LISTED: ReasonText(
        "{place} does not list the request header {detail}.", "{allow_headers}", _PREFLIGHT
    ),
    Reason.TOO_MANY_HEADERS: ReasonText(
        "the list of request headers is longer than any browser's.", "send fewer headers.", _PREFLIGHT
    ),
}
