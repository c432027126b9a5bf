"""Origins and sites: same origin, same site, registrable domains, what counts as trustworthy.

Source: HTML Standard, "same site" and "obtain a site"; Secure Contexts, "is origin potentially
trustworthy"; Mixed Content, "should fetching request be blocked". An opaque origin is ``None``.
"""

import ipaddress
from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeAlias

from crossguard.browser.urls import Url
from crossguard.core.hosts import is_ip_host, is_loopback_host
from crossguard.core.origins import Origin
from crossguard.suffixes import is_public_suffix

#: Asked about a host name, never an IP address: is it a public suffix? ``*`` counts, as in browsers.
IsPublicSuffix: TypeAlias = Callable[[str], bool]

_SECURE_SCHEMES: Final = frozenset({"https", "wss"})
_HTTP_OF: Final = {"ws": "http", "wss": "https"}
_MAX_CACHED_HOSTS: Final = 4096


class AddressSpace(StrEnum):
    """Where a host lives (Local Network Access, "IP address space")."""

    LOOPBACK = "loopback"
    LOCAL = "local"
    PUBLIC = "public"


def serialize(origin: Origin | None) -> str:
    """Return the ASCII serialization of *origin* (HTML Standard), ``null`` for an opaque one."""
    return "null" if origin is None else str(origin)


def is_same_origin(left: Origin | None, right: Origin | None) -> bool:
    """Tell whether two origins are the same; an opaque one never is, as every URL has its own."""
    return left is not None and left == right


def is_trustworthy(url: Url) -> bool:
    """Tell whether *url* is potentially trustworthy (Secure Contexts section 3.2)."""
    return url.scheme in _SECURE_SCHEMES or is_loopback_host(url.host)


def is_mixed_content(page: Url, url: Url, *, loopback: bool = False) -> bool:
    """Tell whether a page may not fetch *url* because the page is https (Mixed Content section 4.4).

    Args:
        page: of the page.
        url: what it fetches.
        loopback: whether http on this machine counts, too, as in WebKit.
    """
    return page.scheme == "https" and (url.scheme == "http" if loopback else not is_trustworthy(url))


def address_space(url: Url) -> AddressSpace:
    """Tell from the host alone where *url* lives; a name that is not localhost counts as public."""
    if is_loopback_host(url.host):
        return AddressSpace.LOOPBACK
    # The host of another scheme, as of an extension, may look like an address and be none (WHATWG URL).
    if url.is_http and is_ip_host(url.host):
        address = ipaddress.ip_address(url.host.strip("[]"))
        if address.is_private or address.is_link_local:
            return AddressSpace.LOCAL
    return AddressSpace.PUBLIC


class Sites:
    """Decides what is one site, with a public-suffix look-up of the caller's choice."""

    def __init__(self, is_suffix: IsPublicSuffix = is_public_suffix) -> None:
        self._is_suffix = is_suffix
        self._domains: dict[str, str] = {}

    def is_suffix(self, host: str) -> bool:
        """Tell whether *host* is a public suffix; an IP address is not."""
        return not is_ip_host(host) and self._is_suffix(host.removesuffix("."))

    def domain(self, host: str) -> str:
        """Return the registrable domain of *host*, or *host* itself if it has none.

        HTML Standard, "same site", compares hosts where there is no registrable domain: an IP
        address, or a public suffix such as ``localhost``.
        """
        known = self._domains.get(host)
        if known is None:
            if len(self._domains) >= _MAX_CACHED_HOSTS:
                self._domains.clear()
            known = self._domains[host] = self._find_domain(host)
        return known

    def _find_domain(self, host: str) -> str:
        if is_ip_host(host):
            return host
        dot = "." if host.endswith(".") else ""
        name = host.removesuffix(".")
        registrable = name
        while name and not self._is_suffix(name):
            registrable = name
            name = name.partition(".")[2]
        return registrable + dot

    def is_same(self, left: Origin | None, right: Origin | None, *, schemeful: bool = True) -> bool:
        """Tell whether two origins are one site (HTML Standard, "same site").

        Args:
            left: an origin.
            right: an origin.
            schemeful: whether the schemes must agree too; without, this is "schemelessly same site".
        """
        if left is None or right is None:
            return False
        if schemeful and _http_scheme(left) != _http_scheme(right):
            return False
        return left.host == right.host or self.domain(left.host) == self.domain(right.host)

    def is_below(self, host: str, origin: Origin) -> bool:
        """Tell whether *host* lies below the registrable domain of *origin*, as text."""
        return host.endswith(f".{self.domain(origin.host)}")

    def key(self, origin: Origin) -> str:
        """Return the serialized site of *origin*: scheme and registrable domain."""
        return f"{_http_scheme(origin)}://{self.domain(origin.host)}"


def _http_scheme(origin: Origin) -> str:
    """A WebSocket belongs to the site of its http counterpart (RFC 6265bis section 5.2)."""
    return _HTTP_OF.get(origin.scheme, origin.scheme)
