"""The compiled policy: immutable, with header values ready-made, and total in what it answers.

``Policy.actual`` and ``Policy.preflight`` are what adapters call for every request; ``decide`` in
:mod:`crossguard.core.cors` gives the same edits with the reason worked out in full.
"""

from typing import Final

from crossguard.core import edits as field
from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits
from crossguard.core.headernames import MAX_HEADER_NAMES, parse_requested_headers
from crossguard.core.origins import MAX_ORIGIN_LENGTH, parse_serialized
from crossguard.core.originset import Match, OriginSet
from crossguard.core.patterns import OriginRule, parse_rule

_VARY_ORIGIN: Final = ("Origin",)
# An OPTIONS with these is answered here and one without goes to the application, so that a cache which
# keeps OPTIONS in spite of RFC 9110 section 9.3.7 has to tell them apart.
_VARY_PREFLIGHT: Final = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")

_REASONS: Final = {match: Reason(match.value) for match in Match}


class Policy:
    """One compiled policy. Compare and rebuild it by its :attr:`config`.

    Attributes:
        config: the validated options.
        declared: where they stand, as ``file.py:12``; empty if unknown.
        name: how people call it: ``app``, ``blueprint admin``, ``view api.items``, ``path /api/*``.
    """

    __slots__ = (
        "_credentialed",
        "_no_origin",
        "_origins",
        "_preflight_tail",
        "_preflight_tail_reader",
        "_preflight_vary",
        "_readers",
        "_refused_edits",
        "_static",
        "_tail",
        "_tail_reader",
        "config",
        "declared",
        "name",
    )

    def __init__(self, config: CorsConfig, *, declared: str = "", name: str = "") -> None:
        self.config = config
        self.declared = declared
        self.name = name
        self._credentialed = config.supports_credentials
        self._origins = OriginSet(_rule(entry) for entry in config.origins)
        self._readers = OriginSet(_rule(entry) for entry in config.readers)
        # Everybody gets the same answer, so it does not depend on Origin (Fetch, "CORS protocol and
        # HTTP caches"): the header is always there, and Vary is not.
        self._static = self._origins.any
        self._tail = _actual_tail(config, credentials=config.supports_credentials)
        self._tail_reader = _actual_tail(config, credentials=False)
        self._preflight_tail = _preflight_tail(config, credentials=config.supports_credentials)
        self._preflight_tail_reader = _preflight_tail(config, credentials=False)
        self._preflight_vary = _VARY_PREFLIGHT + (
            ("Access-Control-Request-Private-Network",) if config.allow_private_network else ()
        )
        self._refused_edits = HeaderEdits(vary=_VARY_ORIGIN)
        self._no_origin = Decision(
            Outcome.NOT_CROSS_ORIGIN,
            Reason.NO_ORIGIN,
            HeaderEdits(((field.ALLOW_ORIGIN, "*"), *self._tail)) if self._static else self._refused_edits,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.config == other.config

    def __hash__(self) -> int:
        return hash(self.config)

    def __repr__(self) -> str:
        return f"<Policy {self.name or 'unnamed'} {self.declared}>"

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may read with what the policy gives its listed origins.

        For everything that has to ask by itself, such as a WebSocket server: no header is needed but
        ``Origin``. None and an empty text are nobody.
        """
        return bool(origin) and self._find(origin or "")[0]

    def actual(self, origin: str | None) -> Decision:
        """Decide about an ordinary request; *origin* is its ``Origin`` header."""
        if not origin:
            return self._no_origin
        allowed, reason, credentialed = self._find(origin)
        if not allowed:
            return Decision(Outcome.ACTUAL_REFUSED, reason, self._refused_edits)
        if self._static:
            return Decision(Outcome.ACTUAL_ALLOWED, reason, self._no_origin.edits)
        tail = self._tail if credentialed else self._tail_reader
        return Decision(
            Outcome.ACTUAL_ALLOWED, reason, HeaderEdits(((field.ALLOW_ORIGIN, origin), *tail), _VARY_ORIGIN)
        )

    def preflight(
        self, origin: str, requested_headers: str | None = None, *, private_network: bool = False
    ) -> Decision:
        """Answer a genuine preflight.

        The answer is a table: it depends on the policy and on *origin*. *requested_headers* is read
        only where ``allow_headers`` is ``*`` and credentials are on, because browsers then take ``*``
        for a name; *private_network* only where the policy answers such preflights.
        """
        allowed, reason, credentialed = self._find(origin)
        refused = HeaderEdits(vary=self._preflight_vary)
        if not allowed:
            return Decision(Outcome.PREFLIGHT_REFUSED, reason, refused)
        fields = (
            (field.ALLOW_ORIGIN, "*" if self._static else origin),
            *(self._preflight_tail if credentialed else self._preflight_tail_reader),
        )
        if requested_headers and credentialed and self.config.allow_headers == ("*",):
            names = parse_requested_headers(requested_headers)
            if names is None:
                return Decision(
                    Outcome.PREFLIGHT_REFUSED,
                    Reason.TOO_MANY_HEADERS,
                    refused,
                    f"more than {MAX_HEADER_NAMES}",
                )
            if names:
                fields += ((field.ALLOW_HEADERS, ", ".join(names)),)
        if private_network and self.config.allow_private_network:
            fields += ((field.ALLOW_PRIVATE_NETWORK, "true"),)
        return Decision(Outcome.PREFLIGHT_ALLOWED, reason, HeaderEdits(fields, self._preflight_vary))

    def _find(self, origin: str) -> tuple[bool, Reason, bool]:
        """Return whether *origin* may read, why, and whether with credentials."""
        if len(origin) > MAX_ORIGIN_LENGTH:
            match = Match.ANY if self._static else None
        else:
            match = self._origins.match(origin)
            if match is Match.EXPRESSION and not self._may_be_insecure(origin):
                return False, Reason.INSECURE_ORIGIN, False
        if match is not None:
            return True, _REASONS[match], self._credentialed
        if self._readers and (match := self._readers.match(origin)) is not None:
            return True, _REASONS[match], False
        return False, self._refusal(origin), False

    def _may_be_insecure(self, origin: str) -> bool:
        # Exact http origins were refused when the policy was built; of an expression that cannot be
        # told before it meets one.
        if not self._credentialed or self.config.dangerously_allow_insecure_origins:
            return True
        parsed = parse_serialized(origin)
        return parsed is not None and (parsed.scheme != "http" or parsed.is_loopback)

    def _refusal(self, origin: str) -> Reason:
        if origin == "null":
            return Reason.NULL_ORIGIN
        if parse_serialized(origin) is None:
            return Reason.MALFORMED_ORIGIN
        if not self._origins and not self._readers:
            return Reason.NOBODY_LISTED
        return Reason.ORIGIN_NOT_LISTED


def compile_policy(config: CorsConfig, *, declared: str = "", name: str = "") -> Policy:
    """Compile *config*; total, because a config that does not build cannot exist."""
    return Policy(config, declared=declared, name=name)


def _rule(entry: object) -> OriginRule | str:
    # A normalised https origin needs no parsing again; there may be a million of them.
    if isinstance(entry, str) and "*" not in entry:
        return entry
    return parse_rule(entry)  # type: ignore[arg-type]


def _actual_tail(config: CorsConfig, *, credentials: bool) -> tuple[tuple[str, str], ...]:
    fields: tuple[tuple[str, str], ...] = ()
    if credentials:
        fields += ((field.ALLOW_CREDENTIALS, "true"),)
    if config.expose_headers:
        fields += ((field.EXPOSE_HEADERS, ", ".join(config.expose_headers)),)
    return fields


def _preflight_tail(config: CorsConfig, *, credentials: bool) -> tuple[tuple[str, str], ...]:
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
