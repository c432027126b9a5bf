"""The table of requests and answers. Every adapter must give exactly these headers: one more is a failure."""

import re
from dataclasses import dataclass, field

from crossguard import Outcome, Reason

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example.net"
OWN = "https://api.example.com"

PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

ONE = {
    "origins": [APP],
    "methods": ["GET", "PUT"],
    "allow_headers": ["X-Token", "Content-Type"],
    "expose_headers": ["X-Total"],
    "max_age": 60,
}
CREDENTIALED = ONE | {"origins": [APP, ADMIN], "supports_credentials": True}
ANY = {"expose_headers": ["X-Total"], "max_age": 60}

DEFAULT_METHODS = "GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE"
DEFAULT_HEADERS = "Authorization, Content-Type, X-Requested-With"


def is_customer(origin):
    return origin == APP


def says_yes(_origin):
    return True


def says_maybe(_origin):
    return "yes"


def fails(_origin):
    raise LookupError("the list is gone")


@dataclass(frozen=True)
class Case:
    """One request under one configuration.

    ``headers`` are all ``Access-Control-*`` and ``Vary`` fields of the answer.
    """

    id: str
    options: dict[str, object]
    outcome: Outcome
    reason: Reason
    headers: dict[str, str] = field(default_factory=dict)
    detail: str = ""
    method: str = "GET"
    origin: str | None = APP
    asks_method: str | None = None
    asks_headers: str | None = None
    asks_private_network: bool = False


def _allowed(origin: str = APP, **more: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, **more, "Vary": "Origin"}


EXPOSED = {"Access-Control-Expose-Headers": "X-Total"}
WITH_CREDENTIALS = {"Access-Control-Allow-Credentials": "true"}
REFUSED = {"Vary": "Origin"}
PREFLIGHT_REFUSED = {"Vary": PREFLIGHT_VARY}
ONE_PREFLIGHT = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Methods": "GET, PUT",
    "Access-Control-Allow-Headers": "X-Token, Content-Type",
    "Access-Control-Max-Age": "60",
    "Vary": PREFLIGHT_VARY,
}

