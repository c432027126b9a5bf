"""Origins: one strict parser for configuration, one bounded recogniser for traffic.

An origin is scheme, host and port (HTML Standard, "origin"); on the wire it is the ASCII
serialization that a browser puts into the ``Origin`` header (RFC 6454 section 6.2). Origins of a
policy are normalised once, when the policy is built; those of a request are compared byte for byte.
"""

import re
from typing import Final, NamedTuple

from crossguard.core.hosts import (
    LABEL,
    MAX_HOST_LENGTH,
    OPAQUE_HOST,
    OriginSyntaxError,
    is_ip_host,
    is_loopback_host,
    is_private_host,
    parse_host,
)
from crossguard.core.issues import IssueCode, shown

#: Longest serialized origin that can be listed: scheme 64, "://", host 253, ":", port 5. RFC 1035
#: section 2.3.4 bounds the host; longer ``Origin`` headers are refused without being looked at.
MAX_ORIGIN_LENGTH: Final = 64 + 3 + 253 + 1 + 5

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_MAX_PORT: Final = 65535

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.\-]{0,63}")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_IPV6_AND_PORT: Final = r"|\[[0-9a-f:]{2,39}\])(?::(?P<port>[1-9][0-9]{0,4}))?"
# Hosts of other schemes are opaque (WHATWG URL): browsers keep their letters as the application wrote them.
_SERIALIZED: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{LABEL}(?:\.{LABEL})*\.?{_IPV6_AND_PORT}", re.ASCII
)
_SERIALIZED_OPAQUE: Final = re.compile(
    rf"(?P<scheme>(?!https?:)[a-z][a-z0-9+.\-]{{0,63}})://(?P<host>{OPAQUE_HOST}{_IPV6_AND_PORT}", re.ASCII
)

# An https origin that is written as browsers send it, but for what no expression can tell.
_PLAIN: Final = re.compile(rf"https://({LABEL}(?:\.{LABEL})*\.?)(?::([1-9][0-9]{{0,4}}))?", re.ASCII)

# Documents of these schemes have an opaque origin, which is serialized as "null".
_OPAQUE_SCHEMES: Final = frozenset({"about", "blob", "data", "file", "filesystem", "javascript"})
_WEBSOCKET_SCHEMES: Final = {"ws": "http", "wss": "https"}
# Browsers open no page with these any more, so no request has such an origin.
_PAGELESS_SCHEMES: Final = frozenset({"ftp", "ftps", "gopher", "mailto", "sftp", "ssh", "tel"})


class Origin(NamedTuple):
    """A tuple origin: *scheme*, *host* and *port*, normalised; *port* is None for the default one."""

    scheme: str
    host: str
    port: int | None = None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}" + ("" if self.port is None else f":{self.port}")

    @property
    def effective_port(self) -> int | None:
        """The port that a connection would use; None for schemes without a default port."""
        return DEFAULT_PORTS.get(self.scheme) if self.port is None else self.port

    @property
    def is_loopback(self) -> bool:
        """Whether the host never leaves the machine: localhost, 127.0.0.0/8, ::1 (Secure Contexts 3.1)."""
        return is_loopback_host(self.host)

    @property
    def is_ip(self) -> bool:
        """Whether the host is an IP address, which has no registrable domain."""
        return is_ip_host(self.host)

    @property
    def is_private(self) -> bool:
        """Whether the host is only reached from its own network: a private address, or below .local."""
        return is_private_host(self.host)


def parse_serialized(text: str) -> Origin | None:
    """Recognise a serialized origin of a request; None if *text* is not one.

    Bounded and exact: nothing is normalised, because a browser has done so already, and upper case,
    a default port, user info, a path or a second origin make it something else.
    """
    parts = split_serialized(text)
    if parts is None:
        return None
    scheme, host, port = parts
    return Origin(scheme, host, int(port) if port else None)


def split_serialized(text: str) -> tuple[str, str, str | None] | None:
    """Split a serialized origin into scheme, host and port as they stand; None if *text* is not one.

    See :func:`parse_serialized`, which costs twice as much.
    """
    if len(text) > MAX_ORIGIN_LENGTH:
        return None
    match = _SERIALIZED.fullmatch(text) or _SERIALIZED_OPAQUE.fullmatch(text)
    if match is None:
        return None
    scheme, host, port = match.groups()
    if port and (int(port) > _MAX_PORT or int(port) == DEFAULT_PORTS.get(scheme)):
        return None
    return scheme, host, port


def is_plain_https(text: str) -> bool:
    """Recognise an https origin that is normalised already, at a fraction of the cost of parsing it.

    What may be an IPv4 address has more to check, and is left to :func:`parse_origin`.
    """
    match = _PLAIN.fullmatch(text)
    if match is None:
        return False
    host, port = match.groups()
    if port is not None and (int(port) > _MAX_PORT or port == "443"):
        return False
    last = host[-2:-1] if host[-1] == "." else host[-1]
    return not last.isdigit() and len(host) <= MAX_HOST_LENGTH and "0x" not in host


def refuse_opaque(text: str) -> None:
    """Refuse a URL such as ``javascript:alert(1)``, whose pages have no origin that could be written.

    Raises:
        OriginSyntaxError: it is one.
    """
    scheme, colon, rest = text.partition(":")
    # A name and a port are written in the same way.
    if colon and scheme.lower() in _OPAQUE_SCHEMES and not rest.isdecimal():
        raise _opaque(scheme.lower())


def _opaque(scheme: str) -> OriginSyntaxError:
    return OriginSyntaxError(
        IssueCode.SCHEME_UNUSABLE,
        f"pages of {scheme}: have the origin null, so this never matches.",
        "serve the page from http://localhost with a port and list that.",
    )


