"""The texts that an expression can be made of: each alternative, as literal characters and gaps.

The parser of :mod:`re` does the reading. It is private; tests pin what is used of it.
"""

import re
from collections.abc import Iterable
from enum import Enum
from re import _parser  # type: ignore[attr-defined]
from typing import Final, TypeAlias, cast

#: More alternatives than a person writes; the work of the proof is bounded by it.
MOST_ALTERNATIVES: Final = 512
_LONGEST: Final = 4096
# A class of so few characters is read as that many alternatives: to the parser `\.(de|dk)` is `\.d[ek]`.
_FEW: Final = 8

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


class _TooManyError(Exception):
    """The expression has more alternatives, or longer ones, than are looked at."""


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
