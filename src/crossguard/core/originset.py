"""A compiled set of origins: does this serialized origin belong to it, and by which entry?

The cost of a look-up does not depend on how many origins there are: exact origins are one hash, the
subdomain patterns one hash for each label of the request's origin (at most 127), port patterns one.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from crossguard.core.origins import Origin, parse_serialized
from crossguard.core.patterns import AnyOrigin, OriginExpression, OriginPattern, OriginRule


class Match(StrEnum):
    """By which kind of entry an origin belongs to a set."""

    ANY = "any-origin"
    EXACT = "listed-origin"
    SUBDOMAIN = "subdomain-pattern"
    PORT = "port-pattern"
    EXPRESSION = "expression"


class OriginSet:
    """An immutable, compiled set of origin rules."""

    __slots__ = (
        "_exact",
        "_expressions",
        "_patterns",
        "_port_hosts",
        "_suffixes",
        "_suffixes_any_port",
        "any",
    )

    def __init__(self, rules: Iterable[OriginRule | str]) -> None:
        """Compile *rules*; a plain ``str`` is an origin that is already serialized."""
        exact: set[str] = set()
        suffixes: set[str] = set()
        suffixes_any_port: set[str] = set()
        port_hosts: set[str] = set()
        expressions: list[re.Pattern[str]] = []
        #: Whether everybody belongs to the set, the null origin included.
        self.any = False
        for rule in rules:
            match rule:
                case str():
                    exact.add(rule)
                case Origin():
                    exact.add(str(rule))
                case OriginPattern(subdomains=False):
                    port_hosts.add(f"{rule.scheme}://{rule.host}")
                case OriginPattern(any_port=True):
                    suffixes_any_port.add(f"{rule.scheme}://.{rule.host}")
                case OriginPattern():
                    suffixes.add(str(rule).replace("*.", ".", 1))
                case OriginExpression():
                    expressions.append(rule.expression)
                case AnyOrigin():  # pragma: no branch - the union is closed
                    self.any = True
        self._exact = frozenset(exact)
        self._suffixes = frozenset(suffixes)
        self._suffixes_any_port = frozenset(suffixes_any_port)
        self._port_hosts = frozenset(port_hosts)
        self._expressions = tuple(expressions)
        self._patterns = bool(suffixes or suffixes_any_port or port_hosts or expressions)

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
        if self._suffixes and _has_suffix(prefix, origin.removeprefix(prefix), parsed.host, self._suffixes):
            return Match.SUBDOMAIN
        if self._suffixes_any_port and _has_suffix(prefix, parsed.host, parsed.host, self._suffixes_any_port):
            return Match.SUBDOMAIN
        if any(expression.fullmatch(origin) for expression in self._expressions):
            return Match.EXPRESSION
        return None


def _has_suffix(prefix: str, authority: str, host: str, suffixes: frozenset[str]) -> bool:
    """Walk the labels of *host*, longest suffix first, and look each up with the rest of *authority*."""
    dot = host.find(".")
    while dot >= 0:
        if prefix + authority[dot:] in suffixes:
            return True
        dot = host.find(".", dot + 1)
    return False
