"""The table of doubts: why a person has to look, and what settles it."""

from enum import StrEnum
from typing import Final, Self


class DoubtCode(StrEnum):
    """Stable identifiers; never reused."""

    RUN_TIME = "run-time"
    FUNCTION = "function"
    UNBUILDABLE = "does-not-build"
    NO_ORIGIN = "no-origin"
    NAME_FRONT_ENDS = "name-front-ends"
    SUBDOMAINS_WITH_CREDENTIALS = "subdomains-with-credentials"
    NONE_IN_CONFIGURATION = "none-in-configuration"
    UNKNOWN_OPTION = "unknown-option"
    UNKNOWN_KEY = "unknown-key"
    MAYBE_KEY = "maybe-key"
    TRUTH_OF_TEXT = "truth-of-text"
    EVERY_METHOD = "every-method"
    HEADER_EXPRESSIONS = "header-expressions"
    EXPOSE_ANY = "expose-any"
    MAX_AGE = "max-age"
    NO_NAMES = "no-names"
    PATH_EXPRESSION = "path-expression"
    PATHS_FALL_TOGETHER = "paths-fall-together"
    RESOURCES = "resources"
    ARGUMENTS = "arguments"
    TWICE = "twice"
    MAYBE_TWICE = "maybe-twice"
    STACKED = "stacked"
    ABOVE_ROUTE = "above-route"
    AS_VALUE = "as-value"
    NO_COUNTERPART = "no-counterpart"
    NOT_TOGETHER = "not-together"
    BEFORE_FAILS = "fails-today"
    GAIN = "gain"
    LOSS = "loss"
    NO_PROOF = "no-proof"
    UNREADABLE = "unreadable"


#: What a person may accept: the result starts, and does what the text says. The others have to be mended.
ACCEPTABLE: Final = frozenset(
    {
        DoubtCode.RUN_TIME,
        DoubtCode.FUNCTION,
        DoubtCode.SUBDOMAINS_WITH_CREDENTIALS,
        DoubtCode.NONE_IN_CONFIGURATION,
        DoubtCode.UNKNOWN_OPTION,
        DoubtCode.MAYBE_KEY,
        DoubtCode.TRUTH_OF_TEXT,
        DoubtCode.EVERY_METHOD,
        DoubtCode.EXPOSE_ANY,
        DoubtCode.MAYBE_TWICE,
        DoubtCode.STACKED,
        DoubtCode.ABOVE_ROUTE,
        DoubtCode.AS_VALUE,
        DoubtCode.GAIN,
        DoubtCode.LOSS,
        DoubtCode.NO_PROOF,
        DoubtCode.UNREADABLE,
    }
)


class Doubt(str):
    """A sentence that says why a person has to look.

    Attributes:
        code: which kind it is.
    """

    __slots__ = ("code",)

    code: DoubtCode

    def __new__(cls, code: DoubtCode, text: str) -> Self:
        """Make the sentence *text* of the kind *code*."""
        made = super().__new__(cls, text)
        made.code = code
        return made

    @property
    def acceptable(self) -> bool:
        """Whether a person may say that it is meant."""
        return self.code in ACCEPTABLE
