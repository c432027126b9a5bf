"""A compiled set of origins: does this serialized origin belong to it, and by which entry?

The cost of a look-up does not depend on how many origins there are: exact origins are one hash, the
subdomain patterns one hash for each label of the request's origin (at most 127), port patterns one, and
patterns inside a label one for each pair of lengths around the wildcard that is listed for the same parent.
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from crossguard.core.origins import Origin, split_serialized
from crossguard.core.patterns import (
    ANY_ORIGIN,
    INSIDE_LABEL,
    AnyOrigin,
    OriginCallable,
    OriginEntry,
    OriginExpression,
    OriginPattern,
    OriginRule,
    parse_rule,
)

_INSIDE: Final = re.compile(INSIDE_LABEL, re.ASCII)


class Match(StrEnum):
    """By which kind of entry an origin belongs to a set."""

    ANY = "any-origin"
    EXACT = "listed-origin"
    SUBDOMAIN = "subdomain-pattern"
    PORT = "port-pattern"
    EXPRESSION = "expression"
    CALLABLE = "callable"


class Expressed(NamedTuple):
    """What the expressions of a set say of one origin.

    Attributes:
        matched: whether one matches the whole of it.
        expression: which one, or which matches its beginning; None if none does.
    """

    matched: bool
    expression: re.Pattern[str] | None


# A request asks several questions about one origin; of more requests than this at a time, each asks anew.
_REMEMBERED: Final = 64
_DIGITS: Final = tuple("0123456789")


class OriginSet:
    """An immutable, compiled set of origins.

    Attributes:
        exact: the origins that are listed as they are.
        any: whether every origin belongs to the set, ``null`` included.
        callables: who is asked about an origin that no other entry covers.
        subdomains: the patterns for subdomains, as they are written.
        ports: the patterns for every port of one host.
        ported: the exact origins and the patterns that name a port, by what they would be without.
    """

    __slots__ = (
        "_any_port",
        "_around",
        "_expressed",
        "_expressions",
        "_labels",
        "_patterns",
        "any",
        "callables",
        "exact",
        "labelled",
        "ported",
        "ports",
        "subdomains",
    )

    def __init__(self, entries: Iterable[OriginRule | OriginEntry]) -> None:
        """Compile *entries*: rules, or entries of a validated configuration."""
        exact: list[str] = []
        patterns: list[str] = []
        others: list[OriginRule] = []
        for entry in entries:
            text = str(entry) if isinstance(entry, Origin | OriginPattern) else entry
            if not isinstance(text, str) or text == ANY_ORIGIN:
                others.append(entry if isinstance(entry, OriginRule) else parse_rule(entry))
            elif "*" in text:
                patterns.append(text)
            else:
                exact.append(text)
        self.any = any(isinstance(rule, AnyOrigin) for rule in others)
        self.callables = tuple(rule.ask for rule in others if isinstance(rule, OriginCallable))
        self.exact = frozenset(exact)
        # Patterns stay as they are written, for their text is in memory already; an origin that is asked
        # about is put into that form, once for each of its labels.
        self.subdomains = frozenset(text for text in patterns if "://*." in text)
        labels = [text for text in patterns if _star_inside(text)]
        self._labels = frozenset(labels)
        # By scheme, parent and port: how many characters stand before the wildcard and behind it.
        around: dict[str, set[tuple[int, int]]] = {}
        #: Patterns inside a label, one for each scheme, parent and port.
        self.labelled: dict[str, str] = {}
        for text in labels:
            scheme, _, host = text.partition("://")
            label, _, parent = host.partition(".")
            before, _, behind = label.partition("*")
            around.setdefault(f"{scheme}://.{parent}", set()).add((len(before), len(behind)))
            self.labelled.setdefault(f"{scheme}://.{parent}", text)
        self._around = {key: frozenset(lengths) for key, lengths in around.items()}
        self.ports = frozenset(patterns) - self.subdomains - self._labels
        self.ported = dict(_ported(exact) + _ported(patterns))
        self._any_port = any(text.endswith(":*") for text in (*self.subdomains, *labels))
        self._expressions = tuple(rule.expression for rule in others if isinstance(rule, OriginExpression))
        # What the expressions said of the origins that were asked about last.
        self._expressed: dict[str, Expressed] = {}
        self._patterns = bool(patterns or self._expressions or self.callables)

    @property
    def plain(self) -> bool:
        """Whether every entry is an origin in full."""
        return not (self._patterns or self.any)

    def __bool__(self) -> bool:
        return self.any or self._patterns or bool(self.exact)

    def match(self, origin: str) -> Match | None:
        """Return by which kind of entry *origin* belongs to the set; None if it does not.

        Total: any text may be asked about, and takes work bounded by the longest possible origin.
        """
        if origin in self.exact:
            return Match.EXACT
        if self._patterns:
            found = self._match_patterns(origin)
            if found is not None:
                return found
        return Match.ANY if self.any else None

    def _match_patterns(self, origin: str) -> Match | None:
        parts = split_serialized(origin)
        if parts is None:
            return None
        scheme, host, port = parts
        if self.ports and f"{scheme}://{host}:*" in self.ports:
            return Match.PORT
        if (self.subdomains and self._covers_subdomain(scheme, host, port)) or (
            self._labels and self.label_pattern(scheme, host, port)
        ):
            return Match.SUBDOMAIN
        if self._expressions and self.expressed(origin)[0]:
            return Match.EXPRESSION
        if any(_accepts(ask, origin) for ask in self.callables):
            return Match.CALLABLE
        return None

    def expressed(self, origin: str) -> "Expressed":
        """Return whether an expression matches the whole of *origin*, and which one, or which its beginning.

        *origin* is a serialized origin. An expression may try every way there is to match one, so it is
        asked once and not for each question about a request.
        """
        known = self._expressed.get(origin)
        if known is None:
            known = self._express(origin)
            if len(self._expressed) >= _REMEMBERED:
                self._expressed.clear()
            self._expressed[origin] = known
        return known

    def _express(self, origin: str) -> "Expressed":
        begun = None
        for expression in self._expressions:
            match = expression.match(origin)
            # What does not match the beginning does not match the whole, which need not be tried then.
            if match is not None:
                if match.end() == len(origin) or expression.fullmatch(origin):
                    return Expressed(matched=True, expression=expression)
                begun = begun or expression
        return Expressed(matched=False, expression=begun)

    def _covers_subdomain(self, scheme: str, host: str, port: str | None) -> bool:
        """Walk the labels of *host*, longest suffix first, and look each up as a pattern."""
        subdomains = self.subdomains
        start = f"{scheme}://*"
        end = f":{port}" if port else ""
        dot = host.find(".")
        while dot >= 0:
            pattern = start + host[dot:]
            if pattern + end in subdomains or (self._any_port and f"{pattern}:*" in subdomains):
                return True
            dot = host.find(".", dot + 1)
        return False

    def label_pattern(self, scheme: str, host: str, port: str | None) -> str:
        """Return the pattern inside a label that covers an origin; empty if none does.

        The left-most label of *host* is put into the form of each pattern that could cover it.
        """
        label, _, parent = host.partition(".")
        size = len(label)
        own = f".{parent}:{port}" if port else f".{parent}"
        for end in (own, f".{parent}:*") if self._any_port else (own,):
            for before, behind in self._around.get(f"{scheme}://{end}", ()):
                if size > before + behind and _INSIDE.fullmatch(label, before, size - behind):
                    pattern = f"{scheme}://{label[:before]}*{label[size - behind :]}{end}"
                    if pattern in self._labels:
                        return pattern
        return ""


def _star_inside(pattern: str) -> bool:
    host = pattern.partition("://")[2]
    return "*" in host.partition(".")[0].partition(":")[0] and not host.startswith("*.")


def _accepts(ask: Callable[[str], object], origin: str) -> bool:
    """Ask about *origin*. A callable that fails refuses it; those that adapters wrap log why."""
    try:
        return ask(origin) is True
    except Exception:  # noqa: BLE001 - it is code of the application, and a decision never raises
        return False


def _ported(texts: list[str]) -> list[tuple[str, str]]:
    """Return those of *texts* that name a port, each behind what it is without."""
    named = [text for text in texts if text.endswith(_DIGITS)]
    split = ((*text.rpartition(":")[::2], text) for text in named)
    return [(base, text) for base, port, text in split if port.isdecimal()]
