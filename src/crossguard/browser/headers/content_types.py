"""Media types, as far as fetching asks about them.

Source: MIME Sniffing, "parse a MIME type", of which only the essence matters here; Fetch,
"CORS-safelisted request-header" for Content-Type.
"""

import re
from typing import Final

#: What a plain HTML form can send, and so needs no preflight (Fetch, "CORS-safelisted request-header").
SAFELISTED_ESSENCES: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
)

_TCHARS: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_WHITESPACE: Final = r"[ \t\r\n]*"
_ESSENCE: Final = re.compile(
    rf"{_WHITESPACE}(?P<essence>{_TCHARS}/{_TCHARS}){_WHITESPACE}(?:;.*)?", re.ASCII | re.DOTALL
)
# Firefox takes ";" as the start of a parameter and wants the last one to end the text, so that a
# semicolon may follow the essence, but neither another semicolon nor a parameter.
_FIREFOX_TAIL: Final = re.compile(r"[^;,]*(?:;|(?:;[^;,]*)*;[^;,]+)?", re.ASCII)


def essence(value: str) -> str | None:
    """Return the lower-case ``type/subtype`` of *value*; None if it is no MIME type."""
    match = _ESSENCE.fullmatch(value)
    return None if match is None else match["essence"].lower()


def is_safelisted(value: str, *, strict_tail: bool = False) -> bool:
    """Tell whether a Content-Type of *value* needs no preflight, as far as its type goes.

    Args:
        value: the header's value, without bytes that are unsafe anywhere.
        strict_tail: refuse a comma, and a semicolon at the end of parameters, as Firefox does.
    """
    if strict_tail and _FIREFOX_TAIL.fullmatch(value) is None:
        return False
    return essence(value) in SAFELISTED_ESSENCES
