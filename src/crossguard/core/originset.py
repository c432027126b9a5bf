"""A compiled set of origins: does this serialized origin belong to it, and by which entry?

The cost of a look-up does not depend on how many origins there are: exact origins are one hash, the
subdomain patterns one hash for each label of the request's origin (at most 127), port patterns one.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum

from crossguard.core.origins import Origin, parse_serialized
from crossguard.core.patterns import (
    ANY_ORIGIN,
    AnyOrigin,
    OriginCallable,
    OriginEntry,
    OriginExpression,
    OriginPattern,
    OriginRule,
    parse_rule,
)


class Match(StrEnum):
    """By which kind of entry an origin belongs to a set."""

    ANY = "any-origin"
    EXACT = "listed-origin"
    SUBDOMAIN = "subdomain-pattern"
    PORT = "port-pattern"
    EXPRESSION = "expression"
    CALLABLE = "callable"


class OriginSet:
    """An immutable, compiled set of origins.

    Attributes:
        any: whether everybody belongs to the set, the null origin included.
        callables: who is asked about an origin that no other entry covers.
    """

    __slots__ = (
        "_exact",
        "_expressions",
        "_patterns",
        "_port_hosts",
        "_suffixes",
        "_suffixes_any_port",
        "any",
        "callables",
    )

    def __init__(self, entries: Iterable[OriginRule | OriginEntry]) -> None:
        """Compile *entries*: rules, or entries of a validated configuration."""
        exact: list[str] = []
        rules: list[OriginRule] = []
        for entry in entries:
            if isinstance(entry, str) and ANY_ORIGIN not in entry:
                # A normalised origin needs no parsing again; there may be a million of them.
                exact.append(entry)
            else:
                rules.append(entry if isinstance(entry, OriginRule) else parse_rule(entry))
        exact += [str(rule) for rule in rules if isinstance(rule, Origin)]
        patterns = [rule for rule in rules if isinstance(rule, OriginPattern)]
        self.any = any(isinstance(rule, AnyOrigin) for rule in rules)
        self.callables = tuple(rule.ask for rule in rules if isinstance(rule, OriginCallable))
        self._exact = frozenset(exact)
        self._expressions = tuple(rule.expression for rule in rules if isinstance(rule, OriginExpression))
        self._port_hosts = frozenset(
            f"{rule.scheme}://{rule.host}" for rule in patterns if not rule.subdomains
        )
        self._suffixes = frozenset(
            str(rule).replace("*.", ".", 1) for rule in patterns if rule.subdomains and not rule.any_port
        )
        self._suffixes_any_port = frozenset(
            f"{rule.scheme}://.{rule.host}" for rule in patterns if rule.subdomains and rule.any_port
        )
        self._patterns = bool(patterns or self._expressions or self.callables)

    def __bool__(self) -> bool:
        return self.any or self._patterns or bool(self._exact)

    def match(self, origin: str) -> Match | None:
        """Return by which kind of entry *origin* belongs to the set; None if it does not.

        Total: any text may be asked about, and takes work bounded by the longest possible origin.
        """
        if origin in self._exact:
            return Match.EXACT
        if self._patterns:
            found = self._match_patterns(origin)
            if found is not None:
                return found
        return Match.ANY if self.any else None

    def _match_patterns(self, origin: str) -> Match | None:
        parsed = parse_serialized(origin)
        if parsed is None:
            return None
        prefix = f"{parsed.scheme}://"
        if prefix + parsed.host in self._port_hosts:
            return Match.PORT
        if self._covers_subdomain(prefix, origin, parsed.host):
            return Match.SUBDOMAIN
        if any(expression.fullmatch(origin) for expression in self._expressions):
            return Match.EXPRESSION
        if any(_accepts(ask, origin) for ask in self.callables):
            return Match.CALLABLE
        return None

    def _covers_subdomain(self, prefix: str, origin: str, host: str) -> bool:
        if self._suffixes and _has_suffix(prefix, origin.removeprefix(prefix), host, self._suffixes):
            return True
        return bool(self._suffixes_any_port) and _has_suffix(prefix, host, host, self._suffixes_any_port)


def _accepts(ask: Callable[[str], object], origin: str) -> bool:
    """Ask about *origin*. Whoever fails has not said yes; those that adapters wrap log why."""
    try:
        return ask(origin) is True
    except Exception:  # noqa: BLE001 - it is code of the application, and a decision never raises
        return False


def _has_suffix(prefix: str, authority: str, host: str, suffixes: frozenset[str]) -> bool:
    """Walk the labels of *host*, longest suffix first, and look each up with the rest of *authority*."""
    dot = host.find(".")
    while dot >= 0:
        if prefix + authority[dot:] in suffixes:
            return True
        dot = host.find(".", dot + 1)
    return False
