"""Validation of the lists of origins, by themselves and together with credentials."""

import re
from collections.abc import Iterable

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.issues import ConfigIssue, IssueCode, kind_of, shown
from crossguard.core.option_parsers import Issues, entries
from crossguard.core.origins import Origin, parse_serialized
from crossguard.core.patterns import (
    ANY_ORIGIN,
    AnyOrigin,
    IsPublicSuffix,
    OriginEntry,
    OriginExpression,
    OriginPattern,
    OriginRule,
    is_callable_entry,
    parse_rule,
)

# Origins that nobody lists. An expression that matches one of them was not written to name origins.
_STRANGERS = (
    "https://q7x2v9k4.test",
    "https://a.q7x2v9k4.test:8443",
    "http://q7x2v9k4.test",
    "https://xn--q7x2v9k4.example",
)

Located = tuple[str, OriginRule]


def parse_origins(name: str, value: object, issues: Issues) -> tuple[tuple[OriginEntry, ...], list[Located]]:
    """Read a list of origins.

    Returns:
        The entries, normalised and without repetition, and each rule with where it stands. Plain https
        origins, of which there may be a million, need no check and are left out of the latter.
    """
    found: dict[str | re.Pattern[str], None] = {}
    callables: list[OriginEntry] = []
    rules: list[Located] = []
    if is_callable_entry(value):
        value = (value,)
    for where, entry in entries(name, value, issues, "an origin"):
        if isinstance(entry, str) and _is_plain(entry):
            found[entry] = None
        elif isinstance(entry, str) or (isinstance(entry, re.Pattern) and isinstance(entry.pattern, str)):
            try:
                rule = parse_rule(entry)
            except OriginSyntaxError as error:
                issues.append(error.issue(where, entry))
            else:
                found[entry if isinstance(entry, re.Pattern) else str(rule)] = None
                rules.append((where, rule))
        elif is_callable_entry(entry):
            # By identity: who can be called need not be hashable. What it returns is looked at when asked.
            if all(entry is not known for known in callables):
                callables.append(entry)  # type: ignore[arg-type]
        else:
            issues.append(
                ConfigIssue(
                    IssueCode.WRONG_TYPE,
                    where,
                    shown(entry),
                    f"{kind_of(entry)} is not an origin.",
                    "write 'https://app.example.com', a pattern such as 'https://*.example.com', a "
                    "compiled expression of str, or a callable that is asked about each origin.",
                )
            )
    if ANY_ORIGIN in found and len(found) + len(callables) > 1:
        issues.append(
            ConfigIssue(
                IssueCode.WILDCARD_AMONG_OTHERS,
                name,
                shown(list(map(str, (*found, *callables)))),
                "'*' is everybody, so that the other entries mean nothing.",
                "keep either '*' or the others.",
            )
        )
    return (*found, *callables), rules


def _is_plain(text: str) -> bool:
    """Recognise an https origin that is written exactly as browsers send it, at a fraction of the cost."""
    parsed = parse_serialized(text)
    # What ends in a digit may be an IPv4 address, which has more to check.
    return (
        parsed is not None
        and parsed.scheme == "https"
        and not parsed.host.removesuffix(".")[-1:].isdigit()
        and (
            "0x" not in parsed.host and not parsed.host.startswith("[") and len(parsed.host) <= 253  # noqa: PLR2004 - RFC 1035
        )
    )


def check_credentialed(
    rules: Iterable[Located],
    issues: Issues,
    *,
    is_public_suffix: IsPublicSuffix,
    allow_insecure: bool,
    allow_public_suffixes: bool,
) -> None:
    """Append what must not be trusted with credentials."""
    for where, rule in rules:
        match rule:
            case AnyOrigin():
                issues.append(
                    ConfigIssue(
                        IssueCode.WILDCARD_WITH_CREDENTIALS,
                        where,
                        "'*'",
                        "with credentials this would hand the signed-in user's data to every web site.",
                        "list the front ends: origins=['https://app.example.com'], or leave credentials off.",
                    )
                )
            case OriginPattern(subdomains=True, is_loopback=False) if (
                not allow_public_suffixes and is_public_suffix(rule.host.removesuffix("."))
            ):
                issues.append(
                    ConfigIssue(
                        IssueCode.PUBLIC_SUFFIX_WILDCARD,
                        where,
                        shown(str(rule)),
                        f"anybody can register a name under {rule.host}, a public suffix.",
                        "list the origins, or a pattern over a domain of your own.",
                    )
                )
            case OriginExpression() if any(rule.expression.fullmatch(origin) for origin in _STRANGERS):
                issues.append(
                    ConfigIssue(
                        IssueCode.UNBOUNDED_EXPRESSION,
                        where,
                        shown(rule.expression.pattern),
                        "it matches origins of strangers, so that every web site could use the credentials.",
                        r"name the host in it, as in re.compile(r'https://[a-z0-9-]+\.example\.com').",
                    )
                )
            case _:
                pass
        if (
            isinstance(rule, Origin | OriginPattern)
            and rule.scheme == "http"
            and not rule.is_loopback
            and (not allow_insecure)
        ):
            issues.append(
                ConfigIssue(
                    IssueCode.INSECURE_ORIGIN,
                    where,
                    shown(str(rule)),
                    "whoever is on the network in between can act as this front end and use the credentials.",
                    "serve the front end over https; on a closed network add "
                    "dangerously_allow_insecure_origins=True.",
                )
            )
