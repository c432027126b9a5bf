"""Validation of the lists of origins, by themselves and together with credentials."""

import re
from collections.abc import Iterable

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.issues import ConfigIssue, IssueCode, kind_of, shown
from crossguard.core.option_parsers import Issues, listed, place
from crossguard.core.origins import Origin, is_plain_https
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
    found: list[str | re.Pattern[str]] = []
    callables: list[OriginEntry] = []
    rules: list[Located] = []
    if is_callable_entry(value):
        value = (value,)
    for index, entry in enumerate(listed(name, value, issues, "an origin")):
        if isinstance(entry, str) and is_plain_https(entry):
            found.append(entry)
            continue
        where = place(name, value, index)
        if is_callable_entry(entry):
            # By identity: who can be called need not be hashable. What it returns is looked at when asked.
            if all(entry is not known for known in callables):
                callables.append(entry)  # type: ignore[arg-type]
        elif isinstance(entry, str) or (isinstance(entry, re.Pattern) and isinstance(entry.pattern, str)):
            rule = _rule_or_issue(where, entry, issues)
            if rule is not None:
                text = entry if isinstance(entry, re.Pattern) else str(rule)
                # The caller's own text where it is the same, which is in memory already.
                found.append(entry if text == entry else text)
                rules.append((where, rule))
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
    listed_once = (*_once(found), *callables)
    if ANY_ORIGIN in found and len(listed_once) > 1:
        issues.append(
            ConfigIssue(
                IssueCode.WILDCARD_AMONG_OTHERS,
                name,
                shown([*map(str, listed_once)]),
                "'*' is everybody, so that the other entries mean nothing.",
                "keep either '*' or the others.",
            )
        )
    return listed_once, rules


def _once(found: list[str | re.Pattern[str]]) -> list[str | re.Pattern[str]]:
    # A dictionary of a million origins takes more memory than all that is kept of them.
    return found if len(frozenset(found)) == len(found) else [*dict.fromkeys(found)]


def _rule_or_issue(where: str, entry: str | re.Pattern[str], issues: Issues) -> OriginRule | None:
    try:
        return parse_rule(entry)
    except OriginSyntaxError as error:
        issues.append(error.issue(where, entry))
        return None


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
