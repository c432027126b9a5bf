"""The table of reasons: what each means, where the standard says so, and what to write.

One source of text: explanations, the log, the documentation and the reference application read it.
"""

from typing import Final, NamedTuple

from crossguard.core.decision import Reason
from crossguard.explain.fixes import FixKind


class ReasonText(NamedTuple):
    """The words for one reason. ``{…}`` stand for what :mod:`crossguard.explain` fills in.

    Attributes:
        summary: completes "GET … from … was allowed/refused: …".
        fix: what to write; empty where nothing is wrong.
        source: the step of the standard, or the decision of this library.
        kind: where the fix belongs, if it is none that :mod:`crossguard.explain.repairs` makes.
    """

    summary: str
    fix: str
    source: str
    kind: FixKind = FixKind.FRONT_END


_CORS_CHECK: Final = "Fetch Standard, CORS check"
_PREFLIGHT: Final = "Fetch Standard, CORS-preflight fetch"
_ORIGIN_HEADER: Final = "Fetch Standard, Origin header"
_FETCH_METADATA: Final = "Fetch Metadata, Sec-Fetch-Site"
_GATE: Final = "a decision of crossguard"

REASON_TEXTS: Final = {
    Reason.NO_ORIGIN: ReasonText(
        "it carries no Origin, so that {place} has nothing to decide.", "", "Fetch Standard, CORS protocol"
    ),
    Reason.SAME_ORIGIN: ReasonText(
        "it comes from the application's own pages, and CORS is not involved.",
        "",
        "HTML Standard, same origin",
    ),
    Reason.NAVIGATION: ReasonText(
        "its answer takes the place of a page, as that of a link or a form does, and CORS is not involved.",
        "",
        "Fetch Standard, main fetch",
    ),
    Reason.ANY_ORIGIN: ReasonText("{place} lets everybody read, without credentials.", "", _CORS_CHECK),
    Reason.LISTED_ORIGIN: ReasonText("{place} lists the origin.", "", _CORS_CHECK),
    Reason.SUBDOMAIN_PATTERN: ReasonText(
        "a subdomain pattern of {place} covers the origin.", "", _CORS_CHECK
    ),
    Reason.PORT_PATTERN: ReasonText("a port pattern of {place} covers the origin.", "", _CORS_CHECK),
    Reason.EXPRESSION: ReasonText("an expression of {place} matches the whole origin.", "", _CORS_CHECK),
    Reason.CALLABLE: ReasonText("{place} has asked, and the origin was accepted.", "", _CORS_CHECK),
    Reason.ORIGIN_NOT_LISTED: ReasonText("{place} does not list the origin.{miss}", "{origins}", _CORS_CHECK),
    Reason.NOBODY_LISTED: ReasonText("{place} lists no origin.", "{origins}", _CORS_CHECK),
    Reason.NULL_ORIGIN: ReasonText(
        "the origin null belongs to every sandboxed frame, every file and every redirected request.",
        "serve the page from http:// or https://, not sandboxed and without Referrer-Policy: no-referrer, "
        "and call the API without a redirect.",
        "HTML Standard, opaque origin",
    ),
    Reason.MALFORMED_ORIGIN: ReasonText(
        "this is not an origin as browsers write it.",
        "nothing to configure: no browser sends this; look at the proxy or the program that does.",
        "RFC 6454 section 7.1",
        FixKind.PROXY,
    ),
    Reason.INSECURE_ORIGIN: ReasonText(
        "{place} uses credentials, and an http origin must not have them.",
        "serve the front end over https.",
        _GATE,
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
    Reason.EXEMPT: ReasonText("the route is exempt from the write gate.", "", _GATE),
    Reason.SAFE_METHOD: ReasonText("the method changes nothing.", "", "RFC 9110 section 9.2.1"),
    Reason.NO_AMBIENT_CREDENTIALS: ReasonText(
        "it authenticates by itself, with nothing that a browser sends on its own.", "", _GATE
    ),
    Reason.PUBLIC_NO_CREDENTIALS: ReasonText("the route is public and no credentials came along.", "", _GATE),
    Reason.USER_INITIATED: ReasonText("the user started it, not a page.", "", _FETCH_METADATA),
    Reason.TRUSTED_ORIGIN: ReasonText("{place} lists the origin with credentials.", "", _GATE),
    Reason.SAME_ORIGIN_FALLBACK: ReasonText("the Origin is the API's own.", "", _ORIGIN_HEADER),
    Reason.REFERER: ReasonText("the Referer is of a trusted origin.", "", "RFC 9110 section 10.1.3"),
    Reason.NO_BROWSER_EVIDENCE: ReasonText(
        "nothing in it comes from a browser: no Sec-Fetch-Site, no Origin, no Referer.",
        "send Origin from the program, or set on_missing (ws_on_missing for WebSockets).",
        _GATE,
        FixKind.API,
    ),
    Reason.TOKEN: ReasonText("the token belongs to the session.", "", _GATE),
    Reason.JSON: ReasonText("the body is JSON.", "", "RFC 8259"),
    Reason.NO_BODY: ReasonText("there is no body.", "", "RFC 9110 section 6.4"),
    Reason.SAME_SITE: ReasonText(
        "a page of the same site started it, and {place} does not list its origin with credentials.{miss}",
        "{writers}",
        _FETCH_METADATA,
    ),
    Reason.CROSS_SITE: ReasonText(
        "a page of another site started it, and {place} does not list its origin with credentials.{miss}",
        "{writers}",
        _FETCH_METADATA,
    ),
    Reason.UNKNOWN_FETCH_SITE: ReasonText(
        "its Sec-Fetch-Site is none that the standard knows.",
        "nothing to configure: no browser sends this; look at the proxy or the program that does.",
        _FETCH_METADATA,
        FixKind.PROXY,
    ),
    Reason.ORIGIN_NOT_TRUSTED: ReasonText(
        "{place} does not list the origin with credentials, and it is not the API's own.{miss}",
        "{writers}",
        _ORIGIN_HEADER,
    ),
    Reason.REFERER_NOT_TRUSTED: ReasonText(
        "only a Referer came along, and it is neither of a listed origin nor of the API's own.",
        "let the proxy in between pass Origin and Sec-Fetch-Site on.",
        "RFC 9110 section 10.1.3",
        FixKind.PROXY,
    ),
    Reason.TOKEN_MISSING: ReasonText(
        "the token is missing.", "fetch it after sign-in and send it as X-CSRF-Token.", _GATE
    ),
    Reason.TOKEN_INVALID: ReasonText(
        "the token is not of this session.", "fetch it again: sign-in and sign-out replace it.", _GATE
    ),
    Reason.UNSUPPORTED_MEDIA_TYPE: ReasonText(
        "{place} takes JSON only, and the body is something else.",
        "send the header Content-Type: application/json.",
        "RFC 9110 section 15.5.16",
    ),
    Reason.AMBIGUOUS_PATH: ReasonText(
        "routers can read its path in more than one way, and of {place} not all let it through.",
        "call the path as it is routed, without '//', '/./' and '/../', and with the mount that the keys are "
        "written for.",
        _GATE,
    ),
}
