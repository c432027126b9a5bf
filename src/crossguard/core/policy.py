"""The compiled policy: immutable, with header values ready-made, and total in what it answers.

``actual_edits`` and ``preflight_edits`` are what adapters call for every request. ``actual`` and
``preflight`` give the same edits with the reason; ``decide`` in :mod:`crossguard.core.cors` reads a
preflight's answer as the browser will.
"""

from typing import Final, NamedTuple

from crossguard.core import edits as field
from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits
from crossguard.core.gate import WriteGate
from crossguard.core.headernames import parse_requested_headers
from crossguard.core.origins import MAX_ORIGIN_LENGTH, parse_serialized
from crossguard.core.originset import Match, OriginSet
from crossguard.core.patterns import OriginRule, parse_rule

_VARY_ORIGIN: Final = ("Origin",)
# An OPTIONS with these is answered here and one without goes to the application, so that a cache which
# keeps OPTIONS in spite of RFC 9110 section 9.3.7 has to tell them apart.
_VARY_PREFLIGHT: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_VARY_PRIVATE_NETWORK: Final = ", Access-Control-Request-Private-Network"
# Answers are remembered for the first so many allowed origins; the others are put together each time.
# Refused origins are never remembered: strangers must not be able to fill anything.
_MEMO_SIZE: Final = 256

_REASONS: Final = {match: Reason(match.value) for match in Match}

_WRITERS: Final = frozenset({Match.EXACT, Match.PORT})


class _Found(NamedTuple):
    match: Match
    credentialed: bool


class Policy:
    """One compiled policy. Compare and rebuild it by its :attr:`config`.

    Attributes:
        config: the validated options.
        declared: where they stand, as ``file.py:12``; empty if unknown.
        name: how people call it: ``app``, ``blueprint admin``, ``view api.items``, ``path /api/*``.
        gate: who may write; None where writes are not gated.
    """

    __slots__ = (
        "_echoes",
        "_memo",
        "_no_origin_edits",
        "_origins",
        "_preflight_memo",
        "_preflight_refused",
        "_readers",
        "_static",
        "config",
        "declared",
        "gate",
        "name",
        "refused_edits",
    )

    def __init__(self, config: CorsConfig, *, declared: str = "", name: str = "") -> None:
        self.config = config
        self.declared = declared
        self.name = name
        self._origins = OriginSet(_rule(entry) for entry in config.origins)
        self._readers = OriginSet(_rule(entry) for entry in config.readers)
        # Everybody gets the same answer, so it does not depend on Origin (Fetch, "CORS protocol and
        # HTTP caches"): the header is always there, and Vary is not.
        self._static = self._origins.any
        #: What every refused request gets, the same object each time.
        self.refused_edits = HeaderEdits(vary=_VARY_ORIGIN)
        self._no_origin_edits = (
            HeaderEdits(((field.ALLOW_ORIGIN, "*"), *_actual_fields(config, credentials=False)))
            if self._static
            else self.refused_edits
        )
        self._memo: dict[str, HeaderEdits] = {}
        vary = _VARY_PREFLIGHT + (_VARY_PRIVATE_NETWORK if config.allow_private_network else "")
        self._preflight_refused = HeaderEdits((("Vary", vary),))
        self._preflight_memo: dict[str, HeaderEdits] = {}
        # With credentials browsers take * for a name, so that the names asked for are answered.
        self._echoes = config.supports_credentials and config.allow_headers == ("*",)
        self.gate = WriteGate(config, self.may_write) if config.write_gate else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.config == other.config

    def __hash__(self) -> int:
        return hash(self.config)

    def __repr__(self) -> str:
        return f"<Policy {self.name or 'unnamed'} {self.declared}>"

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may connect: for whatever has to ask by itself, by Origin only.

        A WebSocket server can be given this method as its check. With the write gate a connection is a
        write, so that listed front ends and the API's own pages may; without it, whoever may read.
        None and an empty text are nobody.
        """
        if not origin:
            return False
        if self.gate is None:
            return self._lookup(origin) is not None
        return self.may_write(origin) or self.gate.is_public_origin(origin)

    def may_write(self, origin: str) -> bool:
        """Tell whether pages of *origin* may change something with the user's credentials.

        Whoever is listed with credentials may; a subdomain pattern or an expression is a reader's
        entry unless ``wildcard_writes`` is on.
        """
        found = self._lookup(origin)
        if found is None or not found.credentialed:
            return False
        return found.match in _WRITERS or self.config.wildcard_writes

    def trusts(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may use credentials."""
        found = self._lookup(origin) if origin else None
        return found is not None and found.credentialed

    def actual_edits(self, origin: str | None) -> HeaderEdits:
        """Return what happens to the response of an ordinary request; *origin* is its ``Origin``."""
        if not origin:
            return self._no_origin_edits
        edits = self._memo.get(origin)
        if edits is None:
            found = self._lookup(origin)
            if found is None:
                return self.refused_edits
            if self._static:
                return self._no_origin_edits
            fields = _actual_fields(self.config, credentials=found.credentialed)
            edits = HeaderEdits(((field.ALLOW_ORIGIN, _answered(origin, found)), *fields), _VARY_ORIGIN)
            if len(self._memo) < _MEMO_SIZE and found.match is not Match.ANY:
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
        edits = self._preflight_memo.get(origin)
        if edits is None:
            found = self._lookup(origin)
            if found is None:
                return self._preflight_refused
            fields = _preflight_fields(self.config, credentials=found.credentialed)
            allowed = (field.ALLOW_ORIGIN, _answered(origin, found))
            edits = HeaderEdits((allowed, *fields, *self._preflight_refused.fields))
            if len(self._preflight_memo) < _MEMO_SIZE and found.match is not Match.ANY:
                self._preflight_memo[origin] = edits
        if requested_headers and self._echoes and self.trusts(origin):
            names = parse_requested_headers(requested_headers)
            if names is None:
                return self._preflight_refused
            if names:
                edits = HeaderEdits((*edits.fields, (field.ALLOW_HEADERS, ", ".join(names))))
        if private_network and self.config.allow_private_network:
            edits = HeaderEdits((*edits.fields, (field.ALLOW_PRIVATE_NETWORK, "true")))
        return edits

    def actual(self, origin: str | None) -> Decision:
        """Decide about an ordinary request; see :meth:`actual_edits`."""
        edits = self.actual_edits(origin)
        if not origin:
            return Decision(Outcome.NOT_CROSS_ORIGIN, Reason.NO_ORIGIN, edits)
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
        if edits is self._preflight_refused:
            return Decision(Outcome.PREFLIGHT_REFUSED, Reason.TOO_MANY_HEADERS, edits)
        return Decision(Outcome.PREFLIGHT_ALLOWED, _REASONS[found.match], edits)

    def _lookup(self, origin: str) -> _Found | None:
        """Return by which entry *origin* may read, and whether with credentials; None if it may not."""
        if len(origin) > MAX_ORIGIN_LENGTH:
            return _Found(Match.ANY, credentialed=False) if self._static else None
        match = self._origins.match(origin)
        if match is Match.EXPRESSION and self._is_too_insecure(origin):
            return None
        if match is not None:
            return _Found(match, self.config.supports_credentials)
        if self._readers and (match := self._readers.match(origin)) is not None:
            return _Found(match, credentialed=False)
        return None

    def _is_too_insecure(self, origin: str) -> bool:
        # Exact http origins were refused when the policy was built; of an expression that cannot be
        # told before it meets one.
        if not self.config.supports_credentials or self.config.dangerously_allow_insecure_origins:
            return False
        parsed = parse_serialized(origin)
        return parsed is None or (parsed.scheme == "http" and not parsed.is_loopback)

    def _refusal(self, origin: str) -> Reason:
        if origin == "null":
            return Reason.NULL_ORIGIN
        if len(origin) > MAX_ORIGIN_LENGTH or parse_serialized(origin) is None:
            return Reason.MALFORMED_ORIGIN
        if not self._origins and not self._readers:
            return Reason.NOBODY_LISTED
        if self._origins.match(origin) is Match.EXPRESSION:
            return Reason.INSECURE_ORIGIN
        return Reason.ORIGIN_NOT_LISTED


