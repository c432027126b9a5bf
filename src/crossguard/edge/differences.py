"""What an edge may do otherwise than the policy says: codes and words."""

from enum import StrEnum
from typing import Final, NamedTuple

from crossguard.edge.lookalikes import Relation


class EdgeCode(StrEnum):
    """Stable identifiers; never reused."""

    STRANGER_READS_WITH_COOKIES = "stranger-reads-with-cookies"
    STRANGER_READS = "stranger-reads"
    READER_GETS_COOKIES = "reader-gets-cookies"
    ORIGIN_REFUSED = "origin-refused"
    COOKIES_REFUSED = "cookies-refused"
    ERROR_WITHOUT_HEADERS = "error-without-headers"
    DUPLICATE_HEADER = "duplicate-header"
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    PREFLIGHT_STATUS = "preflight-status"
    PREFLIGHT_TOO_NARROW = "preflight-too-narrow"
    PREFLIGHT_TOO_WIDE = "preflight-too-wide"
    EXPOSED_TOO_LITTLE = "exposed-too-little"
    EXPOSED_TOO_MUCH = "exposed-too-much"
    PATH_TOO_WIDE = "path-too-wide"
    PATH_TOO_NARROW = "path-too-narrow"
    VARY_MISSING = "vary-missing"
    PLAIN_OPTIONS_ANSWERED = "plain-options-answered"
    MAX_AGE = "max-age"
    TWO_ORIGINS = "two-origins"


class Words(NamedTuple):
    """The words for one code; ``{…}`` stand for what was seen.

    Attributes:
        level: ``error``, ``warning`` or ``info``.
        text: what differs, and who gains or loses by it.
        fix: what to do at the edge.
    """

    level: str
    text: str
    fix: str


class Seen(NamedTuple):
    """One difference at one request.

    Attributes:
        code: which.
        fills: what the words need.
        kind: what makes two differences of a code the same; their first is shown.
        preflight: whether it is one of the preflight.
    """

    code: EdgeCode
    fills: dict[str, str]
    kind: str = ""
    preflight: bool = False


_WRITE_AGAIN: Final = "write the configuration again with `crossguard export`."

