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
    ABOVE_ROUTE = "above-route"
    AS_VALUE = "as-value"
    NO_COUNTERPART = "no-counterpart"
    NOT_TOGETHER = "not-together"
    BEFORE_FAILS = "fails-today"
    GAIN = "gain"
    LOSS = "loss"
    NO_PROOF = "no-proof"


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
        DoubtCode.ABOVE_ROUTE,
        DoubtCode.AS_VALUE,
        DoubtCode.GAIN,
        DoubtCode.LOSS,
        DoubtCode.NO_PROOF,
    }
)


#: What each says, and what settles it.
DOUBT_TEXTS: Final = {
    DoubtCode.RUN_TIME: "A value is known only when the application runs. A text with commas is a list here.",
    DoubtCode.FUNCTION: "A function stands where Flask-CORS never called one; here it is asked.",
    DoubtCode.UNBUILDABLE: "Crossguard does not start with this. The reason and the fix follow.",
    DoubtCode.NO_ORIGIN: "An entry is no origin. Write scheme, host and port, as in https://app.example.com.",
    DoubtCode.NAME_FRONT_ENDS: "Every site reads with cookies today. List the front ends.",
    DoubtCode.SUBDOMAINS_WITH_CREDENTIALS: "A pattern let no subdomain in. Here each one reads with cookies.",
    DoubtCode.NONE_IN_CONFIGURATION: "None in the configuration was every site. Write who may read.",
    DoubtCode.UNKNOWN_OPTION: "An option was ignored. What is written goes on without it.",
    DoubtCode.UNKNOWN_KEY: "A CORS_* key of your own stops the start. Rename it where it is set and read.",
    DoubtCode.MAYBE_KEY: "The same, in a class or a file that may be read into the configuration.",
    DoubtCode.TRUTH_OF_TEXT: "A text counted as True, 'False' too. That is what is written.",
    DoubtCode.EVERY_METHOD: "'*' allowed no method. What is written is what it did.",
    DoubtCode.HEADER_EXPRESSIONS: "Request headers have names here, no expressions. Name them.",
    DoubtCode.EXPOSE_ANY: "'*' with credentials exposes nothing to browsers. It goes; name the headers.",
    DoubtCode.MAX_AGE: "max_age is a number of seconds, up to a day.",
    DoubtCode.NO_NAMES: "A value is no list of names.",
    DoubtCode.PATH_EXPRESSION: "Paths are whole segments here, no expressions. Write them, as in /api/*.",
    DoubtCode.PATHS_FALL_TOGETHER: "Two paths become one. Put the options into one.",
    DoubtCode.RESOURCES: "resources belong to CORS(app). A blueprint and a view have one policy.",
    DoubtCode.ARGUMENTS: "An argument without a name stands where none is read.",
    DoubtCode.TWICE: "Two calls declare a policy for one application. Put the options into one.",
    DoubtCode.MAYBE_TWICE: "Two calls may be for one application. Accept it if both never run for one.",
    DoubtCode.ABOVE_ROUTE: "A decorator above the route had no effect, and has one here.",
    DoubtCode.AS_VALUE: "Check that this decorator is applied to the function of a view.",
    DoubtCode.NO_COUNTERPART: "A name or a use of it has no counterpart. Write it by hand.",
    DoubtCode.NOT_TOGETHER: "The changes cannot be placed. Write them by hand.",
    DoubtCode.BEFORE_FAILS: "The library of today fails with these options.",
    DoubtCode.GAIN: "An origin, a method or a header would be let in that is kept out today.",
    DoubtCode.LOSS: "What is let in today would be kept out.",
    DoubtCode.NO_PROOF: "The library of today is not installed, so nothing was proved. Install both.",
}


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
