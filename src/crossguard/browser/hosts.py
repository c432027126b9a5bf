"""Hosts of URLs: names, international names, the spellings of IPv4 and IPv6.

Source: WHATWG URL, "host parsing". The core reads hosts that a person configured and is stricter.
"""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

import idna

from crossguard.core.hosts import OriginSyntaxError, is_ip_host, parse_host

_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f\"#%/:<>?@\[\\\]^`|{}]")
_PLAIN: Final = re.compile(r"[a-z0-9\-_.!$&'()*+,;=~]+", re.ASCII)
_MAX_HOST: Final = 4096
_IPV4_PARTS: Final = 4


def parse_url_host(text: str) -> str:
    """Return the host *text* of a URL with a special scheme, as browsers serialize it.

    Raises:
        ValueError: a browser would fail to parse it.
    """
    if not text:
        raise ValueError("its host is missing")
    if len(text) > _MAX_HOST:
        raise ValueError("its host is too long")
    if text.startswith("["):
        return _parse_ipv6(text)
    name = unquote_to_bytes(text).decode(errors="replace") if "%" in text else text
    ascii_name = _to_ascii(name).lower()
    if not ascii_name or _FORBIDDEN.search(ascii_name):
        raise ValueError("its host contains a character that no host has")
    return _parse_ipv4(ascii_name) if is_ip_host(ascii_name) else ascii_name


def _parse_ipv6(text: str) -> str:
    if not text.endswith("]"):
        raise ValueError("the bracket of its IPv6 address is not closed")
    try:
        return parse_host(text, "http", text, opaque=False)
    except OriginSyntaxError as error:
        raise ValueError("its host is not an IPv6 address") from error


def _to_ascii(name: str) -> str:
    lower = name.lower()
    if _PLAIN.fullmatch(lower):
        return lower
    if lower.isascii():
        return lower
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError("its host is not an international host name") from error


def _parse_ipv4(name: str) -> str:
    """Read one to four numbers, decimal, octal or hexadecimal (WHATWG URL, "IPv4 parser")."""
    parts = name.removesuffix(".").split(".")
    if len(parts) > _IPV4_PARTS:
        raise ValueError("its host ends in a number but is not an IPv4 address")
    numbers = [_parse_ipv4_number(part) for part in parts]
    *leading, last = numbers
    if any(number > 0xFF for number in leading) or last >= 256 ** (5 - len(numbers)):  # noqa: PLR2004 - an octet
        raise ValueError("its host is an IPv4 address with a number out of range")
    value = last + sum(number << (8 * (3 - index)) for index, number in enumerate(leading))
    return ".".join(str(value >> shift & 0xFF) for shift in (24, 16, 8, 0))


def _parse_ipv4_number(text: str) -> int:
    lower = text.lower()
    try:
        if lower.startswith("0x"):
            return int(lower[2:] or "0", 16) if "_" not in lower else int("x")
        if len(lower) > 1 and lower.startswith("0"):
            return int(lower[1:], 8) if lower.isdigit() else int("x")
        return int(lower, 10) if lower.isdigit() and lower.isascii() else int("x")
    except ValueError as error:
        raise ValueError("its host ends in a number but is not an IPv4 address") from error