def compile_policy(config: CorsConfig, *, declared: str = "", name: str = "") -> Policy:
    """Compile *config*; total, because a config that does not build cannot exist."""
    return Policy(config, declared=declared, name=name)


def _answered(origin: str, found: _Found) -> str:
    # Whoever is let in as "everybody" is not named: nothing has validated what a stranger sent.
    return "*" if found.match is Match.ANY else origin


def _rule(entry: object) -> OriginRule | str:
    # A normalised https origin needs no parsing again; there may be a million of them.
    if isinstance(entry, str) and "*" not in entry:
        return entry
    return parse_rule(entry)  # type: ignore[arg-type]


def _actual_fields(config: CorsConfig, *, credentials: bool) -> tuple[tuple[str, str], ...]:
    fields: tuple[tuple[str, str], ...] = ()
    if credentials:
        fields += ((field.ALLOW_CREDENTIALS, "true"),)
    if config.expose_headers:
        fields += ((field.EXPOSE_HEADERS, ", ".join(config.expose_headers)),)
    return fields


def _preflight_fields(config: CorsConfig, *, credentials: bool) -> tuple[tuple[str, str], ...]:
    fields: tuple[tuple[str, str], ...] = ()
    if credentials:
        fields += ((field.ALLOW_CREDENTIALS, "true"),)
    if config.methods:
        fields += ((field.ALLOW_METHODS, ", ".join(config.methods)),)
    if config.allow_headers == ("*",):
        # Fetch: * does not cover Authorization, which has to be named. With credentials it covers
        # nothing, and the names that were asked for are answered instead.
        if not credentials:
            fields += ((field.ALLOW_HEADERS, "*, Authorization"),)
    elif config.allow_headers:
        fields += ((field.ALLOW_HEADERS, ", ".join(config.allow_headers)),)
    return (*fields, (field.MAX_AGE, str(config.max_age)))
