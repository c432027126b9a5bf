"""The table of differences: what Flask-CORS did, what holds now, and why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class DifferenceCode(StrEnum):
    """Stable identifiers; never reused."""

    ANY_ORIGIN = "any-origin"
    CREDENTIALS_FOR_EVERYBODY = "credentials-for-everybody"
    EXPRESSION_BEGINNING = "expression-beginning"
    GLOB = "glob"
    DEFAULT_PORT = "default-port"
    NEVER_MATCHED = "never-matched"
    NO_ORIGINS = "no-origins"
    NEVER_CALLED = "never-called"
    VARY = "vary"
    WRITE_GATE = "write-gate"
    TRUTH_OF_TEXT = "truth-of-text"
    METHODS = "methods"
    HEADERS_DEFAULT = "headers-default"
    HEADERS_ANY = "headers-any"
    LIST_IN_TEXT = "list-in-text"
    EXPOSED = "exposed"
    EXPOSE_ANY = "expose-any"
    MAX_AGE_DEFAULT = "max-age-default"
    MAX_AGE_ZERO = "max-age-zero"
    MAX_AGE_TEXT = "max-age-text"
    PATHS = "paths"
    IGNORED_OPTION = "ignored-option"
    UNKNOWN_OPTION = "unknown-option"
    DEAD_OPTION = "dead-option"
    DEAD_KEY = "dead-key"
    BLUEPRINT = "blueprint"
    DECORATOR = "decorator"
    DECORATOR_ABOVE_ROUTE = "decorator-above-route"
    STACKED = "stacked"
    WILDCARD_WRITES = "wildcard-writes"
    FLASK_EXT = "flask-ext"
    MIDDLEWARE = "middleware"
    DECLARED_TWICE = "declared-twice"
    CONFIGURATION = "configuration"
    LOG = "log"
    PREFLIGHT_FIRST = "preflight-first"
    ERRORS = "errors"


#: What was, what is, and why. ``{…}`` stand for what was found.
DIFFERENCE_TEXTS: Final = {
    DifferenceCode.ANY_ORIGIN: (
        "any origin was sent back as it came, null included; now the answer is *, the same for every site, "
        "which caches can keep."
    ),
    DifferenceCode.CREDENTIALS_FOR_EVERYBODY: (
        "every web site could read with the user's cookies, null included; this does not build here. List "
        "the front ends, and put origins that may only read into readers."
    ),
    DifferenceCode.EXPRESSION_BEGINNING: (
        "{entry} was an expression for the beginning, in any letter case: a longer host of a "
        "stranger matched too; now the whole origin has to match."
    ),
    DifferenceCode.GLOB: (
        "{entry} was taken for an expression, and matched other origins than it says, strangers' among them. "
        "Now it means what it says: every subdomain but not the bare domain, every port, an IPv6 address."
    ),
    DifferenceCode.DEFAULT_PORT: (
        "{entry} needed a port; now the default one, which is not written, is covered too."
    ),
    DifferenceCode.NEVER_MATCHED: "{entry} matched no origin, without a message. Browsers send {fixed}.",
    DifferenceCode.NO_ORIGINS: (
        "None let no origin in as an argument, and every one in the configuration; now none is written []."
    ),
    DifferenceCode.NEVER_CALLED: (
        "a function was accepted and never called: it matched no origin. Here it is asked about each origin, "
        "and what it answers True to gets in."
    ),
    DifferenceCode.VARY: (
        "a refused origin got no Vary, and requests without Origin were sent the first origin of the list; "
        "now Vary: Origin is always there, and without Origin none is sent: caches cannot mix pages up."
    ),
    DifferenceCode.WRITE_GATE: (
        "any page could send writes with the user's cookies and was only kept from reading the answer; now "
        "writes get 403 before the view runs, unless their origin is listed by itself. A subdomain pattern "
        "or an expression only reads; wildcard_writes=True changes that."
    ),
    DifferenceCode.TRUTH_OF_TEXT: "every text was true, 'False' too; now it is True or False.",
    DifferenceCode.METHODS: (
        "{entry} was put into upper case, and a part of a name counted as allowed; now names are compared "
        "whole and in the case that browsers send."
    ),
    DifferenceCode.HEADERS_DEFAULT: (
        "every request header was allowed and sent back unchecked; now Authorization, Content-Type and "
        "X-Requested-With are. Name the others: allow_headers=[…]."
    ),
    DifferenceCode.HEADERS_ANY: (
        "every name that was asked for was sent back, valid or not, without a bound; now valid names are, 64 "
        "at most."
    ),
    DifferenceCode.LIST_IN_TEXT: "{entry} was one name that matched nothing; now it is a list.",
    DifferenceCode.EXPOSED: (
        "expose_headers was sorted and also sent with preflights, where it means nothing; now it is sent in "
        "your order, with answers only."
    ),
    DifferenceCode.EXPOSE_ANY: (
        "'*' with credentials was sent and is a name to browsers, not everything; it does not build here."
    ),
    DifferenceCode.MAX_AGE_DEFAULT: (
        "without max_age browsers asked again after 5 seconds; now they remember for 600. Write max_age=5 "
        "for what it was."
    ),
    DifferenceCode.MAX_AGE_ZERO: "0 was not sent, and browsers kept answers for 5 seconds; now 0 is sent.",
    DifferenceCode.MAX_AGE_TEXT: (
        "{entry} was sent as it is, whether it means anything or not; now it is seconds, up to a day."
    ),
    DifferenceCode.PATHS: (
        "{entry} was an expression for the beginning of the path, decoded twice; now it is {fixed}: whole "
        "segments, the path itself included, decoded once, and the longest governs."
    ),
    DifferenceCode.IGNORED_OPTION: "{option} does nothing here: {reason}.",
    DifferenceCode.UNKNOWN_OPTION: (
        "{option} was ignored without a message, and the default stayed in force; here it stops the start. "
        "{hint}"
    ),
    DifferenceCode.DEAD_OPTION: (
        "{option} is no option and was ignored; what it says holds without it, and it is removed."
    ),
    DifferenceCode.DEAD_KEY: (
        "{key} is no option, and nothing reads it; it is removed, because here every CORS_* key has to be an "
        "option."
    ),
    DifferenceCode.STACKED: (
        "of two decorators on one view the inner one decided about answers and the outer one about "
        "preflights; one governs a view here, and the inner one stays."
    ),
    DifferenceCode.WILDCARD_WRITES: (
        "wildcard_writes=True is added: pages of the subdomains and expressions could write with cookies "
        "and go on to. Remove it if they only read."
    ),
    DifferenceCode.FLASK_EXT: "flask.ext went with Flask 1.0; this import did not work with a current Flask.",
    DifferenceCode.MIDDLEWARE: (
        "allow_credentials with '*' handed every site the user's data, preflights ran inside of what is "
        "around, and errors of the server had no headers; now credentials need a list, and every answer "
        "that leaves has the policy's headers."
    ),
    DifferenceCode.BLUEPRINT: (
        "a blueprint ignored CORS_* keys, and an origin that it refused could still get the application's "
        "headers; now it falls back to the keys, decides alone, and covers the 404s below its prefix."
    ),
    DifferenceCode.DECORATOR: (
        "abort(), errors and hooks left the view without headers, and async views failed; now every answer "
        "of the view has them, and the order of decorators is free."
    ),
    DifferenceCode.DECORATOR_ABOVE_ROUTE: (
        "above the route the decorator had no effect; now it has. Remove it if the view was meant to stay "
        "closed."
    ),
    DifferenceCode.DECLARED_TWICE: (
        "two calls added up; here one policy governs an application. Put the options into one call."
    ),
    DifferenceCode.CONFIGURATION: (
        "the decorator read {key} at every request and the extension at the start; now the first request "
        "fixes it, and a key that does not exist or a value that does not build stops the start."
    ),
    DifferenceCode.LOG: "the log is called crossguard, and says of each refusal who, why and what to write.",
    DifferenceCode.PREFLIGHT_FIRST: (
        "preflights ran before_request hooks, sign-in checks and redirects, and failed on unknown URLs; now "
        "they are answered before anything of the application runs."
    ),
    DifferenceCode.ERRORS: (
        "the debugger's page and errors of a blueprint's URLs had no headers; now every answer that leaves "
        "has the policy's."
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in behaviour.

    Attributes:
        code: which.
        text: what was, what is, and why.
    """

    code: DifferenceCode
    text: str


def difference(code: DifferenceCode, **fills: str) -> Difference:
    """Return the difference of *code*, its words filled in."""
    return Difference(code, DIFFERENCE_TEXTS[code].format(**fills))
