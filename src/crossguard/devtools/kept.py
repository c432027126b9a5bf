"""What is kept of a request and its answer: cut to a bound, and without values that could be secret."""

from collections.abc import Iterable
from typing import Final

from crossguard.core.edits import HeaderList
from crossguard.core.names import MAX_LIST_LENGTH, is_token
from crossguard.core.origins import parse_serialized
from crossguard.core.request import RequestFacts

# Longer texts are cut: an address, a method, a header value, the names in one request or answer.
LONGEST_URL: Final = 1024
LONGEST_NAME: Final = 64
_VALUE: Final = 512
MOST_NAMES: Final = 64
_COOKIE_HEADER: Final = 16_384
_SET_COOKIES: Final = 16

#: The header fields of an answer whose values say how browsers treat it, and nothing secret.
_TOLD: Final = frozenset(
    {
        "allow", "cache-control", "content-type", "cross-origin-embedder-policy",
        "cross-origin-opener-policy", "cross-origin-resource-policy", "retry-after", "server",
        "timing-allow-origin", "vary",
    }
)  # fmt: skip
_COOKIE_ATTRIBUTES: Final = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"}
)


def page_of(facts: RequestFacts, referer: str | None) -> str | None:
    """Return the origin of the page that sent a request; None where no page, or none that is known, did.

    A request without ``Origin`` is of the API's own pages where ``Sec-Fetch-Site`` says so, which no script
    can write. ``Referer`` then names the same page, also where a proxy has changed ``Host``.
    """
    origin = facts.origin
    if origin:
        return origin if origin == "null" or parse_serialized(origin) is not None else None
    if facts.fetch_site != "same-origin" or facts.fetch_mode == "navigate":
        return None
    own = "/".join((referer or "")[:LONGEST_URL].split("/", 3)[:3]) or facts.own_origin or ""
    return own if parse_serialized(own) is not None else None


def cut(facts: RequestFacts) -> RequestFacts:
    """Return *facts* with nothing longer than what is remembered, and without what nothing is told of."""
    requested = facts.requested_headers
    return RequestFacts(
        method=facts.method[:LONGEST_NAME],
        url=facts.url[:LONGEST_URL],
        path=facts.path[:LONGEST_URL],
        origin=facts.origin,
        requested_method=facts.requested_method and facts.requested_method[:LONGEST_NAME],
        # One more than is read, so that a list that is too long stays one.
        requested_headers=requested and requested[: MAX_LIST_LENGTH + 1],
        requests_private_network=facts.requests_private_network,
        fetch_mode=facts.fetch_mode and facts.fetch_mode[:LONGEST_NAME],
        fetch_site=facts.fetch_site and facts.fetch_site[:LONGEST_NAME],
        own_origin=facts.own_origin and facts.own_origin[:LONGEST_URL],
        # What follows it, such as a boundary, decides nothing.
        content_type=facts.content_type and facts.content_type[:_VALUE].partition(";")[0],
    )


def cookie_names(header: str | None) -> tuple[str, ...]:
    """Return the names in a ``Cookie`` header. What has no name is a value, and is left out."""
    if not header:
        return ()
    pairs = (part.partition("=") for part in header[:_COOKIE_HEADER].split(";", MOST_NAMES)[:MOST_NAMES])
    names = (name.strip()[:LONGEST_NAME] for name, equals, _ in pairs if equals)
    return tuple(dict.fromkeys(name for name in names if is_token(name)))


def told_of(headers: Iterable[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the header fields of an answer that are told, and the names of all."""
    fields: HeaderList = []
    names: dict[str, None] = {}
    cookies = 0
    for number, (name, value) in enumerate(headers):
        if number >= MOST_NAMES * 2:
            break
        lower = name[:LONGEST_NAME].lower()
        if not is_token(lower):
            continue
        if len(names) < MOST_NAMES:
            names[lower] = None
        if lower == "set-cookie":
            cookies += 1
            if cookies <= _SET_COOKIES:
                fields.append(("Set-Cookie", without_value(value[:_VALUE])))
        elif lower == "location":
            fields.append(("Location", without_query(value)))
        elif lower in _TOLD or is_of_cors(lower):
            fields.append((name[:LONGEST_NAME], _printable(value[:_VALUE])))
    return tuple(fields), tuple(names)


def is_of_cors(name: str) -> bool:
    """Tell whether a header field is one of the CORS protocol."""
    return name[:15].lower() == "access-control-"


def without_value(line: str) -> str:
    """Return a ``Set-Cookie`` line without the value, and with the attributes that browsers know."""
    pair, *attributes = line.split(";")
    name, equals, _ = pair.partition("=")
    kept = [f"{name.strip()}=…" if equals and is_token(name.strip()) else "…"]
    kept += [
        text.strip() for text in attributes if text.partition("=")[0].strip().lower() in _COOKIE_ATTRIBUTES
    ]
    return _printable("; ".join(kept))


def without_query(url: str) -> str:
    """Return an address without its query, its fragment, and the name and password of a user."""
    text = url[:LONGEST_URL].partition("#")[0].partition("?")[0]
    scheme, colon, rest = text.partition("://")
    if colon:
        authority, slash, path = rest.partition("/")
        text = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    return _printable(text)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else "�" for char in text)
