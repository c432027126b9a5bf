"""The list of names in ``Access-Control-Request-Headers``, read with a bound."""

from typing import Final

from crossguard.core.names import is_token

#: More names than any application sends; the bound that rs/cors and others settled on after
#: CVE-2025-47908, where an unbounded list cost memory and time.
MAX_HEADER_NAMES: Final = 64
#: Longest list that is read, in characters.
MAX_LIST_LENGTH: Final = 4096


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