EDGE_TEXTS: Final = {
    EdgeCode.STRANGER_READS_WITH_COOKIES: Words(
        "error",
        "pages of {origin} may read the answer with the user's cookies; the policy does not let "
        "them. {cause}",
        "compare the origin as a whole: a list of exact origins, or an expression with ^, $ and \\. in it.",
    ),
    EdgeCode.STRANGER_READS: Words(
        "error",
        "pages of {origin} may read the answer; the policy does not let them. {cause}",
        "compare the origin as a whole: a list of exact origins, or an expression with ^, $ and \\. in it.",
    ),
    EdgeCode.READER_GETS_COOKIES: Words(
        "error",
        "pages of {origin} may read the answer with the user's cookies; the policy lets them read without. "
        "{cause}",
        "send Access-Control-Allow-Credentials only to the origins that are listed with credentials.",
    ),
    EdgeCode.ORIGIN_REFUSED: Words(
        "error",
        "pages of {origin} cannot read the answer, though the policy lets them: {why}. {cause}",
        f"list the origin at the edge, or {_WRITE_AGAIN}",
    ),
    EdgeCode.COOKIES_REFUSED: Words(
        "error",
        "pages of {origin} can read the answer only without cookies, though the policy lets them "
        "use cookies: "
        "{why}.",
        "send Access-Control-Allow-Credentials: true, and the origin itself in place of *.",
    ),
    EdgeCode.ERROR_WITHOUT_HEADERS: Words(
        "error",
        "the answer has status {status} and not the headers of the policy: pages of {origin} see a "
        "network error in place of it.",
        "send the headers with errors too: `add_header … always` in nginx, `http-after-response` in HAProxy.",
    ),
    EdgeCode.DUPLICATE_HEADER: Words(
        "error",
        "{names} came more than once, and browsers refuse the answer. The edge adds its own to that of the "
        "application.",
        "let one of them set the headers: take them out of the edge, or strip those of the "
        "application there.",
    ),
    EdgeCode.PREFLIGHT_REDIRECTED: Words(
        "error",
        "a preflight is redirected to {location}; browsers do not follow, and pages of {origin} lose every "
        "request that needs one.",
        "answer preflights before anything redirects.",
    ),
    EdgeCode.PREFLIGHT_STATUS: Words(
        "error",
        "a preflight is answered with status {status}; only 200 to 299 lets pages of {origin} go on.",
        "answer preflights before sign-in checks, rate limits and routing; they never carry cookies.",
    ),
    EdgeCode.PREFLIGHT_TOO_NARROW: Words(
        "error",
        "pages of {origin} lose {names}, which the policy allows: {why}.",
        f"send the whole lists of methods and headers, or {_WRITE_AGAIN}",
    ),
    EdgeCode.PREFLIGHT_TOO_WIDE: Words(
        "warning",
        "pages of {origin} may send {names}, which the policy does not allow.",
        f"send the lists of the policy instead of what was asked for, or {_WRITE_AGAIN}",
    ),
    EdgeCode.EXPOSED_TOO_LITTLE: Words(
        "error",
        "pages of {origin} cannot read the response headers {names}, which the policy exposes.",
        "send Access-Control-Expose-Headers with every answer that is no preflight.",
    ),
    EdgeCode.EXPOSED_TOO_MUCH: Words(
        "warning",
        "pages of {origin} can read the response headers {names}, which the policy does not expose.",
        "send Access-Control-Expose-Headers as the policy has it.",
    ),
    EdgeCode.PATH_TOO_WIDE: Words(
        "error",
        "the edge gives this path headers that no policy, or another one, gives it: pages of {origin} gain "
        "{names}. {cause}",
        "match whole segments in their letter case: /api and /api/…, neither /apiary nor /API.",
    ),
    EdgeCode.PATH_TOO_NARROW: Words(
        "error",
        "the edge treats this path otherwise than the policy of the application: pages of {origin} lose "
        "{names}.",
        "match whole segments in their letter case, and give every policy its paths.",
    ),
    EdgeCode.VARY_MISSING: Words(
        "error",
        "the answer {to} has no Vary: Origin, though it depends on the origin: a cache may hand the answer "
        "for one page to another, which then cannot read it.",
        "send Vary: Origin with every answer of the path: to listed origins, to others, and without Origin.",
    ),
    EdgeCode.PLAIN_OPTIONS_ANSWERED: Words(
        "warning",
        "an OPTIONS without Access-Control-Request-Method is no preflight, and the edge answers it as one: "
        "{why}. The application never sees it.",
        "answer at the edge only what has Origin and Access-Control-Request-Method.",
    ),
    EdgeCode.MAX_AGE: Words(
        "warning",
        "a preflight may be kept for {seen}, the policy says {wanted}: pages of {origin} send another number "
        "of preflights.",
        "send Access-Control-Max-Age as the policy has it; without it browsers take 5 seconds.",
    ),
    EdgeCode.TWO_ORIGINS: Words(
        "info",
        "an Origin of two origins, which no browser sends, is answered with {seen}.",
        "compare the origin as a whole.",
    ),
}

#: Where it comes from that an origin of this kind is let in.
CAUSES: Final = {
    Relation.STRANGER: "Every origin is reflected, or all are allowed.",
    Relation.NULL: "null is listed or reflected: every sandboxed frame has it.",
    Relation.SCHEME: "The scheme is not compared.",
    Relation.PORT: "The port is not compared.",
    Relation.SUFFIX: "Something behind the host is let in: an expression without an end ($).",
    Relation.PREFIX: "Something before the host is let in: an expression without a start (^), or a suffix "
    "that is compared without its dot.",
    Relation.DOT: "A dot in an expression stands for any letter: it is not escaped.",
    Relation.SUBDOMAIN: "Subdomains of a listed host are let in.",
    Relation.APEX: "The domain of a pattern is let in, not only its subdomains.",
    Relation.FINAL_DOT: "A dot behind the host is let in.",
}
