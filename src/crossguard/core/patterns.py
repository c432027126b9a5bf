"""What an entry of ``origins`` may say: an exact origin, a pattern, an expression, or any origin.

The kinds are a closed union, so that "any origin" can never be reached by an empty or a half-parsed
value. A string is an exact origin or one of three patterns; only a compiled expression is one.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, runtime_checkable

from crossguard.core.hosts import OriginSyntaxError, is_ip_host, is_loopback_host, is_private_host, parse_host
from crossguard.core.issues import IssueCode, shown
from crossguard.core.origins import (
    DEFAULT_PORTS,
    Origin,
    parse_origin,
    parse_port,
    refuse_opaque,
    split_port,
    split_scheme,
)

#: Tells whether a host name is a public suffix, such as "com", "co.uk" or "github.io". Injected,
#: because the list is data and the core has none.
IsPublicSuffix = Callable[[str], bool]


@runtime_checkable
class KnowsSuffixes(Protocol):
    """What :data:`IsPublicSuffix` may know besides."""

    def is_shared(self, host: str) -> bool:
        """Tell whether strangers can register names under *host*, or under a suffix below it."""

    def is_registry(self, host: str) -> bool:
        """Tell whether *host* is a suffix of a registry, such as "com" or "co.uk"; "github.io" is none."""


def suffixes_of(is_public_suffix: object) -> KnowsSuffixes | None:
    """Return what knows more than public suffixes; None if it is a plain callable."""
    return is_public_suffix if isinstance(is_public_suffix, KnowsSuffixes) else None


ANY_ORIGIN: Final = "*"

_WILDCARD_PLACE: Final = (
    "a wildcard stands for the whole left-most label, once for a part of it, or for the whole port, and "
    "nowhere else."
)
_WILDCARD_HELP: Final = (
    "write 'https://*.example.com' for every subdomain, 'https://shop-*-team.example.com' for a part of the "
    "left-most label, 'http://localhost:*' for every port, or give a compiled expression, with re.compile."
)

#: What ``*`` stands for inside a label, as a pattern; no dot, so that it stays in there.
INSIDE_LABEL: Final = r"[a-z0-9\-]+"
#: What is written for an expression, and for no origin or pattern.
_EXPRESSION: Final = re.compile(r"[(){}|^$]|\\(?![a-z0-9/])|\\[dws]|\]\+|(?<!//)\[(?![0-9a-f:]*\])", re.ASCII)
_ANYTHING: Final = (".*", ".+")
_QUOTES: Final = frozenset("\"'`")
_ANY_LABEL: Final = "*"
_BACKSLASH: Final = chr(92)
_ESCAPED: Final = _BACKSLASH * 2


class AnyOrigin:
    """Every origin, ``null`` included; never with credentials."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyOrigin)

    def __hash__(self) -> int:
        return hash(AnyOrigin)

    def __str__(self) -> str:
        return ANY_ORIGIN


class OriginPattern(NamedTuple):
    """All subdomains of a host, those whose label fits, or all ports; the apex is not a subdomain of itself.

    Attributes:
        scheme: http or https.
        host: the host without the wildcard label.
        port: None for the default port; ignored if *any_port*.
        subdomains: whether one or more labels must stand before *host*.
        any_port: whether every port matches, the default one included.
        label: what the one label before *host* looks like, as ``shop-*-team``; ``*`` is any number of labels.
    """

    scheme: str
    host: str
    port: int | None
    subdomains: bool
    any_port: bool
    label: str = _ANY_LABEL

    def __str__(self) -> str:
        port = ":*" if self.any_port else "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{f'{self.label}.' if self.subdomains else ''}{self.host}{port}"

    @property
    def is_loopback(self) -> bool:
        """Whether every origin that matches is of this machine."""
        return is_loopback_host(self.host)

    @property
    def is_private(self) -> bool:
        """Whether what matches is only reached from its own network."""
        return is_private_host(self.host)

    @property
    def sample(self) -> str:
        """A host that matches, to stand for all of them."""
        return f"{self.label.replace('*', 'app')}.{self.host}" if self.subdomains else self.host


