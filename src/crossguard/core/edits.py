"""Header edits: what a decision does to the headers of a response."""

from typing import Final, NamedTuple

from crossguard.core.names import has_element

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
ALLOW_PRIVATE_NETWORK: Final = "Access-Control-Allow-Private-Network"
EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
MAX_AGE: Final = "Access-Control-Max-Age"

HeaderList = list[tuple[str, str]]

# A policy owns these on a response. Access-Control-Request-* belong to requests.
_OWNED: Final = frozenset(
    name.lower()
    for name in (
        ALLOW_ORIGIN,
        ALLOW_CREDENTIALS,
        ALLOW_METHODS,
        ALLOW_HEADERS,
        ALLOW_PRIVATE_NETWORK,
        EXPOSE_HEADERS,
        MAX_AGE,
    )
)
LONGEST_OWNED: Final = max(map(len, _OWNED))
# Longer than what any application says, with room.
_MAX_VARY: Final = 1024
# Spellings that nearly every response has; skipping them without lower-casing halves the cost.
_COMMON: Final = frozenset(
    {"Content-Type", "Content-Length", "Set-Cookie", "Cache-Control", "Date", "ETag", "Location", "Server"}
)


#: The one request header on which a response of a policy depends.
VARY_ORIGIN: Final = ("Origin",)
#: What a refused write says it depends on, and what a response to a GET that is gated like one depends on.
VARY_WRITE: Final = ("Origin", "Sec-Fetch-Site")
VARY_STRICT: Final = (*VARY_WRITE, "Referer", "Cookie", "Authorization")
# What nearly every response of a policy says.
_VARY_ORIGIN: Final = ("Vary", "Origin")


class HeaderEdits(NamedTuple):
    """The edits of one decision.

    Attributes:
        fields: header fields to set, with their values ready-made.
        vary: request headers that the response depends on, to be merged into ``Vary``.
        refused: whether they are those of a refused request, which lets no page read.
    """

    fields: tuple[tuple[str, str], ...] = ()
    vary: tuple[str, ...] = ()
    refused: bool = False


#: What every refused request gets, the same under every policy.
REFUSED_EDITS: Final = HeaderEdits(vary=VARY_ORIGIN, refused=True)


def strictly(edits: HeaderEdits) -> HeaderEdits:
    """Return *edits* for a response that the write gate has decided on, though its method is safe.

    A cache that may hand it on has to look at everything that the gate has looked at (RFC 9111 section 4.1).
    """
    return HeaderEdits(edits.fields, VARY_STRICT, edits.refused)


def apply_edits(edits: HeaderEdits, headers: HeaderList) -> tuple[HeaderList, tuple[str, ...]]:
    """Apply *edits* to a header list.

    Every field that a policy owns is replaced, so that exactly one answer leaves (two
    ``Access-Control-Allow-Origin`` fields are none to a browser). ``Vary`` is merged: what is there
    stays, nothing is repeated, and ``*`` already says everything (RFC 9110 section 12.5.5).

    Returns:
        The new list, and the names of the fields that the application had set itself.
    """
    for name, _ in headers:
        if name not in _COMMON:
            return _merge(edits, headers)
    if edits.vary:
        return [*headers, *edits.fields, _VARY_ORIGIN if edits.vary is VARY_ORIGIN else _vary(edits)], ()
    return [*headers, *edits.fields], ()


def _vary(edits: HeaderEdits) -> tuple[str, str]:
    return "Vary", ", ".join(edits.vary)


def _merge(edits: HeaderEdits, headers: HeaderList) -> tuple[HeaderList, tuple[str, ...]]:
    """Apply *edits* to a list in which something may be replaced or merged."""
    kept: HeaderList = []
    replaced: list[str] = []
    vary_at = -1
    varies: list[str] = []
    for field in headers:
        name = field[0]
        if name not in _COMMON:
            # No longer name is owned, and none of any length is put into lower case.
            lower = name.lower() if len(name) <= LONGEST_OWNED else ""
            if lower in _OWNED:
                replaced.append(name)
                continue
            if lower == "vary":
                if vary_at < 0:
                    vary_at = len(kept)
                varies.append(field[1])
        kept.append(field)
    kept.extend(edits.fields)
    if edits.vary:
        if vary_at < 0:
            kept.append(_vary(edits))
        else:
            missing = missing_in(",".join(varies), edits.vary)
            if missing:
                name, value = kept[vary_at]
                kept[vary_at] = (name, ", ".join([value, *missing] if value.strip() else missing))
    return kept, tuple(replaced)


def missing_in(varies: str, names: tuple[str, ...]) -> list[str]:
    """Return those of *names* that ``Vary`` lacks; its lines are joined by commas."""
    if len(varies) > _MAX_VARY:
        # To say twice that a response varies costs a cache nothing, and to read a megabyte would cost us.
        return [*names]
    present = varies.lower()
    if has_element(present, "*"):
        return []
    return [name for name in names if not has_element(present, name.lower())]