ACTUAL_CASES = (
    Case(
        "any-origin-without-origin",
        ANY,
        Outcome.NOT_CROSS_ORIGIN,
        Reason.NO_ORIGIN,
        {"Access-Control-Allow-Origin": "*", **EXPOSED},
        origin=None,
    ),
    Case(
        "any-origin",
        ANY,
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        {"Access-Control-Allow-Origin": "*", **EXPOSED},
    ),
    Case(
        "any-origin-null",
        ANY,
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        {"Access-Control-Allow-Origin": "*", **EXPOSED},
        origin="null",
    ),
    Case(
        "any-origin-malformed",
        ANY,
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        {"Access-Control-Allow-Origin": "*", **EXPOSED},
        origin="not an origin",
    ),
    Case(
        "any-origin-too-long",
        ANY,
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        {"Access-Control-Allow-Origin": "*", **EXPOSED},
        origin="https://" + "a" * 8000,
    ),
    Case("no-origin", ONE, Outcome.NOT_CROSS_ORIGIN, Reason.NO_ORIGIN, REFUSED, origin=None),
    Case("empty-origin", ONE, Outcome.NOT_CROSS_ORIGIN, Reason.NO_ORIGIN, REFUSED, origin=""),
    Case("listed", ONE, Outcome.ACTUAL_ALLOWED, Reason.LISTED_ORIGIN, _allowed(**EXPOSED)),
    Case(
        "listed-post", ONE, Outcome.ACTUAL_ALLOWED, Reason.LISTED_ORIGIN, _allowed(**EXPOSED), method="POST"
    ),
    Case(
        "actual-method-outside-the-list-is-the-application's-business",
        ONE,
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(**EXPOSED),
        method="DELETE",
    ),
    Case(
        "listed-plain-options",
        ONE,
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(**EXPOSED),
        method="OPTIONS",
    ),
    Case(
        "options-with-empty-request-method",
        ONE,
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(**EXPOSED),
        method="OPTIONS",
        asks_method="",
    ),
    Case(
        "request-method-on-a-get-is-no-preflight",
        ONE,
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(**EXPOSED),
        asks_method="PUT",
    ),
    Case(
        "preflight-shape-without-origin",
        ONE,
        Outcome.NOT_CROSS_ORIGIN,
        Reason.NO_ORIGIN,
        REFUSED,
        method="OPTIONS",
        origin=None,
        asks_method="PUT",
    ),
    Case(
        "listed-with-credentials",
        CREDENTIALED,
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(ADMIN, **WITH_CREDENTIALS, **EXPOSED),
        origin=ADMIN,
    ),
    Case(
        "credentials-without-origin",
        CREDENTIALED,
        Outcome.NOT_CROSS_ORIGIN,
        Reason.NO_ORIGIN,
        REFUSED,
        origin=None,
    ),
    Case(
        "nothing-exposed",
        {"origins": [APP]},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(),
    ),
    Case(
        "everything-exposed-without-credentials",
        {"origins": [APP], "expose_headers": "*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(**{"Access-Control-Expose-Headers": "*"}),
    ),
    Case(
        "subdomain-pattern",
        {"origins": "https://*.example.com"},
        Outcome.ACTUAL_ALLOWED,
        Reason.SUBDOMAIN_PATTERN,
        _allowed("https://a.b.example.com"),
        origin="https://a.b.example.com",
    ),
    Case(
        "subdomain-pattern-with-credentials",
        {"origins": "https://*.example.com", "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.SUBDOMAIN_PATTERN,
        _allowed(APP, **WITH_CREDENTIALS),
    ),
    Case(
        "port-pattern",
        {"origins": "http://localhost:*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.PORT_PATTERN,
        _allowed("http://localhost:5173"),
        origin="http://localhost:5173",
    ),
    Case(
        "port-pattern-default-port",
        {"origins": "http://localhost:*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.PORT_PATTERN,
        _allowed("http://localhost"),
        origin="http://localhost",
    ),
    Case(
        "ipv6-port-pattern",
        {"origins": "http://[::1]:*", "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.PORT_PATTERN,
        _allowed("http://[::1]:5173", **WITH_CREDENTIALS),
        origin="http://[::1]:5173",
    ),
    Case(
        "subdomain-and-port-pattern",
        {"origins": "https://*.example.com:*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.SUBDOMAIN_PATTERN,
        _allowed("https://app.example.com:8443"),
        origin="https://app.example.com:8443",
    ),
    Case(
        "subdomain-pattern-with-a-port",
        {"origins": "https://*.example.com:8443"},
        Outcome.ACTUAL_ALLOWED,
        Reason.SUBDOMAIN_PATTERN,
        _allowed("https://app.example.com:8443"),
        origin="https://app.example.com:8443",
    ),
    Case(
        "expression",
        {"origins": re.compile(r"https://pr-[0-9]+--app\.example\.com")},
        Outcome.ACTUAL_ALLOWED,
        Reason.EXPRESSION,
        _allowed("https://pr-12--app.example.com"),
        origin="https://pr-12--app.example.com",
    ),
    Case(
        "expression-http-loopback-with-credentials",
        {"origins": re.compile(r"https?://([a-z]+\.)?localhost"), "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.EXPRESSION,
        _allowed("http://localhost", **WITH_CREDENTIALS),
        origin="http://localhost",
    ),
    Case(
        "pattern-inside-a-label",
        {"origins": "https://shop-*-team.example.com", "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.SUBDOMAIN_PATTERN,
        _allowed("https://shop-a-1-team.example.com", **WITH_CREDENTIALS),
        origin="https://shop-a-1-team.example.com",
    ),
    Case(
        "pattern-inside-a-label-of-more-labels",
        {"origins": "https://shop-*-team.example.com", "supports_credentials": True},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
        origin="https://shop-a.b-team.example.com",
    ),
    Case(
        "pattern-inside-a-label-of-another-label",
        {"origins": "https://shop-*-team.example.com", "supports_credentials": True},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
        origin="https://shop-a-other.example.com",
    ),
    Case(
        "pattern-inside-a-label-and-nothing-in-its-place",
        {"origins": "https://shop-*-team.example.com", "supports_credentials": True},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
        origin="https://shop--team.example.com",
    ),
    Case(
        "pattern-inside-a-label-of-another-port",
        {"origins": "https://shop-*-team.example.com", "supports_credentials": True},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
        origin="https://shop-a-team.example.com:8443",
    ),
    Case(
        "expression-http-with-credentials-if-told-to",
        {
            "origins": re.compile(r"https?://app\.example\.com"),
            "supports_credentials": True,
            "dangerously_allow_insecure_origins": True,
        },
        Outcome.ACTUAL_ALLOWED,
        Reason.EXPRESSION,
        _allowed("http://app.example.com", **WITH_CREDENTIALS),
        origin="http://app.example.com",
    ),
    Case("callable", {"origins": is_customer}, Outcome.ACTUAL_ALLOWED, Reason.CALLABLE, _allowed()),
    Case(
        "callable-with-credentials",
        {"origins": [ADMIN, is_customer], "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.CALLABLE,
        _allowed(**WITH_CREDENTIALS),
    ),
    Case(
        "callable-beside-a-listed-origin",
        {"origins": [ADMIN, is_customer], "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(ADMIN, **WITH_CREDENTIALS),
        origin=ADMIN,
    ),
    Case(
        "callable-preflight",
        ONE | {"origins": is_customer},
        Outcome.PREFLIGHT_ALLOWED,
        Reason.CALLABLE,
        ONE_PREFLIGHT,
        method="OPTIONS",
        asks_method="PUT",
    ),
    Case(
        "callable-refuses",
        {"origins": is_customer},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
        origin=EVIL,
    ),
    Case(
        "callable-without-origin",
        {"origins": is_customer},
        Outcome.NOT_CROSS_ORIGIN,
        Reason.NO_ORIGIN,
        REFUSED,
        origin=None,
    ),
    Case(
        "callable-and-null",
        {"origins": says_yes},
        Outcome.ACTUAL_REFUSED,
        Reason.NULL_ORIGIN,
        REFUSED,
        origin="null",
    ),
    Case(
        "callable-and-what-is-no-origin",
        {"origins": says_yes},
        Outcome.ACTUAL_REFUSED,
        Reason.MALFORMED_ORIGIN,
        REFUSED,
        origin=f"{APP}/",
    ),
    Case(
        "callable-http-with-credentials",
        {"origins": says_yes, "supports_credentials": True},
        Outcome.ACTUAL_REFUSED,
        Reason.INSECURE_ORIGIN,
        REFUSED,
        origin="http://app.example.com",
    ),
    Case(
        "callable-that-fails",
        {"origins": fails},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
    ),
    Case(
        "callable-that-answers-nonsense",
        {"origins": says_maybe},
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
    ),
    Case(
        "callable-for-readers",
        {"origins": [ADMIN], "readers": is_customer, "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.CALLABLE,
        _allowed(),
    ),
    Case(
        "other-scheme",
        {"origins": ["capacitor://localhost"], "supports_credentials": True},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed("capacitor://localhost", **WITH_CREDENTIALS),
        origin="capacitor://localhost",
    ),
    Case(
        "reader-beside-credentials",
        CREDENTIALED | {"readers": ["https://reader.example.net"]},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed("https://reader.example.net", **EXPOSED),
        origin="https://reader.example.net",
    ),
    Case(
        "everybody-reads-beside-credentials",
        CREDENTIALED | {"readers": "*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        _allowed("*", **EXPOSED),
        origin=EVIL,
    ),
    Case(
        "everybody-reads-null-too",
        CREDENTIALED | {"readers": "*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        _allowed("*", **EXPOSED),
        origin="null",
    ),
    Case(
        "everybody-reads-and-control-characters-are-not-echoed",
        CREDENTIALED | {"readers": "*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.ANY_ORIGIN,
        _allowed("*", **EXPOSED),
        origin="https://app.example.com\t\x01",
    ),
    Case(
        "listed-beside-readers-keeps-credentials",
        CREDENTIALED | {"readers": "*"},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(APP, **WITH_CREDENTIALS, **EXPOSED),
    ),
    Case("refused", ONE, Outcome.ACTUAL_REFUSED, Reason.ORIGIN_NOT_LISTED, REFUSED, origin=EVIL),
    Case(
        "refused-with-credentials",
        CREDENTIALED,
        Outcome.ACTUAL_REFUSED,
        Reason.ORIGIN_NOT_LISTED,
        REFUSED,
        origin=EVIL,
    ),
    Case("nobody", {"origins": []}, Outcome.ACTUAL_REFUSED, Reason.NOBODY_LISTED, REFUSED),
    Case("null", ONE, Outcome.ACTUAL_REFUSED, Reason.NULL_ORIGIN, REFUSED, origin="null"),
    Case(
        "null-against-an-expression",
        {"origins": re.compile("null|https://app\\.example\\.com")},
        Outcome.ACTUAL_REFUSED,
        Reason.NULL_ORIGIN,
        REFUSED,
        origin="null",
    ),
    Case("malformed", ONE, Outcome.ACTUAL_REFUSED, Reason.MALFORMED_ORIGIN, REFUSED, origin=APP + "/"),
    Case(
        "too-long",
        ONE,
        Outcome.ACTUAL_REFUSED,
        Reason.MALFORMED_ORIGIN,
        REFUSED,
        origin="https://" + "a" * 8000,
    ),
    Case("own-pages", ONE, Outcome.NOT_CROSS_ORIGIN, Reason.SAME_ORIGIN, REFUSED, method="POST", origin=OWN),
    Case(
        "own-pages-that-are-listed",
        {"origins": [OWN]},
        Outcome.ACTUAL_ALLOWED,
        Reason.LISTED_ORIGIN,
        _allowed(OWN),
        method="POST",
        origin=OWN,
    ),
)


def _preflight(
    case_id: str,
    options: dict[str, object],
    reason: Reason,
    headers: dict[str, str],
    *,
    refused: bool = False,
    origin: str = APP,
    asks: str = "PUT",
    asks_headers: str | None = None,
    asks_private_network: bool = False,
    detail: str = "",
) -> Case:
    outcome = Outcome.PREFLIGHT_REFUSED if refused else Outcome.PREFLIGHT_ALLOWED
    return Case(
        case_id,
        options,
        outcome,
        reason,
        headers,
        detail,
        "OPTIONS",
        origin,
        asks,
        asks_headers,
        asks_private_network,
    )


STAR_HEADERS = CREDENTIALED | {"allow_headers": "*"}
STAR_HEADERS_ANSWER = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, PUT",
    "Access-Control-Max-Age": "60",
    "Vary": PREFLIGHT_VARY,
}
MANY_NAMES = ",".join(f"x-{number:03}" for number in range(65))

PREFLIGHT_CASES = (
    _preflight("preflight", ONE, Reason.LISTED_ORIGIN, ONE_PREFLIGHT),
    _preflight(
        "preflight-with-a-header",
        ONE,
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT,
        asks_headers="content-type,x-token",
    ),
    _preflight(
        "preflight-with-headers-any-case-order-and-blanks",
        ONE,
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT,
        asks_headers="X-Token ,\tCONTENT-TYPE,,x-token",
    ),
    _preflight(
        "preflight-safelisted-header",
        ONE,
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT,
        asks_headers="accept-language",
    ),
    _preflight(
        "preflight-safelisted-method-needs-no-listing",
        ONE | {"methods": ["PUT"]},
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT | {"Access-Control-Allow-Methods": "PUT"},
        asks="POST",
    ),
    _preflight(
        "preflight-credentials",
        CREDENTIALED,
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT | {"Access-Control-Allow-Credentials": "true"},
    ),
    _preflight(
        "preflight-any-origin-with-the-defaults",
        {},
        Reason.ANY_ORIGIN,
        {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": DEFAULT_METHODS,
            "Access-Control-Allow-Headers": DEFAULT_HEADERS,
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        },
        asks="DELETE",
        asks_headers="authorization,content-type",
    ),
    _preflight(
        "preflight-everything-without-credentials",
        {"origins": [APP], "methods": "*", "allow_headers": "*", "max_age": 0},
        Reason.LISTED_ORIGIN,
        {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Methods": "*",
            "Access-Control-Allow-Headers": "*, Authorization",
            "Access-Control-Max-Age": "0",
            "Vary": PREFLIGHT_VARY,
        },
        asks="PROPFIND",
        asks_headers="x-whatever",
    ),
    _preflight(
        "preflight-star-among-header-names-is-still-everything",
        {"origins": [APP], "allow_headers": ["X-Token", "*"], "methods": ["PUT"]},
        Reason.LISTED_ORIGIN,
        {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Methods": "PUT",
            "Access-Control-Allow-Headers": "*, Authorization",
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        },
        asks_headers="x-whatever",
    ),
    _preflight(
        "preflight-nothing-listed",
        {"origins": [APP], "methods": [], "allow_headers": []},
        Reason.LISTED_ORIGIN,
        {"Access-Control-Allow-Origin": APP, "Access-Control-Max-Age": "600", "Vary": PREFLIGHT_VARY},
        asks="GET",
    ),
    _preflight(
        "preflight-star-headers-with-credentials-names-what-was-asked",
        STAR_HEADERS,
        Reason.LISTED_ORIGIN,
        STAR_HEADERS_ANSWER | {"Access-Control-Allow-Headers": "authorization, x-a, x-b"},
        asks_headers="x-b,Authorization, X-A,x-a",
    ),
    _preflight(
        "preflight-star-headers-with-credentials-leaves-out-what-is-no-name",
        STAR_HEADERS,
        Reason.LISTED_ORIGIN,
        STAR_HEADERS_ANSWER | {"Access-Control-Allow-Headers": "x-a"},
        asks_headers="x-a,bad name,b\x01d,\u00fc,(x)",
    ),
    _preflight(
        "preflight-star-headers-with-credentials-nothing-asked",
        STAR_HEADERS,
        Reason.LISTED_ORIGIN,
        STAR_HEADERS_ANSWER,
        asks_headers=" , ,",
    ),
    _preflight(
        "preflight-star-headers-with-credentials-too-many",
        STAR_HEADERS,
        Reason.TOO_MANY_HEADERS,
        PREFLIGHT_REFUSED,
        refused=True,
        asks_headers=MANY_NAMES,
    ),
    _preflight(
        "preflight-star-headers-a-reader-gets-the-star",
        STAR_HEADERS | {"readers": ["https://reader.example.net"]},
        Reason.LISTED_ORIGIN,
        {
            "Access-Control-Allow-Origin": "https://reader.example.net",
            "Access-Control-Allow-Methods": "GET, PUT",
            "Access-Control-Allow-Headers": "*, Authorization",
            "Access-Control-Max-Age": "60",
            "Vary": PREFLIGHT_VARY,
        },
        origin="https://reader.example.net",
        asks_headers="x-whatever",
    ),
    _preflight(
        "preflight-everybody-reads-beside-credentials",
        CREDENTIALED | {"readers": "*"},
        Reason.ANY_ORIGIN,
        ONE_PREFLIGHT | {"Access-Control-Allow-Origin": "*"},
        origin=EVIL,
    ),
    _preflight(
        "preflight-refused", ONE, Reason.ORIGIN_NOT_LISTED, PREFLIGHT_REFUSED, refused=True, origin=EVIL
    ),
    _preflight("preflight-null", ONE, Reason.NULL_ORIGIN, PREFLIGHT_REFUSED, refused=True, origin="null"),
    _preflight("preflight-nobody", {"origins": []}, Reason.NOBODY_LISTED, PREFLIGHT_REFUSED, refused=True),
    _preflight(
        "preflight-malformed",
        ONE,
        Reason.MALFORMED_ORIGIN,
        PREFLIGHT_REFUSED,
        refused=True,
        origin=f"{APP},{APP}",
    ),
    _preflight(
        "preflight-method-not-listed-is-answered-from-the-table",
        ONE,
        Reason.METHOD_NOT_LISTED,
        ONE_PREFLIGHT,
        refused=True,
        asks="DELETE",
        detail="DELETE",
    ),
    _preflight(
        "preflight-part-of-a-method",
        ONE,
        Reason.METHOD_NOT_LISTED,
        ONE_PREFLIGHT,
        refused=True,
        asks="PU",
        detail="PU",
    ),
    _preflight(
        "preflight-method-in-lower-case",
        {"origins": [APP], "methods": ["PATCH"], "allow_headers": []},
        Reason.METHOD_NOT_LISTED,
        {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Methods": "PATCH",
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        },
        refused=True,
        asks="patch",
        detail="patch",
    ),
    _preflight(
        "preflight-header-not-listed",
        ONE,
        Reason.HEADER_NOT_LISTED,
        ONE_PREFLIGHT,
        refused=True,
        asks_headers="x-other,x-token",
        detail="x-other",
    ),
    _preflight(
        "preflight-content-type-must-be-listed",
        ONE | {"allow_headers": ["X-Token"]},
        Reason.HEADER_NOT_LISTED,
        ONE_PREFLIGHT | {"Access-Control-Allow-Headers": "X-Token"},
        refused=True,
        asks_headers="content-type",
        detail="content-type",
    ),
    _preflight(
        "preflight-too-many-headers-against-a-list",
        ONE,
        Reason.TOO_MANY_HEADERS,
        ONE_PREFLIGHT,
        refused=True,
        asks_headers=MANY_NAMES,
    ),
    _preflight(
        "preflight-private-network-is-not-answered-by-default",
        ONE,
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT,
        asks_private_network=True,
    ),
    _preflight(
        "preflight-private-network",
        ONE | {"allow_private_network": True},
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT
        | {
            "Access-Control-Allow-Private-Network": "true",
            "Vary": f"{PREFLIGHT_VARY}, Access-Control-Request-Private-Network",
        },
        asks_private_network=True,
    ),
    _preflight(
        "preflight-private-network-not-asked",
        ONE | {"allow_private_network": True},
        Reason.LISTED_ORIGIN,
        ONE_PREFLIGHT | {"Vary": f"{PREFLIGHT_VARY}, Access-Control-Request-Private-Network"},
    ),
    _preflight(
        "preflight-private-network-refused",
        ONE | {"allow_private_network": True},
        Reason.ORIGIN_NOT_LISTED,
        {"Vary": f"{PREFLIGHT_VARY}, Access-Control-Request-Private-Network"},
        refused=True,
        origin=EVIL,
        asks_private_network=True,
    ),
    _preflight(
        "preflight-of-the-own-origin-is-decided-like-any-other",
        ONE,
        Reason.ORIGIN_NOT_LISTED,
        PREFLIGHT_REFUSED,
        refused=True,
        origin=OWN,
    ),
)

CASES = ACTUAL_CASES + PREFLIGHT_CASES
