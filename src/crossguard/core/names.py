"""Names of the HTTP and Fetch vocabulary: tokens, methods, header names.

``is_forbidden_*`` says what the Fetch Standard forbids to scripts. Nothing here is a decision of
this library.
"""

import re
from typing import Final

# RFC 9110 section 5.6.2: token = 1*tchar.
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

#: Fetch, "normalize a method": these, in any letter case, become upper case; all others stay.
NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})

#: Methods that applications use from browsers and that are registered (RFC 5789, RFC 4918, RFC 3253). In
#: lower case they are other methods; a name that is not registered means what its application says.
REGISTERED_METHODS: Final = NORMALIZED_METHODS | {
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "QUERY",
    "REPORT",
    "UNLOCK",
}

#: Methods that change nothing (RFC 9110 section 9.2.1) and that browsers send by themselves.
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

#: Fetch, "CORS-safelisted method": allowed without being listed in a preflight's answer.
SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})

_FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})

_FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)

_FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})

#: Fetch, "CORS-safelisted response-header name": readable without being exposed.
SAFELISTED_RESPONSE_HEADERS: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)

#: Fetch, "CORS-safelisted request-header": sent without a preflight while the value is simple.
SAFELISTED_REQUEST_HEADERS: Final = frozenset(
    {"accept", "accept-language", "content-language", "content-type", "range"}
)


def is_token(text: str) -> bool:
    """Tell whether *text* is a token (RFC 9110 section 5.6.2), as methods and header names must be."""
    return _TOKEN.fullmatch(text) is not None


def normalize_method(method: str) -> str:
    """Return *method* as a browser puts it on the wire (Fetch, "normalize a method")."""
    upper = method.upper()
    return upper if upper in NORMALIZED_METHODS else method


def is_forbidden_method(method: str) -> bool:
    """Tell whether scripts may never send *method* (Fetch, "forbidden method")."""
    return method.upper() in _FORBIDDEN_METHODS


def is_forbidden_request_header(name: str) -> bool:
    """Tell whether scripts may never set *name* (Fetch, "forbidden request-header", the names)."""
    lower = name.lower()
    return lower in _FORBIDDEN_REQUEST_HEADERS or lower.startswith(("proxy-", "sec-"))


def is_forbidden_response_header(name: str) -> bool:
    """Tell whether scripts may never read *name* (Fetch, "forbidden response-header name")."""
    return name.lower() in _FORBIDDEN_RESPONSE_HEADERS
