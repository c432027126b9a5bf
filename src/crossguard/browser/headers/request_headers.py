"""Request headers: which a script may set, and which need a preflight.

Source: Fetch, sections "Headers", "forbidden request-header", "CORS-safelisted request-header",
"no-CORS-safelisted request-header" and "CORS-unsafe request-header names".
"""

import re
from collections.abc import Iterable
from typing import Final

from crossguard.browser.headers.content_types import is_safelisted as is_safelisted_content_type
from crossguard.browser.headers.values import split_value
from crossguard.browser.profiles import Profile
from crossguard.browser.values import HeaderList, combined
from crossguard.core.names import is_forbidden_method, is_forbidden_request_header, is_token

#: Fetch, "CORS-safelisted request-header" step 1, and "CORS-unsafe request-header names" step 6.
MAX_SAFELISTED_VALUE: Final = 128
MAX_SAFELISTED_SUM: Final = 1024

_METHOD_OVERRIDES: Final = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
_NO_CORS_SAFELISTED: Final = frozenset({"accept", "accept-language", "content-language", "content-type"})
_HTTP_WHITESPACE: Final = " \t\r\n"

_INVALID_VALUE: Final = re.compile(r"[\x00\r\n]|[^\x00-\xff]")
_UNSAFE_BYTES: Final = re.compile(r"[\x00-\x08\x0a-\x1f\"():<>?@\[\\\]{}\x7f]")
_UNSAFE_BYTES_SIGNED: Final = re.compile(r"[\x00-\x08\x0a-\x1f\"():<>?@\[\\\]{}\x7f-\xff]")
_LANGUAGE: Final = re.compile(r"[0-9A-Za-z *,\-.;=]*", re.ASCII)
_SIMPLE_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)", re.ASCII)
# WebKit: any letter case, and what its number parser skips.
_LENIENT_RANGE: Final = re.compile(
    r"bytes=[\x0b\x0c]*\+?(\d+)-(?:[\x0b\x0c]*\+?(\d+))?", re.ASCII | re.IGNORECASE
)

# Client hints that Chromium lets through: a number, a whole number, a word (recorded).
_DECIMAL: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_WHOLE: Final = re.compile(r"\d+", re.ASCII)
_CLIENT_HINTS: Final = {
    "device-memory": _DECIMAL,
    "dpr": _DECIMAL,
    "downlink": _DECIMAL,
    "width": _WHOLE,
    "viewport-width": _WHOLE,
    "rtt": _WHOLE,
    "ect": re.compile(r"slow-2g|2g|3g|4g"),
    "save-data": re.compile(r"on", re.IGNORECASE | re.ASCII),
}
#: The names of the client hints that a script may set.
CLIENT_HINTS: Final = frozenset(_CLIENT_HINTS)


class HeaderError(ValueError):
    """A name or value that the Headers object refuses with a TypeError."""


def fill(pairs: Iterable[tuple[str, str]], *, no_cors: bool, profile: Profile) -> HeaderList:
    """Return the header list of a Request made with *pairs* (Fetch, "fill a Headers object").

    Headers that a script may not set disappear silently, as they do in a browser.

    Args:
        pairs: names and values as the script wrote them.
        no_cors: whether the guard is ``request-no-cors`` instead of ``request``.
        profile: the browser.

    Raises:
        HeaderError: a name is not a token, or a value contains what no value may.
    """
    filled: HeaderList = ()
    for name, raw_value in pairs:
        value = raw_value.strip(_HTTP_WHITESPACE)
        if not is_token(name):
            raise HeaderError(f"{name!r} is not a header name")
        if _INVALID_VALUE.search(value):
            raise HeaderError(f"the value of {name} contains a byte that no header may contain")
        if is_forbidden(name, value):
            continue
        if no_cors and not _fits_no_cors(filled, name, value, profile):
            continue
        filled = (*filled, (name, value))
    return filled


def is_forbidden(name: str, value: str) -> bool:
    """Tell whether a script may not set this header (Fetch, "forbidden request-header")."""
    if is_forbidden_request_header(name):
        return True
    if name.lower() not in _METHOD_OVERRIDES:
        return False
    return any(is_forbidden_method(part) for part in split_value(value))


def _fits_no_cors(present: HeaderList, name: str, value: str, profile: Profile) -> bool:
    lower = name.lower()
    if lower not in _NO_CORS_SAFELISTED:
        return False
    earlier = combined(present, lower)
    return is_safelisted(lower, value if earlier is None else f"{earlier}, {value}", profile)


def is_safelisted(lower_name: str, value: str, profile: Profile) -> bool:
    """Tell whether a header needs no preflight (Fetch, "CORS-safelisted request-header")."""
    if len(value) > MAX_SAFELISTED_VALUE:
        return False
    match lower_name:
        case "accept":
            return not _has_unsafe_bytes(value, profile)
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return not _has_unsafe_bytes(value, profile) and is_safelisted_content_type(
                value, strict_tail=profile.strict_content_type_tail
            )
        case "range":
            return _is_simple_range(value, profile)
        case _:
            return profile.safelists_client_hints and _is_simple_hint(lower_name, value)


def _is_simple_hint(lower_name: str, value: str) -> bool:
    # Chromium sets Intervention itself, and lets any value of it pass (seen).
    if lower_name == "intervention":
        return True
    hint = _CLIENT_HINTS.get(lower_name)
    return hint is not None and hint.fullmatch(value) is not None


def _has_unsafe_bytes(value: str, profile: Profile) -> bool:
    pattern = _UNSAFE_BYTES_SIGNED if profile.high_bytes_unsafe else _UNSAFE_BYTES
    return pattern.search(value) is not None


def _is_simple_range(value: str, profile: Profile) -> bool:
    """Tell whether *value* is one range with a start (Fetch, "simple range header value")."""
    match = (_LENIENT_RANGE if profile.lenient_range else _SIMPLE_RANGE).fullmatch(value)
    if match is None:
        return False
    start, end = int(match[1]), int(match[2]) if match[2] else None
    if max(start, end or 0) >= profile.range_limit:
        return False
    return end is None or start <= end


def unsafe_names(headers: HeaderList, profile: Profile) -> tuple[str, ...]:
    """Return the sorted lower-case names for which a preflight asks.

    Fetch, "CORS-unsafe request-header names"; Firefox keeps duplicates and judges each line.
    """
    lines = [(name.lower(), value) for name, value in headers]
    if not profile.safelists_each_line:
        grouped: dict[str, list[str]] = {}
        for name, value in lines:
            grouped.setdefault(name, []).append(value)
        lines = [(name, ", ".join(values)) for name, values in grouped.items()]
    unsafe: list[str] = []
    potentially_unsafe: list[str] = []
    total = 0
    for name, value in lines:
        if is_safelisted(name, value, profile):
            potentially_unsafe.append(name)
            total += len(value)
        else:
            unsafe.append(name)
    if total > MAX_SAFELISTED_SUM and not profile.safelists_each_line:
        unsafe += potentially_unsafe
    return tuple(sorted(unsafe if profile.preflight_repeats_names else set(unsafe)))
