"""Hosts of origins: names, international names, IPv4 and IPv6, as browsers serialize them.

Source: WHATWG URL, "host parsing" and "host serializing"; UTS 46 for international names.
"""

import ipaddress
import re
from typing import Final

from crossguard.core.issues import ConfigIssue, IssueCode, shown

#: RFC 1035 section 2.3.4, without the length bytes.
MAX_HOST_LENGTH: Final = 253
_MAX_LABEL: Final = 63

#: One label of a host name, as a pattern: letters, digits, hyphens at any place, which browsers take
#: although host names should not begin with one, and the underscore, which DNS names may carry (RFC 8552).
LABEL: Final = r"[a-z0-9_\-]{1,63}"

_HOST: Final = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?", re.ASCII)
#: The host of another scheme than http and https, as a pattern.
OPAQUE_HOST: Final = r"[A-Za-z0-9_.\-]{1,253}"
_OPAQUE_HOST: Final = re.compile(OPAQUE_HOST, re.ASCII)
# WHATWG URL, "ends in a number": such a host is an IPv4 address or nothing.
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


class OriginSyntaxError(ValueError):
    """Text that is no origin. Carries what a :class:`ConfigIssue` needs."""

    def __init__(self, code: IssueCode, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.fix = fix

    def issue(self, where: str, value: object) -> ConfigIssue:
        """Return the issue that reports this mistake at *where*."""
        return ConfigIssue(self.code, where, shown(value), self.reason, self.fix)


def is_loopback_host(host: str) -> bool:
    """Tell whether *host* (serialized) is localhost, below .localhost, 127.0.0.0/8 or ::1."""
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost") or host == "[::1]":
        return True
    return name.startswith("127.") and is_ip_host(name)


# RFC 1918, RFC 4193, and the link-local addresses of RFC 3927 and RFC 4291.
_PRIVATE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)


def is_private_host(host: str) -> bool:
    """Tell whether *host* (serialized) is only reached from the network that it is in.

    A private or link-local address, or a name of multicast DNS (RFC 6762), such as ``phone.local``.
    """
    if host.removesuffix(".").endswith(".local"):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE)


def is_ip_host(host: str) -> bool:
    """Tell whether *host* (serialized) is an IP address."""
    if host.startswith("["):
        return True
    return _NUMERIC_LABEL.fullmatch(host.removesuffix(".").rpartition(".")[2]) is not None


def parse_host(host: str, scheme: str, text: str, *, opaque: bool) -> str:
    """Return *host* as a browser serializes it (WHATWG URL, "host parsing").

    Raises:
        OriginSyntaxError: not a host.
    """
    if host.startswith("["):
        return _parse_ipv6(host)
    if opaque:
        # An opaque host (WHATWG URL): browsers keep it as the application wrote it.
        if not _OPAQUE_HOST.fullmatch(host):
            raise OriginSyntaxError(
                IssueCode.INVALID,
                "that is not a host.",
                "write the origin in full, as in 'capacitor://localhost'.",
            )
        return host
    name = _to_ascii(host).lower()
    if is_ip_host(name):
        return _parse_ipv4(name, scheme)
    bare = name.removesuffix(".")
    if (
        not _HOST.fullmatch(name)
        or len(bare) > MAX_HOST_LENGTH
        or any(len(part) > _MAX_LABEL for part in bare.split("."))
    ):
        raise OriginSyntaxError(
            IssueCode.INVALID,
            "that is not a host name.",
            "write letters, digits, hyphens and dots, as in 'https://app.example.com'"
            + (" (one origin in each entry)." if "," in text else "."),
        )
    return name


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host
    # Few hosts need it, and it takes 1.1 ms to import.
    import idna  # noqa: PLC0415

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise OriginSyntaxError(
            IssueCode.INVALID,
            "that is not an international host name.",
            "write it as the browser's address bar copies it, in the form 'xn--…'.",
        ) from error


def _parse_ipv4(name: str, scheme: str) -> str:
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError as error:
        raise OriginSyntaxError(
            IssueCode.INVALID,
            "a host that ends in a number is an IPv4 address of four numbers.",
            f"write it as in '{scheme}://192.0.2.10'.",
        ) from error


def _parse_ipv6(host: str) -> str:
    try:
        # A zone identifier ("%eth0") is part of no URL; without this Python would take it.
        address = ipaddress.IPv6Address(host[1:-1].replace("%", "?"))
    except ValueError as error:
        raise OriginSyntaxError(
            IssueCode.INVALID, "that is not an IPv6 address.", "write it as in 'http://[::1]:8080'."
        ) from error
    return f"[{_serialize_ipv6(address)}]"


def _serialize_ipv6(address: ipaddress.IPv6Address) -> str:
    """Serialize as in WHATWG URL, "IPv6 serializer": never with a dotted quad, unlike newer Pythons."""
    pieces = [f"{int.from_bytes(address.packed[at : at + 2]):x}" for at in range(0, 16, 2)]
    best_start, best_length = -1, 1
    start = 0
    while start < len(pieces):
        end = start
        while end < len(pieces) and pieces[end] == "0":
            end += 1
        if end - start > best_length:
            best_start, best_length = start, end - start
        start = max(end, start + 1)
    if best_start < 0:
        return ":".join(pieces)
    return ":".join(pieces[:best_start]) + "::" + ":".join(pieces[best_start + best_length :])
