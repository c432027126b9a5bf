"""Names of the HTTP and Fetch vocabulary: tokens, methods, header names, and lists of them.

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

#: More names than any application sends; the bound that rs/cors and others settled on after
#: CVE-2025-47908, where an unbounded list cost memory and time.
MAX_HEADER_NAMES: Final = 64
#: Longest list that is read, in characters.
MAX_LIST_LENGTH: Final = 4096


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


def parse_requested_headers(text: str) -> tuple[str, ...] | None:
    """Return the valid names in *text*, lower-case, sorted, each once; None if it is over the bounds.

    Any order, letter case and blanks are accepted, and empty elements are skipped (RFC 9110 section
    5.6.1.2), because proxies rewrite lists. What is not a token is left out: it must not be echoed.
    """
    if len(text) > MAX_LIST_LENGTH or text.count(",") >= MAX_HEADER_NAMES * 2:
        return None
    names = {name.strip(" \t") for name in text.split(",")}
    # Lower case comes after the check: it turns some letters outside ASCII into letters of a token.
    valid = sorted({name.lower() for name in names if is_token(name)})
    return tuple(valid) if len(valid) <= MAX_HEADER_NAMES else None


def has_element(text: str, element: str, *, before: str = ",", after: str = ",") -> bool:
    """Tell whether *element* stands in *text* by itself, blanks around it aside.

    Linear in the length of *text*, and without a copy of it.

    Args:
        text: a list, as in ``Vary`` (RFC 9110 section 5.6.1) or ``Cookie``; compared as it is.
        element: what to look for; not empty.
        before: the character that ends what stands in front of an element.
        after: the characters that may follow it.
    """
    end = len(text)
    at = text.find(element)
    while at >= 0:
        left, right = at, at + len(element)
        while left and text[left - 1].isspace():
            left -= 1
        while right < end and text[right].isspace():
            right += 1
        if (not left or text[left - 1] == before) and (right == end or text[right] in after):
            return True
        at = text.find(element, at + 1)
    return False
