r"""Whether an expression is narrow: a proof by its structure, for policies with credentials.

An expression is read as the texts that it can be made of: every alternative by itself, as literal
characters and the gaps between them. It is narrow if each alternative begins with a literal scheme and
ends, before a port, in a literal host or in a literal ``.`` and the name of a domain that
strangers do not share. What can match anything, as dots, classes and backreferences do, is a gap; what only
restricts, as anchors and lookarounds do, is nothing. So what is proved holds for everything that the
expression matches, and for more.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from crossguard.core.alternatives import MOST_ALTERNATIVES, Alternative, Gap, alternatives_of
from crossguard.core.hosts import is_ip_host, is_loopback_host
from crossguard.core.issues import shown
from crossguard.core.origins import DEFAULT_PORTS, parse_serialized

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.\-]*", re.ASCII)
# What strangers could be called, to show one that an open expression matches.
_STRANGERS: Final = (
    "evil",
    "x",
    "evil.example",
    "a.evil",
    "https://evil.example",
    "http://evil",
    "a" * 32,
    "-",
    "",
)


class Trust(NamedTuple):
    """What counts as trustworthy.

    Attributes:
        is_shared: tells whether strangers can register names under a host.
        allows_http: tells whether an http origin of a host may use credentials.
    """

    is_shared: Callable[[str], bool]
    allows_http: Callable[[str], bool]


class Opening(NamedTuple):
    """Why an expression is not narrow, as a :class:`ConfigIssue` says it."""

    reason: str
    fix: str


def opening_of(expression: re.Pattern[str], trust: Trust) -> Opening | None:
    """Return why strangers could match *expression*; None if its structure proves that they cannot."""
    opening = _opening(expression, trust)
    if opening is None:
        return None
    escaped = escaped_dots(expression.pattern)
    if escaped and _opening(re.compile(escaped, expression.flags & ~re.DEBUG), trust) is None:
        raw = shown(escaped).replace(r"\\", "\\")
        return opening._replace(fix=f"escape the dots, which match any character: re.compile(r{raw}).")
    return opening


def escaped_dots(pattern: str) -> str:
    """Return *pattern* with its lone dots escaped; empty if it has none.

    A dot with a quantifier behind it is meant as "any characters"; one between letters seldom is.
    """
    parts: list[str] = []
    in_class = False
    pieces: list[str] = re.findall(r"\\.|.", pattern, re.DOTALL)
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if piece in {"[", "]"}:
            in_class = piece == "["
        lone = piece == "." and not in_class and following not in {"*", "+", "?", "{"}
        parts.append(r"\." if lone else piece)
    return "" if parts == pieces else "".join(parts)


def _opening(expression: re.Pattern[str], trust: Trust) -> Opening | None:
    found = alternatives_of(expression)
    if found is None:
        return Opening(
            f"it has more than {MOST_ALTERNATIVES} alternatives, too many to prove each of them narrow.",
            "list the origins, or write fewer alternatives.",
        )
    for alternative in found:
        why = _why_open(alternative, trust)
        if why is not None:
            who, fix = why
            named = f"the alternative {_shape(alternative)} is open: {who}"
            return Opening(named + _stranger(alternative, expression), fix)
    return None


def _why_open(alternative: Alternative, trust: Trust) -> tuple[str, str] | None:
    first = alternative[0] if alternative and isinstance(alternative[0], str) else ""
    scheme, separator, rest = first.partition("://")
    if not separator or not _SCHEME.fullmatch(scheme):
        if _literal(alternative) is not None:
            return None  # a text that is no origin, and that no request is asked about
        return (
            "it does not begin with a literal scheme, and pages over http match, too.",
            r"begin each alternative with https://, as in re.compile(r'https://[a-z0-9-]+\.example\.com').",
        )
    pieces = _host((rest, *alternative[1:]))
    host = _literal(pieces)
    if scheme not in DEFAULT_PORTS:
        return None if host is not None else _why_opaque(scheme)
    shared = None
    if host is None:
        host = _parent(pieces)
        shared = _why_shared(host, trust)
    if shared is None and scheme == "http" and not is_loopback_host(host) and not trust.allows_http(host):
        return (
            "anyone on the network in between can act as an http front end and use the credentials.",
            (
                "write https://, and http:// before a loopback host only; on a closed network add "
                "dangerously_allow_insecure_origins=True."
            ),
        )
    return shared


def _host(pieces: Alternative) -> Alternative:
    """Return what *pieces* say of the host: what stands before the first literal colon.

    An origin has one colon behind its host and nothing but digits behind that; only the host of an IPv6
    address has more, and has no letters like those of a domain.
    """
    first = pieces[0]
    if isinstance(first, str) and first.startswith("["):
        address, bracket, rest = first.partition("]")
        return (address + bracket,) if rest.startswith(":") or (not rest and len(pieces) == 1) else pieces
    for at, piece in enumerate(pieces):
        if isinstance(piece, str) and ":" in piece:
            return (*pieces[:at], piece.partition(":")[0])
    return pieces


def _literal(pieces: Alternative) -> str | None:
    """Return the text that *pieces* are; None if there is a gap."""
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(texts) if len(texts) == len(pieces) else None


def _parent(pieces: Alternative) -> str:
    """Return the domain in which every host of *pieces* is; empty if that can be any."""
    last = pieces[-1]
    return last.partition(".")[2].removesuffix(".") if isinstance(last, str) else ""


def _why_shared(parent: str, trust: Trust) -> tuple[str, str] | None:
    fix = r"end it in a domain of your own, as in re.compile(r'https://[a-z0-9-]+\.example\.com')."
    if not parent or is_ip_host(parent):
        return (
            "it ends in no literal name of a domain, and strangers can register a host that matches.",
            fix,
        )
    if is_loopback_host(parent):
        return None
    if "." not in parent:
        return f"strangers can register a name under {parent}.", fix
    if trust.is_shared(parent):
        return (
            f"strangers can register names under {parent}, a shared suffix or the parent of one.",
            f"{fix[:-1]}, or list the origins.",
        )
    return None


def _why_opaque(scheme: str) -> tuple[str, str]:
    if scheme.endswith("extension"):
        return (
            "any developer can publish a browser extension, and each of them matches.",
            f"write the identifier of your extension, as in '{scheme}://mjgnhhfkdbaffiihmnjkbgjaacmdphpk'.",
        )
    return (
        f"every page of the scheme {scheme} matches.",
        f"write the whole host, as in '{scheme}://localhost'.",
    )


def _shape(alternative: Alternative) -> str:
    return shown("".join(piece if isinstance(piece, str) else piece.value for piece in alternative))


def _stranger(alternative: Alternative, expression: re.Pattern[str]) -> str:
    """Return a clause with an origin that the alternative matches; empty if none is found."""
    for filling in _STRANGERS:
        fillings = {Gap.DIGITS: "8", Gap.ANY: filling}
        text = "".join(piece if isinstance(piece, str) else fillings[piece] for piece in alternative)
        if parse_serialized(text) is not None and expression.fullmatch(text):
            return f" It matches {text}."
    return ""
