"""What can be wrong with a configuration, and the one exception that carries all of it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from crossguard.core.addresses import address_of


class IssueCode(StrEnum):
    """Stable identifiers of configuration mistakes. An identifier is never reused."""

    WRONG_TYPE = "wrong-type"
    UNKNOWN_OPTION = "unknown-option"
    MISLEADING_STRING = "misleading-string"
    NOT_SET = "not-set"
    INVALID = "invalid"
    SCHEME_REQUIRED = "scheme-required"
    SCHEME_UNUSABLE = "scheme-unusable"
    HOST_REQUIRED = "host-required"
    NOT_AN_ORIGIN = "not-an-origin"
    BAD_PORT = "bad-port"
    NULL_ORIGIN = "null-origin"
    BAD_WILDCARD = "bad-wildcard"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    WILDCARD_AMONG_OTHERS = "wildcard-among-others"
    PUBLIC_SUFFIX_WILDCARD = "public-suffix-wildcard"
    INSECURE_ORIGIN = "insecure-origin"
    UNBOUNDED_EXPRESSION = "unbounded-expression"
    NOT_A_TOKEN = "not-a-token"  # noqa: S105 - RFC 9110's word for a name, not a secret
    FORBIDDEN_METHOD = "forbidden-method"
    METHOD_CASE = "method-case"
    FORBIDDEN_HEADER = "forbidden-header"
    OUT_OF_RANGE = "out-of-range"
    BAD_PATH = "bad-path"
    DUPLICATE_POLICY = "duplicate-policy"
    UNKNOWN_CHOICE = "unknown-choice"
    REASON_REQUIRED = "reason-required"
    NOT_STRICT = "not-strict"
    UNKNOWN_ENDPOINT = "unknown-endpoint"
    COOKIE_CANNOT_WORK = "cookie-cannot-work"
    SIGN_IN_IS_PUBLIC = "sign-in-is-public"


class ConfigIssue(NamedTuple):
    """One mistake in a configuration.

    Attributes:
        code: which kind of mistake; programs compare this, never the texts.
        where: the option, with its index if it is a list: ``origins[2]``.
        value: the offending value as Python writes it, cut to a readable length.
        reason: why it does not build.
        fix: what to write instead.
    """

    code: IssueCode
    where: str
    value: str
    reason: str
    fix: str

    def __str__(self) -> str:
        told = f"{self.where} = {self.value}: {self.reason} Fix: {self.fix} [{self.code.value}]"
        return f"{told} {address_of(self.code.value)}"


class ConfigError(ValueError):
    """A configuration that does not build. Nothing was installed or replaced.

    Attributes:
        issues: every mistake that was found, in the order of the options.
    """

    def __init__(self, issues: Iterable[ConfigIssue], source: str = "") -> None:
        self.issues: tuple[ConfigIssue, ...] = tuple(issues)
        self.source = source
        count = len(self.issues)
        head = f"{count} mistake{'' if count == 1 else 's'} in the CORS configuration"
        head += f" at {source}" if source else ""
        super().__init__("\n".join([head + ":", *(f"  - {issue}" for issue in self.issues)]))


def shown(value: object, limit: int = 80) -> str:
    """Return *value* as Python writes it, printable and at most *limit* characters long."""
    # What a stranger sent is cut before it is escaped: a megabyte costs no more than a line.
    text = ascii(value[: limit + 1] if isinstance(value, str) else value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def kind_of(value: object) -> str:
    """Return the type of *value* with its article: ``a str``, ``an int``."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
