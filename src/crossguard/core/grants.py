"""How an origin belongs to a policy: by which entry, and what that entry grants it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.decision import Reason
from crossguard.core.origin_set import Match
from crossguard.core.origins import MAX_ORIGIN_LENGTH, parse_serialized

#: The grants of so many origins are kept, allowed or not: those that were looked up last.
_RECENT: Final = 64

# Matches that identify one origin exactly. A callable is asked about one origin at a time.
_WRITERS: Final = frozenset({Match.EXACT, Match.PORT, Match.CALLABLE})
# Entries whose matches cannot be listed in advance.
_UNBOUNDED: Final = frozenset({Match.EXPRESSION, Match.CALLABLE})
# Answers that may change, or that an attacker could use to fill the memory.
_NOT_REMEMBERED: Final = frozenset({Match.ANY, Match.CALLABLE})


class Grant(NamedTuple):
    """What follows from the entry by which an origin belongs to a policy.

    Ready-made, because members of an enumeration are slow keys.

    Attributes:
        match: the kind of entry.
        credentialed: whether the origin may use credentials.
        writes: whether it may write without ``wildcard_writes``.
        unbounded: whether the matches of such an entry cannot be listed in advance.
        remembered: whether an answer to the origin may be kept.
    """

    match: Match
    credentialed: bool
    writes: bool
    unbounded: bool
    remembered: bool


def _grants_by_match(*, credentialed: bool) -> dict[Match, Grant]:
    return {
        match: Grant(
            match,
            credentialed,
            writes=credentialed and match in _WRITERS,
            unbounded=match in _UNBOUNDED,
            remembered=match not in _NOT_REMEMBERED,
        )
        for match in Match
    }


_READERS: Final = _grants_by_match(credentialed=False)
_TRUSTED: Final = _grants_by_match(credentialed=True)


class Grants:
    """The lists of origins of one configuration, asked together.

    Args:
        config: the validated options.
        empty: the reason of a refusal where both lists are empty.

    Attributes:
        origins: the list ``origins``.
        readers: the list ``readers``; none of it may use credentials.
        listed: the origins that are listed exactly.
        exact: what each of these is granted.
        closed: whether every other origin is granted nothing.
        callables: what is asked about origins that no other entry covers.
    """

    __slots__ = (
        "_by_match",
        "_config",
        "_empty",
        "_recent",
        "callables",
        "closed",
        "exact",
        "listed",
        "origins",
        "readers",
    )

    def __init__(self, config: CorsConfig, empty: Reason = Reason.NOBODY_LISTED) -> None:
        self._config = config
        self._empty = empty
        self.origins = config.origin_set
        self.readers = config.reader_set
        self.listed = self.origins.exact
        self.callables: tuple[Callable[[str], object], ...] = (
            *self.origins.callables,
            *self.readers.callables,
        )
        self.closed = self.origins.plain and not self.readers
        self._by_match = _TRUSTED if config.supports_credentials else _READERS
        self.exact = self._by_match[Match.EXACT]
        self._recent: dict[str, tuple[Grant | None]] = {}

    def find(self, origin: str) -> Grant | None:
        """Return by which entry *origin* may read, and whether with credentials; None if it may not."""
        if len(origin) > MAX_ORIGIN_LENGTH:
            return _READERS[Match.ANY] if self.origins.any else None
        if self.closed:
            return self.exact if origin in self.listed else None
        known = self._recent.get(origin)
        if known is None:
            known = (self._look_up(origin),)
            if not self.callables:
                # One request asks several times, by its gate and for its headers.
                if len(self._recent) >= _RECENT:
                    self._recent.clear()
                self._recent[origin] = known
        return known[0]

    def why_none(self, origin: str) -> Reason:
        """Return why *origin* is granted nothing."""
        if origin == "null":
            return Reason.NULL_ORIGIN
        if len(origin) > MAX_ORIGIN_LENGTH or parse_serialized(origin) is None:
            return Reason.MALFORMED_ORIGIN
        if not self.origins and not self.readers:
            return self._empty
        if self.origins.match(origin) in _UNBOUNDED:
            return Reason.INSECURE_ORIGIN
        return Reason.ORIGIN_NOT_LISTED

    def _look_up(self, origin: str) -> Grant | None:
        match = self.origins.match(origin)
        if match is Match.EXACT:
            return self.exact
        if match is not None:
            grant = self._by_match[match]
            return None if grant.unbounded and self._is_too_insecure(origin) else grant
        if self.readers and (match := self.readers.match(origin)) is not None:
            return _READERS[match]
        return None

    def _is_too_insecure(self, origin: str) -> bool:
        # Exact http origins were refused when the policy was built. What an expression or a callable lets in
        # is known only when an origin is asked about.
        if not self._config.supports_credentials or self._config.dangerously_allow_insecure_origins:
            return False
        parsed = parse_serialized(origin)
        if parsed is None or parsed.scheme != "http":
            return parsed is None
        return not parsed.is_loopback and not (self._config.surroundings.debug and parsed.is_private)
