"""Validation of the lists of origins, by themselves and together with credentials."""

import re
from collections.abc import Iterable

from crossguard.core.expressions import Trust, opening_of
from crossguard.core.hosts import OriginSyntaxError, is_private_host
from crossguard.core.issues import ConfigIssue, IssueCode, kind_of, shown
from crossguard.core.origins import Origin, is_plain_https
from crossguard.core.parse_values import Issues, listed, place
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
    suffixes_of,
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
    entries: Iterable[object]
    if isinstance(value, list | tuple):
        entries = value
    else:
        entries = (value,) if is_callable_entry(value) else listed(name, value, issues, "an origin")
    for index, entry in enumerate(entries):
        if isinstance(entry, str) and is_plain_https(entry):
            found.append(entry)
            continue
        where = place(name, value, index)
        if is_callable_entry(entry):
            # By identity: who can be called need not be hashable. What it returns is looked at when asked.
            if all(entry is not known for known in callables):
                callables.append(entry)
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
                "'*' is every origin, and the other entries mean nothing.",
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


def check_parents(rules: Iterable[Located], issues: Issues, *, is_public_suffix: IsPublicSuffix) -> None:
    """Append patterns inside a label whose parent is a registry's, credentials or not."""
    known = suffixes_of(is_public_suffix)
    if known is None:
        return
    for where, rule in rules:
        if isinstance(rule, OriginPattern) and rule.label != ANY_ORIGIN and known.is_registry(rule.host):
            issues.append(
                ConfigIssue(
                    IssueCode.BAD_WILDCARD,
                    where,
                    shown(str(rule)),
                    f"{rule.host} is a public suffix, under which strangers can register a matching name.",
                    "write the domain that the previews are under, as in 'https://shop-*-team.example.com'.",
                )
            )


def check_credentialed(  # noqa: PLR0913 - each is one of the options that matter together
    rules: Iterable[Located],
    issues: Issues,
    *,
    is_public_suffix: IsPublicSuffix,
    allow_insecure: bool,
    allow_public_suffixes: bool,
    debug: bool = False,
) -> None:
    """Append what must not be trusted with credentials.

    Args:
        rules: the rules, each with where it stands.
        issues: grows.
        is_public_suffix: asked about the parents of patterns and expressions.
        allow_insecure: whether http origins may be trusted that leave the machine.
        allow_public_suffixes: whether patterns may be, under which strangers can register names.
        debug: whether a developer is looking, who may list a private address for the phone on the desk.
    """
    known = suffixes_of(is_public_suffix)
    is_shared = is_public_suffix if known is None else known.is_shared
    trust = Trust(
        (lambda _: False) if allow_public_suffixes else is_shared,
        lambda host: allow_insecure or (debug and is_private_host(host)),
    )
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
            case OriginPattern(subdomains=True, is_loopback=False) if not allow_public_suffixes and is_shared(
                rule.host.removesuffix(".")
            ):
                issues.append(_shared_parent(where, rule, is_public_suffix))
            case OriginExpression():
                opening = opening_of(rule.expression, trust)
                if opening is not None:
                    issues.append(
                        ConfigIssue(
                            IssueCode.UNBOUNDED_EXPRESSION,
                            where,
                            shown(rule.expression.pattern),
                            opening.reason,
                            opening.fix,
                        )
                    )
            case _:
                pass
        if (
            isinstance(rule, Origin | OriginPattern)
            and rule.scheme == "http"
            and not rule.is_loopback
            and not trust.allows_http(rule.host)
        ):
            issues.append(_insecure(where, rule))


def _shared_parent(where: str, rule: OriginPattern, is_public_suffix: IsPublicSuffix) -> ConfigIssue:
    host = rule.host.removesuffix(".")
    what = (
        "a public suffix" if is_public_suffix(host) else "a suffix that strangers share, or the parent of one"
    )
    return ConfigIssue(
        IssueCode.PUBLIC_SUFFIX_WILDCARD,
        where,
        shown(str(rule)),
        f"strangers can register a name under {rule.host}, {what}.",
        "list the origins, or a pattern over a domain of your own.",
    )


def _insecure(where: str, rule: Origin | OriginPattern) -> ConfigIssue:
    fix = "serve the front end over https; on a closed network add dangerously_allow_insecure_origins=True."
    if rule.is_private:
        fix = (
            "for the phone on the desk switch debug on before this line, as with FLASK_DEBUG=1, which lets a "
            f"private address be listed; otherwise {fix}"
        )
    return ConfigIssue(
        IssueCode.INSECURE_ORIGIN,
        where,
        shown(str(rule)),
        "anyone on the network in between can act as this front end and use the credentials.",
        fix,
    )