class OriginExpression(NamedTuple):
    """A compiled expression, which must match the whole serialized origin."""

    expression: re.Pattern[str]

    def __str__(self) -> str:
        return f"re.compile({self.expression.pattern!r})"


class OriginCallable(NamedTuple):
    """A callable that decides about one origin at a time, for lists that are kept elsewhere.

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
    """Tell whether an entry is a callable to ask. A class is none: an instance of it was probably meant."""
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
    refuse_misleading(entry)
    if ANY_ORIGIN in entry:
        return _parse_pattern(entry)
    _refuse_list(entry)
    return parse_origin(entry)


def refuse_misleading(text: str) -> None:
    """Refuse a text that is written for something else than an origin, a pattern, or a list of them.

    Raises:
        OriginSyntaxError: JSON, an expression, or quotes.
    """
    refuse_opaque(text)
    if text.lstrip().startswith("["):
        raise OriginSyntaxError(
            IssueCode.MISLEADING_STRING,
            "it looks like a list in JSON, but it is a text inside a list.",
            "decode it with json.loads, or give the text by itself, without a list around it.",
        )
    if not _EXPRESSION.search(text) and any(part in text for part in _ANYTHING):
        # A pattern with the wildcard at the wrong place looks the same.
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            _WILDCARD_PLACE,
            _WILDCARD_HELP,
        )
    if _EXPRESSION.search(text):
        raise OriginSyntaxError(
            IssueCode.MISLEADING_STRING,
            "it is written as an expression, but a string is an exact origin or a pattern.",
            f"use re.compile(r{shown(text).replace(_ESCAPED, _BACKSLASH)}) in Python; the environment has no "
            "expressions: write a pattern such as 'https://*.example.com' or 'https://shop-*-team.example.com'.",
        )
    if _QUOTES & set(text):
        bare = text.strip("\"'` ")
        raise OriginSyntaxError(
            IssueCode.MISLEADING_STRING,
            "it has quotes in it, as a shell or a file leaves them, and an origin has none.",
            f"leave the quotes out: {shown(bare)}.",
        )


def _refuse_list(entry: str) -> None:
    parts = [part for part in re.split(r"[,;\s]+", entry) if part]
    if len(parts) > 1 and ("," in entry or ";" in entry or all("://" in part for part in parts)):
        raise OriginSyntaxError(
            IssueCode.MISLEADING_STRING,
            "it holds several origins, but an entry of a list is one origin.",
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
    first, _, behind = host.partition(".")
    subdomains = "*" in first
    base = behind if subdomains else host
    if first.count("*") > 1 or "*" in base or (port_text is not None and not any_port and "*" in port_text):
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            _WILDCARD_PLACE,
            _WILDCARD_HELP,
        )
    name = parse_host(base, scheme, text, opaque=False) if base else ""
    if not name or (subdomains and is_ip_host(name)):
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            "there is no host behind the wildcard that has subdomains.",
            _WILDCARD_HELP,
        )
    label = _parse_label(first, name, scheme, text) if subdomains else _ANY_LABEL
    port = None if any_port else parse_port(port_text, scheme)
    return OriginPattern(scheme, name, port, subdomains, any_port, label)


def _parse_label(label: str, parent: str, scheme: str, text: str) -> str:
    """Return the left-most label of a pattern as browsers write it.

    Raises:
        OriginSyntaxError: no label can look like this, or the parent is no domain.
    """
    if label == _ANY_LABEL:
        return label
    if "." not in parent.removesuffix("."):
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            f"{parent} is no domain of your own: a pattern inside a label needs a parent with a dot in it.",
            "write the domain that the previews are under, as in 'https://shop-*-team.example.com'.",
        )
    before, _, behind = label.partition("*")
    if not (before + behind).isascii():
        raise OriginSyntaxError(
            IssueCode.BAD_WILDCARD,
            "a label with a wildcard has no international letters, because browsers encode the label whole.",
            "write letters from a to z, digits and hyphens.",
        )
    # With a letter in its place the label is one like others.
    parse_host(f"{before}x{behind}.{parent}", scheme, text, opaque=False)
    return label.lower()
