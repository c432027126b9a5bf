"""One parser for each kind of option. Each appends its mistakes to a list and returns what it could read."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final

from crossguard.core.issues import ConfigIssue, IssueCode, kind_of, shown
from crossguard.core.names import (
    NORMALIZED_METHODS,
    REGISTERED_METHODS,
    is_forbidden_method,
    is_forbidden_request_header,
    is_forbidden_response_header,
    is_token,
    normalize_method,
)
from crossguard.core.options import LONGEST_MAX_AGE
from crossguard.core.text_lists import is_one, listed_in_text

Issues = list[ConfigIssue]

_QUOTES: Final = ("'", '"', "`")
# Characters that a token may have and that no header is called with; in an expression they mean something.
_LOOKS_LIKE_A_PATTERN: Final = re.compile(r"[*^$|+]")


def flag(name: str, value: object, issues: Issues) -> bool:
    """Read a ``True`` or ``False``; any string would be true."""
    if isinstance(value, bool):
        return value
    if value is None:
        issues.append(not_set(name))
    elif isinstance(value, str):
        meant = value.strip().lower() in {"1", "true", "yes", "on"}
        issues.append(
            ConfigIssue(
                IssueCode.MISLEADING_STRING,
                name,
                shown(value),
                "a string is not a yes or no; Python takes even 'False' for true.",
                f"write {meant} in Python, or {str(meant).lower()} in the environment (read as JSON).",
            )
        )
    else:
        issues.append(wrong_type(name, value, "True or False"))
    return False


def max_age(value: object, issues: Issues) -> int:
    """Read a number of seconds from 0 to a day; a ``timedelta`` is cut to whole seconds."""
    if isinstance(value, timedelta):
        seconds: object = int(value.total_seconds())
    else:
        seconds = value
    if value is None:
        issues.append(not_set("max_age"))
    elif isinstance(seconds, bool) or not isinstance(seconds, int):
        issues.append(wrong_type("max_age", value, "a whole number of seconds or a timedelta"))
    elif not 0 <= seconds <= LONGEST_MAX_AGE:
        issues.append(
            ConfigIssue(
                IssueCode.OUT_OF_RANGE,
                "max_age",
                shown(value),
                "browsers keep a preflight for a day at the most, and not for less than no time.",
                f"write seconds from 0 (not at all) to {LONGEST_MAX_AGE}.",
            )
        )
    else:
        return seconds
    return 0


def methods(value: object, issues: Issues, *, credentials: bool) -> tuple[str, ...]:
    """Read methods, normalised as browsers do (Fetch, "normalize a method")."""

    def check(where: str, text: str) -> ConfigIssue | None:
        if not is_token(text):
            return _not_a_token(where, text, "a method", "'GET'")
        if is_forbidden_method(text):
            return ConfigIssue(
                IssueCode.FORBIDDEN_METHOD,
                where,
                shown(text),
                "browsers never send it from a script.",
                "remove it.",
            )
        if text == text.lower() and text.upper() in REGISTERED_METHODS - NORMALIZED_METHODS:
            return ConfigIssue(
                IssueCode.METHOD_CASE,
                where,
                shown(text),
                "methods are case-sensitive, and browsers do not put this one into upper case.",
                f"write {text.upper()!r} here and in the front end.",
            )
        return None

    names = _names("methods", value, issues, check, normalize_method)
    return _checked_wildcard("methods", names, issues, "methods", credentials=credentials)


def allow_headers(value: object, issues: Issues) -> tuple[str, ...]:
    """Read the names of request headers."""

    def check(where: str, text: str) -> ConfigIssue | None:
        if not is_token(text):
            return _not_a_token(where, text, "a header name", "'X-Token'")
        if is_forbidden_request_header(text):
            return ConfigIssue(
                IssueCode.FORBIDDEN_HEADER,
                where,
                shown(text),
                "the browser sets it; scripts cannot, so there is nothing to allow.",
                "remove it (cookies need supports_credentials=True instead)."
                if text.lower() == "cookie"
                else "remove it.",
            )
        return _misplaced(where, text)

    names = _names("allow_headers", value, issues, check, str)
    return ("*",) if "*" in names else names


def expose_headers(value: object, issues: Issues, *, credentials: bool) -> tuple[str, ...]:
    """Read the names of response headers."""

    def check(where: str, text: str) -> ConfigIssue | None:
        if not is_token(text):
            return _not_a_token(where, text, "a header name", "'X-Total-Count'")
        if is_forbidden_response_header(text):
            return ConfigIssue(
                IssueCode.FORBIDDEN_HEADER, where, shown(text), "no script may ever read it.", "remove it."
            )
        return _misplaced(where, text)

    names = _names("expose_headers", value, issues, check, str)
    return _checked_wildcard("expose_headers", names, issues, "headers", credentials=credentials)


def entries(name: str, value: object, issues: Issues, what: str) -> list[tuple[str, object]]:
    """Return the entries of a list option, each with where it stands; see :func:`listed`."""
    return [(place(name, value, at), entry) for at, entry in enumerate(listed(name, value, issues, what))]


def listed(name: str, value: object, issues: Issues, what: str) -> Iterable[object]:
    """Return the entries of a list option; a text is the list of its parts, an expression one entry."""
    if value is None:
        issues.append(not_set(name))
        return ()
    if isinstance(value, str):
        return listed_in_text(name, value, issues)
    if isinstance(value, re.Pattern):
        return (value,)
    if isinstance(value, bytes | Mapping) or not isinstance(value, Iterable):
        issues.append(wrong_type(name, value, f"{what} or a list of them"))
        return ()
    return sorted(value, key=str) if isinstance(value, set | frozenset) else value


def place(name: str, value: object, index: int) -> str:
    """Return where an entry of the option *name* stands: ``origins[2]``."""
    if isinstance(value, re.Pattern) or (isinstance(value, str) and is_one(value)):
        return name
    return f"{name}[{index}]"


def not_set(name: str) -> ConfigIssue:
    """Return the issue of an option that is given as None, as by an environment variable that is missing."""
    return ConfigIssue(
        IssueCode.NOT_SET,
        name,
        "None",
        "None says nothing; an environment variable that is not set looks like this.",
        "leave the option out for its default, or write [] for no origin."
        if name in {"origins", "readers"}
        else "leave the option out for its default.",
    )


def _names(
    name: str,
    value: object,
    issues: Issues,
    check: Callable[[str, str], ConfigIssue | None],
    normalize: Callable[[str], str],
) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for where, entry in entries(name, value, issues, "a name"):
        if not isinstance(entry, str):
            issues.append(wrong_type(where, entry, "a name (expressions are for origins only)"))
            continue
        issue = None if entry == "*" else check(where, entry)
        if issue:
            issues.append(issue)
        else:
            text = normalize(entry)
            found.setdefault(text if name == "methods" else text.lower(), text)
    return tuple(found.values())


def _checked_wildcard(
    name: str, names: tuple[str, ...], issues: Issues, what: str, *, credentials: bool
) -> tuple[str, ...]:
    if "*" in names and credentials:
        issues.append(
            ConfigIssue(
                IssueCode.WILDCARD_WITH_CREDENTIALS,
                name,
                "'*'",
                "with credentials browsers take * for a name, not for everything.",
                f"list the {what}.",
            )
        )
    return ("*",) if "*" in names else names


def _misplaced(where: str, text: str) -> ConfigIssue | None:
    """Return the issue of a name that is a token, but of no header that belongs into a list."""
    if text.lower().startswith("access-control-"):
        return ConfigIssue(
            IssueCode.FORBIDDEN_HEADER,
            where,
            shown(text),
            "this library sends the headers of CORS and the browser reads them; a page needs none.",
            "remove it.",
        )
    if _LOOKS_LIKE_A_PATTERN.search(text):
        return ConfigIssue(
            IssueCode.NOT_A_TOKEN,
            where,
            shown(text),
            "it looks like a pattern, and browsers compare header names letter by letter.",
            "write each name in full, as in 'X-Token'; '*' by itself is every name.",
        )
    if text.startswith(_QUOTES):
        bare = text.strip("".join(_QUOTES))
        return ConfigIssue(
            IssueCode.NOT_A_TOKEN,
            where,
            shown(text),
            "it has quotes in it.",
            f"leave the quotes out: {shown(bare)}.",
        )
    return None


def _not_a_token(where: str, text: str, what: str, example: str) -> ConfigIssue:
    if "," in text:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return ConfigIssue(
            IssueCode.MISLEADING_STRING,
            where,
            shown(text),
            f"it holds several names, but an entry of a list is {what}.",
            f"write a list: {shown(parts)}.",
        )
    return ConfigIssue(
        IssueCode.NOT_A_TOKEN,
        where,
        shown(text),
        f"it is not {what}: letters, digits and !#$%&'*+-.^_`|~ only.",
        f"write it as in {example}.",
    )


def wrong_type(name: str, value: object, wanted: str) -> ConfigIssue:
    """Return the issue of a value of the wrong type."""
    return ConfigIssue(
        IssueCode.WRONG_TYPE,
        name,
        shown(value),
        f"{kind_of(value)} is not {wanted}.",
        f"write {wanted}.",
    )
