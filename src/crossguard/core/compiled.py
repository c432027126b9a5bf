"""What a policy is at one moment: immutable, with header values ready-made, and total in what it answers.

:class:`~crossguard.core.policy.Policy` holds one of these and swaps it whole.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from crossguard.core import edits as field
from crossguard.core.answers import actual_fields, preflight_fields
from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import REFUSED_EDITS, VARY_ORIGIN, HeaderEdits
from crossguard.core.gate import WriteGate
from crossguard.core.names import parse_requested_headers
from crossguard.core.origin_set import Match, OriginSet
from crossguard.core.origins import MAX_ORIGIN_LENGTH, parse_serialized

# An OPTIONS with these is answered here and one without goes to the application, so that a cache which
# keeps OPTIONS in spite of RFC 9110 section 9.3.7 has to tell them apart.
_VARY_PREFLIGHT: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_VARY_PRIVATE_NETWORK: Final = ", Access-Control-Request-Private-Network"
#: Answers are remembered for the first so many allowed origins; the others are put together each time.
#: Refused origins are not among them: strangers must not be able to fill anything.
MEMO_SIZE: Final = 4096
#: What was looked up last is kept of so many origins, whoever they are.
_RECENT: Final = 64

_REASONS: Final = {match: Reason(match.value) for match in Match}

# Whoever was named in full. A callable is asked about one origin, which names it.
_WRITERS: Final = frozenset({Match.EXACT, Match.PORT, Match.CALLABLE})
# Entries of which nobody knows what they let in before they meet it.
_UNBOUNDED: Final = frozenset({Match.EXPRESSION, Match.CALLABLE})
# Answers that may be another one next time, or that strangers could fill the memory with.
_NOT_REMEMBERED: Final = frozenset({Match.ANY, Match.CALLABLE})


class _Found(NamedTuple):
    """What follows from the entry by which an origin belongs to a policy.

    Ready-made, because members of an enumeration are slow keys.
    """

    match: Match
    credentialed: bool
    writes: bool
    unbounded: bool
    remembered: bool


def _found(*, credentialed: bool) -> dict[Match, _Found]:
    return {
        match: _Found(
            match,
            credentialed,
            writes=credentialed and match in _WRITERS,
            unbounded=match in _UNBOUNDED,
            remembered=match not in _NOT_REMEMBERED,
        )
        for match in Match
    }


_READERS: Final = _found(credentialed=False)
_TRUSTED: Final = _found(credentialed=True)


class CompiledPolicy:
    """One configuration, compiled.

    Attributes:
        config: the validated options.
        lists: its lists of origins, each with whether their entries may use credentials.
        gate: who may write; None where writes are not gated.
        callables: what is asked about origins that no other entry covers.
        preflight_refused: what every refused preflight gets, the same object each time.
        tabular: whether the answer to a preflight depends on its ``Origin`` and nothing else of it.
    """

    __slots__ = (
        "_actual_fields",
        "_closed",
        "_echoes",
        "_exact",
        "_found",
        "_listed",
        "_memo",
        "_no_origin_edits",
        "_origins",
        "_preflight_fields",
        "_preflight_memo",
        "_readers",
        "_recent",
        "_static",
        "callables",
        "config",
        "gate",
        "lists",
        "preflight_refused",
        "tabular",
    )

    def __init__(self, config: CorsConfig) -> None:
        self.config = config
        self._origins = OriginSet(config.origins)
        self._listed = self._origins.exact
        self._readers = OriginSet(config.readers)
        self.lists = ((self._origins, config.supports_credentials), (self._readers, False))
        self.callables: tuple[Callable[[str], object], ...] = (
            *self._origins.callables,
            *self._readers.callables,
        )
        # Whether an origin that is not listed as it is gets nothing, whatever it is.
        self._closed = self._origins.plain and not self._readers
        self._found = _TRUSTED if config.supports_credentials else _READERS
        self._exact = self._found[Match.EXACT]
        # By whether the origin may use credentials.
        both = (False, True)
        self._actual_fields = [actual_fields(config, credentials=trusted) for trusted in both]
        vary = _VARY_PREFLIGHT + (_VARY_PRIVATE_NETWORK if config.allow_private_network else "")
        self.preflight_refused = HeaderEdits((("Vary", vary),), refused=True)
        self._preflight_fields = [
            (*preflight_fields(config, credentials=trusted), *self.preflight_refused.fields)
            for trusted in both
        ]
        # Everybody gets the same answer, so it does not depend on Origin (Fetch, "CORS protocol and
        # HTTP caches"): the header is always there, and Vary is not.
        self._static = self._origins.any
        self._no_origin_edits = (
            HeaderEdits(((field.ALLOW_ORIGIN, "*"), *self._actual_fields[False]))
            if self._static
            else REFUSED_EDITS
        )
        self._memo: dict[str, HeaderEdits] = {}
        self._recent: dict[str, tuple[_Found | None]] = {}
        self._preflight_memo: dict[str, HeaderEdits] = {}
        # With credentials browsers take * for a name, so that the names asked for are answered.
        self._echoes = config.supports_credentials and config.allow_headers == ("*",)
        self.tabular = not self._echoes and not config.allow_private_network
        self.gate = (
            WriteGate(
                config,
                self.may_write,
                remembers=not self.callables,
                listed=self._listed if config.supports_credentials and self._closed else None,
            )
            if config.write_gate
            else None
        )

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may connect; see :meth:`crossguard.Policy.allows`."""
        if not origin:
            return False
        if self.gate is None:
            return self._lookup(origin) is not None
        return self.may_write(origin) or self.gate.is_public_origin(origin)

    def may_write(self, origin: str) -> bool:
        """Tell whether pages of *origin* may write; see :meth:`crossguard.Policy.may_write`."""
        found = self._lookup(origin)
        if found is None or not found.credentialed:
            return False
        return found.writes or self.config.wildcard_writes

    def trusts(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may use credentials."""
        found = self._lookup(origin) if origin else None
        return found is not None and found.credentialed

    def actual_edits(self, origin: str | None) -> HeaderEdits:
        """Return what happens to the response of an ordinary request; *origin* is its ``Origin``."""
        if not origin:
            return self._no_origin_edits
        if len(origin) > MAX_ORIGIN_LENGTH:
            # Before anything looks at it: to hash a megabyte costs more than all the rest.
            return self._no_origin_edits if self._static else REFUSED_EDITS
        edits = self._memo.get(origin)
        if edits is None:
            # Most are listed as they are, and need no more than this.
            found = self._exact if origin in self._listed else None if self._closed else self._lookup(origin)
            if found is None:
                return REFUSED_EDITS
            if self._static:
                return self._no_origin_edits
            allowed = (field.ALLOW_ORIGIN, _answered(origin, found))
            edits = HeaderEdits((allowed, *self._actual_fields[found.credentialed]), VARY_ORIGIN)
            if len(self._memo) < MEMO_SIZE and found.remembered:
                self._memo[origin] = edits
        return edits

    def preflight_edits(
        self, origin: str, requested_headers: str | None = None, *, private_network: bool = False
    ) -> HeaderEdits:
        """Return all headers of the answer to a genuine preflight.

        The answer is a table: it depends on the policy and on *origin*. *requested_headers* is read
        only where ``allow_headers`` is ``*`` and credentials are on; *private_network* only where the
        policy answers such preflights.
        """
        edits = self._preflight_memo.get(origin) if len(origin) <= MAX_ORIGIN_LENGTH else None
        if edits is None:
            found = (
                self._exact
                if len(origin) <= MAX_ORIGIN_LENGTH and origin in self._listed
                else self._lookup(origin)
            )
            if found is None:
                return self.preflight_refused
            allowed = (field.ALLOW_ORIGIN, _answered(origin, found))
            edits = HeaderEdits((allowed, *self._preflight_fields[found.credentialed]))
            if len(self._preflight_memo) < MEMO_SIZE and found.remembered:
                self._preflight_memo[origin] = edits
        if requested_headers and self._echoes and self.trusts(origin):
            names = parse_requested_headers(requested_headers)
            if names is None:
                return self.preflight_refused
            if names:
                edits = HeaderEdits((*edits.fields, (field.ALLOW_HEADERS, ", ".join(names))))
        if private_network and self.config.allow_private_network:
            edits = HeaderEdits((*edits.fields, (field.ALLOW_PRIVATE_NETWORK, "true")))
        return edits

    def actual(self, origin: str | None, edits: HeaderEdits | None = None) -> Decision:
        """Decide about an ordinary request; *edits* are those of :meth:`actual_edits`, if they are known."""
        if edits is None:
            edits = self.actual_edits(origin)
        if not origin:
            return Decision(Outcome.NOT_CROSS_ORIGIN, Reason.NO_ORIGIN, edits)
        if edits.refused:
            return Decision(Outcome.ACTUAL_REFUSED, self._refusal(origin), edits)
        found = self._lookup(origin)
        if found is None:
            return Decision(Outcome.ACTUAL_REFUSED, self._refusal(origin), edits)
        return Decision(Outcome.ACTUAL_ALLOWED, _REASONS[found.match], edits)

    def preflight(
        self, origin: str, requested_headers: str | None = None, *, private_network: bool = False
    ) -> Decision:
        """Decide about a genuine preflight; see :meth:`preflight_edits`."""
        edits = self.preflight_edits(origin, requested_headers, private_network=private_network)
        found = self._lookup(origin)
        if found is None:
            return Decision(Outcome.PREFLIGHT_REFUSED, self._refusal(origin), edits)
        if edits is self.preflight_refused:
            return Decision(Outcome.PREFLIGHT_REFUSED, Reason.TOO_MANY_HEADERS, edits)
        return Decision(Outcome.PREFLIGHT_ALLOWED, _REASONS[found.match], edits)

    def _lookup(self, origin: str) -> _Found | None:
        """Return by which entry *origin* may read, and whether with credentials; None if it may not."""
        if len(origin) > MAX_ORIGIN_LENGTH:
            return _READERS[Match.ANY] if self._static else None
        if self._closed:
            return self._exact if origin in self._listed else None
        known = self._recent.get(origin)
        if known is None:
            known = (self._find(origin),)
            if not self.callables:
                # One request asks several times, by its gate and for its headers.
                if len(self._recent) >= _RECENT:
                    self._recent.clear()
                self._recent[origin] = known
        return known[0]

    def _find(self, origin: str) -> _Found | None:
        match = self._origins.match(origin)
        if match is Match.EXACT:
            return self._exact
        if match is not None:
            found = self._found[match]
            return None if found.unbounded and self._is_too_insecure(origin) else found
        if self._readers and (match := self._readers.match(origin)) is not None:
            return _READERS[match]
        return None

    def _is_too_insecure(self, origin: str) -> bool:
        # Exact http origins were refused when the policy was built; of an expression and a callable that
        # cannot be told before they meet one.
        if not self.config.supports_credentials or self.config.dangerously_allow_insecure_origins:
            return False
        parsed = parse_serialized(origin)
        if parsed is None or parsed.scheme != "http":
            return parsed is None
        return not parsed.is_loopback and not (self.config.surroundings.debug and parsed.is_private)

    def _refusal(self, origin: str) -> Reason:
        if origin == "null":
            return Reason.NULL_ORIGIN
        if len(origin) > MAX_ORIGIN_LENGTH or parse_serialized(origin) is None:
            return Reason.MALFORMED_ORIGIN
        if not self._origins and not self._readers:
            return Reason.NOBODY_LISTED
        if self._origins.match(origin) in _UNBOUNDED:
            return Reason.INSECURE_ORIGIN
        return Reason.ORIGIN_NOT_LISTED


def _answered(origin: str, found: _Found) -> str:
    # Whoever is let in as "everybody" is not named: nothing has validated what a stranger sent.
    return "*" if found.match is Match.ANY else origin
