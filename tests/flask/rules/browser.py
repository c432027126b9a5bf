"""The browser's half of CORS, small and strict: the CORS check, the preflight, what a script may read, ABNF.

Written from the Fetch Standard for the conformance test alone, so that it shares no mistake with the library.
"""

import re

from tests.flask.wire import Answer

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
SAFELISTED_METHODS = ("GET", "HEAD", "POST")
SAFELISTED_RESPONSE_HEADERS = (
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
)


def combined(answer: Answer, name: str) -> str | None:
    """Fetch, "get a header": the values of all lines, joined."""
    values = answer.all(name)
    return ", ".join(values) if values else None


def cors_check(answer: Answer, origin: str, credentials: str) -> bool:
    """Fetch, "CORS check"."""
    allowed = combined(answer, "Access-Control-Allow-Origin")
    if allowed is None:
        return False
    if credentials != "include" and allowed == "*":
        return True
    if allowed != origin:
        return False
    return credentials != "include" or combined(answer, "Access-Control-Allow-Credentials") == "true"


def extract_list(answer: Answer, name: str) -> list[str] | None:
    """Fetch, "extract header list values" by the ABNF of a list of tokens; None for failure."""
    items = [item.strip(" \t") for value in answer.all(name) for item in value.split(",")]
    items = [item for item in items if item]
    return items if all(TOKEN.fullmatch(item) for item in items) else None


def preflight_passes(answer: Answer, origin: str, credentials: str, method: str, headers: list[str]) -> bool:
    """Fetch, "CORS-preflight fetch", steps 6 and 7; *headers* are the unsafe ones that the script set."""
    if not cors_check(answer, origin, credentials) or not 200 <= answer.status <= 299:
        return False
    methods = extract_list(answer, "Access-Control-Allow-Methods")
    names = extract_list(answer, "Access-Control-Allow-Headers")
    if methods is None or names is None:
        return False
    anything = credentials != "include"
    if method not in methods and method not in SAFELISTED_METHODS and not (anything and "*" in methods):
        return False
    listed = {name.lower() for name in names}
    for header in headers:
        # "authorization" is the one CORS non-wildcard request-header name.
        wildcard = anything and "*" in listed and header.lower() != "authorization"
        if header.lower() not in listed and not wildcard:
            return False
    return True


def readable(answer: Answer, name: str, origin: str, credentials: str) -> bool:
    """Tell whether a script sees the header *name* of a CORS-filtered response."""
    if not cors_check(answer, origin, credentials) or not answer.all(name):
        return False
    exposed = extract_list(answer, "Access-Control-Expose-Headers") or []
    return (
        name.lower() in SAFELISTED_RESPONSE_HEADERS
        or name.lower() in {item.lower() for item in exposed}
        or ("*" in exposed and credentials != "include")
    )


ORIGIN = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]+)?")
TOKEN_LIST = re.compile(rf"(?:{TOKEN.pattern})?(?:[ \t]*,[ \t]*(?:{TOKEN.pattern})?)*")
GRAMMAR = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-credentials": re.compile("true"),
    "access-control-allow-methods": TOKEN_LIST,
    "access-control-allow-headers": TOKEN_LIST,
    "access-control-expose-headers": TOKEN_LIST,
    "access-control-max-age": re.compile("[0-9]+"),
    "access-control-allow-private-network": re.compile("true"),
}


def breaches_of_grammar(answer: Answer) -> list[tuple[str, str]]:
    """Return the ``Access-Control-*`` fields whose values are outside of Fetch's ABNF."""
    return [
        (name, value)
        for name, value in answer.headers
        if name.lower().startswith("access-control-")
        and (name.lower() not in GRAMMAR or not GRAMMAR[name.lower()].fullmatch(value))
    ]