def parse_origin(text: str) -> Origin:
    """Parse an origin that a person wrote into a configuration.

    Letter case, international names, and a default port are normalised; everything else must be
    right as it stands.

    Raises:
        OriginSyntaxError: *text* is not an origin; the error says what to write.
    """
    scheme, rest = split_scheme(text)
    host, port_text = split_port(text, scheme, rest)
    return Origin(
        scheme,
        parse_host(host, scheme, text, opaque=scheme not in DEFAULT_PORTS),
        parse_port(port_text, scheme),
    )


def split_scheme(text: str) -> tuple[str, str]:
    """Split ``scheme://rest`` and refuse what comes before or behind an origin.

    Raises:
        OriginSyntaxError: no scheme, an unusable one, or more than an origin.
    """
    if text == "null":
        raise OriginSyntaxError(
            IssueCode.NULL_ORIGIN,
            "every sandboxed frame and every redirected request has the origin null, "
            "so allowing it allows every site.",
            "serve the front end from a real origin and list that.",
        )
    if not text or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in text):  # noqa: PLR2004 - C0, space, DEL
        raise OriginSyntaxError(
            IssueCode.INVALID,
            "it is empty." if not text else "it contains blanks or control characters.",
            "write the origin only, as in 'https://app.example.com'.",
        )
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme:
        bare = text.lstrip(":/").rstrip("/")
        raise OriginSyntaxError(
            IssueCode.SCHEME_REQUIRED,
            "an origin starts with its scheme.",
            f"write {shown('https://' + bare)} (or http:// while developing).",
        )
    scheme = scheme.lower()
    if not _SCHEME.fullmatch(scheme):
        raise OriginSyntaxError(
            IssueCode.INVALID,
            "that is not a scheme.",
            "write the origin as in 'https://app.example.com'"
            + (", or use re.compile if it is an expression." if "?" in scheme else "."),
        )
    if scheme in _OPAQUE_SCHEMES:
        raise _opaque(scheme)
    if scheme in _PAGELESS_SCHEMES:
        raise OriginSyntaxError(
            IssueCode.SCHEME_UNUSABLE,
            f"no page has the scheme {scheme}, so this never matches.",
            f"write {shown('https://' + rest)}, where the page is.",
        )
    if scheme in _WEBSOCKET_SCHEMES:
        raise OriginSyntaxError(
            IssueCode.SCHEME_UNUSABLE,
            "a WebSocket handshake carries the origin of its page, which is http or https.",
            f"write {shown(_WEBSOCKET_SCHEMES[scheme] + '://' + rest)}.",
        )
    return scheme, _bare_authority(scheme, rest)


def _bare_authority(scheme: str, rest: str) -> str:
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    if not authority:
        raise OriginSyntaxError(
            IssueCode.HOST_REQUIRED, "the host is missing.", f"write it behind '{scheme}://'."
        )
    if authority != rest:
        what = "a trailing slash" if rest == authority + "/" else "a path, a query or a fragment"
        raise OriginSyntaxError(
            IssueCode.NOT_AN_ORIGIN,
            f"it has {what}; browsers send the origin without, and it is compared byte for byte.",
            f"write {shown(f'{scheme}://{authority}')}"
            + (", or use re.compile if it is an expression." if "\\" in rest else "."),
        )
    if "@" in authority:
        raise OriginSyntaxError(
            IssueCode.NOT_AN_ORIGIN,
            "an origin carries no user name or password.",
            f"write {shown(f'{scheme}://' + authority.rpartition('@')[2])}.",
        )
    return authority


def split_port(text: str, scheme: str, authority: str) -> tuple[str, str | None]:
    """Split *authority* into host and port text; the port text is None if there is none.

    Raises:
        OriginSyntaxError: an IPv6 host whose bracket is not closed, or no host.
    """
    if authority.startswith("["):
        end = authority.find("]")
        if end < 0 or authority[end + 1 : end + 2] not in {"", ":"}:
            raise OriginSyntaxError(
                IssueCode.INVALID,
                "the bracket of the IPv6 address is not closed.",
                "write 'http://[::1]:8080'.",
            )
        host, separator, port = authority[: end + 1], authority[end + 1 : end + 2], authority[end + 2 :]
    else:
        host, separator, port = authority.partition(":")
        if ":" in port:
            raise OriginSyntaxError(
                IssueCode.INVALID,
                "it has more than one colon.",
                "write an IPv6 address in brackets, and one origin in each entry.",
            )
    if not host:
        raise OriginSyntaxError(
            IssueCode.HOST_REQUIRED, "the host is missing.", f"write it behind '{scheme}://'."
        )
    if separator and not port:
        raise OriginSyntaxError(
            IssueCode.BAD_PORT, "the port is missing behind the colon.", f"write {shown(text.rstrip(':'))}."
        )
    return host, port if separator else None


def parse_port(port_text: str | None, scheme: str) -> int | None:
    """Return the port, None for the scheme's default one.

    Raises:
        OriginSyntaxError: not a whole number from 1 to 65535.
    """
    if port_text is None:
        return None
    if not _PORT.fullmatch(port_text) or int(port_text) > _MAX_PORT:
        raise OriginSyntaxError(
            IssueCode.BAD_PORT,
            "a port is a whole number from 1 to 65535, without leading zeros.",
            "write the port that the address bar shows, or none for 80 (http) and 443 (https).",
        )
    port = int(port_text)
    return None if port == DEFAULT_PORTS.get(scheme) else port
