"""What an entry of ``origins`` may say: an exact origin, a pattern, an expression, or anybody.

The kinds are a closed union, so that "anybody" can never be reached by an empty or a half-parsed
value. A string is an exact origin or one of two patterns; only a compiled expression is one.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from crossguard.core.hosts import OriginSyntaxError, is_ip_host, is_loopback_host, parse_host
from crossguard.core.issues import IssueCode, shown
from crossguard.core.origins import DEFAULT_PORTS, Origin, parse_origin, parse_port, split_port, split_scheme

#: Tells whether a host name is a public suffix, such as "com", "co.uk" or "github.io". Injected,
#: because the list is data and the core has none.
IsPublicSuffix = Callable[[str], bool]

ANY_ORIGIN: Final = "*"

_WILDCARD_HELP: Final = (
    "write 'https://*.example.com' for every subdomain, 'http://localhost:*' for every port, "
    "or give a compiled expression."
)


class AnyOrigin:
    """Everybody, the null origin included; never with credentials."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyOrigin)

    def __hash__(self) -> int:
        return hash(AnyOrigin)

    def __str__(self) -> str:
        return ANY_ORIGIN


class OriginPattern(NamedTuple):
    """All subdomains of a host, all ports of a host, or both; the apex is not a subdomain of itself.

    Attributes:
        scheme: http or https.
        host: the host without the wildcard label.
        port: None for the default port; ignored if *any_port*.
        subdomains: whether one or more labels must stand before *host*.
        any_port: whether every port matches, the default one included.
    """

    scheme: str
    host: str
    port: int | None
    subdomains: bool
    any_port: bool

    def __str__(self) -> str:
        port = ":*" if self.any_port else "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{'*.' if self.subdomains else ''}{self.host}{port}"

    @property
    def is_loopback(self) -> bool:
        """Whether whatever matches stays on the machine."""
        return is_loopback_host(self.host)


class OriginExpression(NamedTuple):
    """A compiled expression, which must match the whole serialized origin."""

    expression: re.Pattern[str]

    def __str__(self) -> str:
        return f"re.compile({self.expression.pattern!r})"


class OriginCallable(NamedTuple):
    """Somebody who is asked about one origin at a time, for lists that are kept elsewhere.

    Attributes:
        ask: gets a serialized origin that is one; ``True`` lets it in, and nothing else does.
    """

    ask: Callable[[str], object]

    def __str__(self) -> str:
        named = getattr(self.ask, "__name__", None)
        return str(self.ask) if named is None else f"{named}()"


OriginRule = AnyOrigin | Origin | OriginPattern | OriginExpression | OriginCallable

#: One entry of a list of origins, as it is written.
OriginEntry = str | re.Pattern[str] | Callable[[str], object]


def shown_entry(entry: OriginEntry) -> str:
    """Return an entry as a person wrote it; of a callable, its name."""
    return entry if isinstance(entry, str) else str(parse_rule(entry))


def is_callable_entry(entry: object) -> bool:
    """Tell whether an entry is somebody to ask. A class is the mistake of whoever forgot to call it."""
    return callable(entry) and not isinstance(entry, type)


def parse_rule(entry: OriginEntry) -> OriginRule:
    """Parse one entry of ``origins``.

    Raises:
        OriginSyntaxError: the entry means nothing; the error says what to write.
    """
    if isinstance(entry, re.Pattern):
        return OriginExpression(entry)
    if not isinstance(entry, str):
        return OriginCallable(entry)
    if entry == ANY_ORIGIN:
        return AnyOrigin()
    if ANY_ORIGIN in entry:
        return _parse_pattern(entry)
    _refuse_list(entry)
    return parse_origin(entry)


def _refuse_list(entry: str) -> None:
    parts = [part for part in re.split(r"[,;\s]+", entry) if part]
    if len(parts) > 1 and ("," in entry or ";" in entry or all("://" in part for part in parts)):
        raise OriginSyntaxError(
            IssueCode.MISLEADING_STRING,
            "it holds several origins, but a string is one origin.",
            f"write a list: {shown(parts)}.",
        )


def _parse_pattern(text: str) -> OriginPattern:
    _refuse_list(text)
    scheme, authority = split_scheme(text)
    if scheme not in DEFAULT_PORTS:
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            "origins of other schemes than http and https are written in full.",
            "list each origin, as in 'capacitor://localhost'.",
        )
    host, port_text = split_port(text, scheme, authority)
    any_port = port_text == "*"
    subdomains = host.startswith("*.")
    base = host.removeprefix("*.")
    if "*" in base or (port_text is not None and not any_port and "*" in port_text):
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            "a wildcard stands for the whole left-most label or for the whole port, and nowhere else.",
            _WILDCARD_HELP,
        )
    name = parse_host(base, scheme, text, opaque=False) if base else ""
    if not name or (subdomains and is_ip_host(name)):
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            "there is no host behind the wildcard that has subdomains.",
            _WILDCARD_HELP,
        )
    port = None if any_port else parse_port(port_text, scheme)
    return OriginPattern(scheme, name, port, subdomains, any_port)
