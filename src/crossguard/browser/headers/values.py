"""Values of received headers: splitting and list parsing.

Source: Fetch, "get, decode, and split" and "extract header list values"; RFC 9110 section 5.6.1.
"""

import re
from typing import Final

from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.values import TAB_OR_SPACE
from crossguard.core.names import is_token

# A quoted string counts as text of the value, commas inside it do not split (Fetch,
# "get, decode, and split" step 4); an unclosed one reaches to the end.
_PART: Final = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*', re.DOTALL)


def split_value(value: str) -> list[str]:
    """Split a combined value at its commas, and strip tabs and spaces (Fetch, "get, decode, and split")."""
    if '"' not in value:
        return [part.strip(TAB_OR_SPACE) for part in value.split(",")]
    parts: list[str] = []
    position = 0
    while True:
        match = _PART.match(value, position)
        end = match.end() if match is not None else len(value)
        parts.append(value[position:end].strip(TAB_OR_SPACE))
        if end >= len(value):
            return parts
        position = end + 1


def token_list(headers: ReceivedHeaders, lower_name: str) -> tuple[str, ...] | None:
    """Return the tokens of a ``#token`` header; empty if it is absent, None if it does not parse.

    Fetch, "extract header list values": empty elements are skipped, one bad element spoils the list.
    """
    value = headers.get(lower_name)
    if value is None:
        return ()
    tokens = [part for part in (piece.strip(TAB_OR_SPACE) for piece in value.split(",")) if part]
    return tuple(tokens) if all(map(is_token, tokens)) else None
