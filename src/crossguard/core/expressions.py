r"""Whether an expression is narrow: a proof by its structure, for policies with credentials.

An expression is read as the texts that it can be made of: every alternative by itself, as literal
characters and the gaps between them. It is narrow if each alternative begins with a literal scheme and
ends, before a port, in a literal host or in a literal ``.`` and the name of a domain that
strangers do not share. What can match anything, as dots, classes and backreferences do, is a gap; what only
restricts, as anchors and lookarounds do, is nothing. So what is proved holds for everything that the
expression matches, and for more.

The parser of :mod:`re` does the reading. It is private; tests pin what is used of it.
"""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from re import _parser  # type: ignore[attr-defined]
from typing import Final, NamedTuple, TypeAlias, cast

from crossguard.core.hosts import is_ip_host, is_loopback_host
from crossguard.core.issues import shown
from crossguard.core.origins import DEFAULT_PORTS, parse_serialized

#: More alternatives than anybody writes; the work of the proof is bounded by it.
MOST_ALTERNATIVES: Final = 512
_LONGEST: Final = 4096
# A class of so few characters is read as that many alternatives: to the parser `\.(de|dk)` is `\.d[ek]`.
_FEW: Final = 8

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.\-]*", re.ASCII)
_DIGIT_TEXT: Final = re.compile(r"[0-9]*", re.ASCII)
_LAST_ASCII: Final = 0x7F


class Gap(Enum):
    """What stands between literal characters: any number of digits, or of any characters."""

    DIGITS = "0"
    ANY = "*"


#: Characters as they stand, in lower case, or a gap.
Piece: TypeAlias = str | Gap
Alternative: TypeAlias = tuple[Piece, ...]
#: What the parser returns: names of operations, each with what belongs to it.
Parsed: TypeAlias = Iterable[tuple[object, object]]

_GAP: Final[Alternative] = (Gap.ANY,)
_NUMBER: Final[Alternative] = (Gap.DIGITS,)
_READS_AS_NOTHING: Final = frozenset({"AT", "ASSERT", "ASSERT_NOT", "FAILURE"})
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})

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


class _TooManyError(Exception):
    """The expression has more alternatives, or longer ones, than are looked at."""


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


def alternatives_of(expression: re.Pattern[str]) -> list[Alternative] | None:
    """Return every text that *expression* can be made of; None if there are too many to look at."""
    # The flag that prints what is parsed is no business of this one.
    items = _parser.parse(expression.pattern, expression.flags & ~re.DEBUG)
    for few in (_FEW, 1):
        try:
            return _Reader(few).sequence(items)
        except (_TooManyError, RecursionError):
            continue
    return None


class _Reader:
    """Reads what the parser of :mod:`re` returns."""

    def __init__(self, few: int) -> None:
        self._few = few

    def sequence(self, items: Parsed) -> list[Alternative]:
        found: list[Alternative] = [()]
        for operation, argument in items:
            found = _products(found, self._item(str(operation), argument))
        return found

    def _item(self, operation: str, argument: object) -> list[Alternative]:  # noqa: PLR0911 - one for each kind
        if operation in _READS_AS_NOTHING:
            return [()]
        match operation, argument:
            case "LITERAL", int(code):
                # With IGNORECASE some letters outside ASCII match letters of ASCII.
                return [_GAP if code > _LAST_ASCII else (chr(code).lower(),)]
            case "IN", [*members]:
                return self._class(cast("Parsed", members))
            case "BRANCH", (_, [*branches]):
                return _bounded(found for each in branches for found in self.sequence(cast("Parsed", each)))
            case ("SUBPATTERN", (_, _, _, inner)) | ("ATOMIC_GROUP", inner):
                return self.sequence(cast("Parsed", inner))
            case "GROUPREF_EXISTS", (_, yes, no):
                both = (cast("Parsed", yes), cast("Parsed", no or ()))
                return _bounded(found for each in both for found in self.sequence(each))
            case name, (int(low), int(high), inner) if name in _REPEATS:
                # The parser's "no limit" is a number, too.
                return _repeated(self.sequence(cast("Parsed", inner)), low, high)
            case _:
                return [_GAP]

    def _class(self, members: Parsed) -> list[Alternative]:
        characters: list[str] = []
        for kind, value in members:
            match str(kind), value:
                case "LITERAL", int(code) if code <= _LAST_ASCII:
                    characters.append(chr(code).lower())
                case "RANGE", (int(first), int(last)) if last <= _LAST_ASCII:
                    characters.extend(chr(code).lower() for code in range(first, last + 1))
                case "CATEGORY", category if str(category) == "CATEGORY_DIGIT":
                    characters.extend("0123456789")
                case _:
                    return [_GAP]
        if all(map(_is_number, characters)):
            return [_NUMBER]
        once = [*dict.fromkeys(characters)]
        return [(character,) for character in once] if len(once) <= self._few else [_GAP]


def _repeated(inner: list[Alternative], low: int, high: int) -> list[Alternative]:
    if high == 0 or not inner:
        return [()] if low == 0 else []
    numeric = all(_is_number(piece) for found in inner for piece in found)
    gap: Alternative = _NUMBER if numeric else _GAP
    if high > 1 and all(isinstance(piece, Gap) for found in inner for piece in found):
        return [gap] if any(inner) else [()]
    if low == high and high <= _FEW:
        found: list[Alternative] = [()]
        for _ in range(high):
            found = _products(found, inner)
        return found
    none: list[Alternative] = [()] if low == 0 else []
    once = inner if low <= 1 else []
    # Twice or more often: it begins like one and ends like one.
    more = _products(_products(inner, [gap]), inner) if high > 1 else []
    return _bounded([*none, *once, *more])


def _products(before: list[Alternative], behind: list[Alternative]) -> list[Alternative]:
    if len(behind) == 1 and len(before) <= MOST_ALTERNATIVES:
        return [_joined(left, behind[0]) for left in before]
    return _bounded(_joined(left, right) for left in before for right in behind)


def _bounded(found: Iterable[Alternative]) -> list[Alternative]:
    once: dict[Alternative, None] = {}
    for alternative in found:
        once[alternative] = None
        if len(once) > MOST_ALTERNATIVES:
            raise _TooManyError
    return [*once]


def _joined(left: Alternative, right: Alternative) -> Alternative:
    if not left or not right:
        return left or right
    last, first = left[-1], right[0]
    if isinstance(last, str) and isinstance(first, str):
        if len(last) + len(first) > _LONGEST:
            raise _TooManyError
        return (*left[:-1], last + first, *right[1:])
    if len(left) > _LONGEST:
        raise _TooManyError
    return left + right[1:] if last is first else left + right


def _is_number(piece: Piece) -> bool:
    return piece is Gap.DIGITS or (isinstance(piece, str) and _DIGIT_TEXT.fullmatch(piece) is not None)


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
            "it does not begin with a literal scheme, so that pages over http match, too.",
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
            "whoever is on the network in between can act as an http front end and use the credentials.",
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
            "it ends in no literal name of a domain, so that anybody can register a host that matches.",
            fix,
        )
    if is_loopback_host(parent):
        return None
    if "." not in parent:
        return f"anybody can register a name under {parent}.", fix
    if trust.is_shared(parent):
        return (
            f"strangers can register names under {parent}, a shared suffix or the parent of one.",
            f"{fix[:-1]}, or list the origins.",
        )
    return None


def _why_opaque(scheme: str) -> tuple[str, str]:
    if scheme.endswith("extension"):
        return (
            "everybody can publish a browser extension, and each of them matches.",
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
