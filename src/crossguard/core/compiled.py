"""What a policy is at one moment: immutable, with header values ready-made, and total in what it answers.

:class:`~crossguard.core.policy.Policy` holds one of these and swaps it whole.
"""

from typing import Final

from crossguard.core import edits as field
from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import REFUSED_EDITS, VARY_ORIGIN, HeaderEdits
from crossguard.core.gate import WriteGate
from crossguard.core.grants import Grant, Grants
from crossguard.core.names import parse_requested_headers
from crossguard.core.origin_set import Match
from crossguard.core.origins import MAX_ORIGIN_LENGTH

# An OPTIONS with these is answered here and one without goes to the application, so a cache which
# keeps OPTIONS in spite of RFC 9110 section 9.3.7 has to tell them apart.
_VARY_PREFLIGHT: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_VARY_PRIVATE_NETWORK: Final = ", Access-Control-Request-Private-Network"
#: Answers are remembered for the first so many allowed origins; the others are put together each time.
#: Refused origins are not among them: strangers must not be able to fill anything.
MEMO_SIZE: Final = 4096

_Fields = tuple[tuple[str, str], ...]

_REASONS: Final = {match: Reason(match.value) for match in Match}


class CompiledPolicy:
    """One configuration, compiled.

    Args:
        config: the validated options.
        empty: the reason of a refusal where the configuration lists no origin.

    Attributes:
        config: the validated options.
        lists: its lists of origins, each with whether their entries may use credentials.
        gate: who may write; None where writes are not gated.
        callables: what is asked about origins that no other entry covers.
        preflight_refused: what every refused preflight gets.
        static: whether every origin gets the same answer to an ordinary request.
        tabular: whether the answer to a preflight depends on its ``Origin`` and nothing else of it.
    """

    __slots__ = (
        "_actual_fields",
        "_closed",
        "_echoes",
        "_exact",
        "_find",
        "_grants",
        "_listed",
        "_memo",
        "_no_origin_edits",
        "_preflight_fields",
        "_preflight_memo",
        "callables",
        "config",
        "gate",
        "lists",
        "preflight_refused",
        "static",
        "tabular",
    )

    def __init__(self, config: CorsConfig, empty: Reason = Reason.NOBODY_LISTED) -> None:
        self.config = config
        grants = self._grants = Grants(config, empty)
        self._find = grants.find
        # Beside the grants, because every response asks for them.
        self._listed, self._closed, self._exact = grants.listed, grants.closed, grants.exact
        self.lists = ((grants.origins, config.supports_credentials), (grants.readers, False))
        self.callables = grants.callables
        # By whether the origin may use credentials.
        both = (False, True)
        self._actual_fields = [_actual_fields(config, credentials=trusted) for trusted in both]
        vary = _VARY_PREFLIGHT + (_VARY_PRIVATE_NETWORK if config.allow_private_network else "")
        self.preflight_refused = HeaderEdits((("Vary", vary),), refused=True)
        self._preflight_fields = [
            (*_preflight_fields(config, credentials=trusted), *self.preflight_refused.fields)
            for trusted in both
        ]
        # Every origin gets the same answer, so the answer does not depend on Origin (Fetch, "CORS protocol
        # and HTTP caches"): the header is always there, and Vary is not.
        self.static = grants.origins.any
        self._no_origin_edits = (
            HeaderEdits(((field.ALLOW_ORIGIN, "*"), *self._actual_fields[False]))
            if self.static
            else REFUSED_EDITS
        )
        self._memo: dict[str, HeaderEdits] = {}
        self._preflight_memo: dict[str, HeaderEdits] = {}
        # With credentials browsers take * for a name: the names asked for are answered.
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
            return self._find(origin) is not None
        return self.may_write(origin) or self.gate.is_public_origin(origin)

    def may_write(self, origin: str) -> bool:
        """Tell whether pages of *origin* may write; see :meth:`crossguard.Policy.may_write`."""
        found = self._find(origin)
        if found is None or not found.credentialed:
            return False
        return found.writes or self.config.wildcard_writes

    def trusts(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may use credentials."""
        found = self._find(origin) if origin else None
        return found is not None and found.credentialed

    def remembers(self, origin: str) -> bool:
        """Tell whether the last answer to *origin* was kept; it holds while this object is in force."""
        return origin in self._memo or origin in self._preflight_memo

    def actual_edits(self, origin: str | None) -> HeaderEdits:
        """Return what happens to the response of an ordinary request; *origin* is its ``Origin``."""
        if not origin:
            return self._no_origin_edits
        if len(origin) > MAX_ORIGIN_LENGTH:
            # Before anything looks at it: to hash a megabyte costs more than all the rest.
            return self._no_origin_edits if self.static else REFUSED_EDITS
        edits = self._memo.get(origin)
        if edits is None:
            # Most are listed as they are, and need no more than this.
            found = self._exact if origin in self._listed else None if self._closed else self._find(origin)
            if found is None:
                return REFUSED_EDITS
            if self.static:
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
                else self._find(origin)
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
            return Decision(Outcome.ACTUAL_REFUSED, self._grants.why_none(origin), edits)
        found = self._find(origin)
        if found is None:
            return Decision(Outcome.ACTUAL_REFUSED, self._grants.why_none(origin), edits)
        return Decision(Outcome.ACTUAL_ALLOWED, _REASONS[found.match], edits)

    def preflight(
        self, origin: str, requested_headers: str | None = None, *, private_network: bool = False
    ) -> Decision:
        """Decide about a genuine preflight; see :meth:`preflight_edits`."""
        edits = self.preflight_edits(origin, requested_headers, private_network=private_network)
        found = self._find(origin)
        if found is None:
            return Decision(Outcome.PREFLIGHT_REFUSED, self._grants.why_none(origin), edits)
        if edits.refused:
            return Decision(Outcome.PREFLIGHT_REFUSED, Reason.TOO_MANY_HEADERS, edits)
        return Decision(Outcome.PREFLIGHT_ALLOWED, _REASONS[found.match], edits)


def _answered(origin: str, found: Grant) -> str:
    # Where "*" lets the origin in, it is not named: nothing has validated what was sent.
    return "*" if found.match is Match.ANY else origin


def _actual_fields(config: CorsConfig, *, credentials: bool) -> _Fields:
    """Return the header fields of every response to an allowed ordinary request, but for the origin."""
    fields: _Fields = ()
    if credentials:
        fields += ((field.ALLOW_CREDENTIALS, "true"),)
    if config.expose_headers:
        fields += ((field.EXPOSE_HEADERS, ", ".join(config.expose_headers)),)
    return fields


def _preflight_fields(config: CorsConfig, *, credentials: bool) -> _Fields:
    """Return the header fields of the answer to an allowed preflight, but for the origin and ``Vary``."""
    fields: _Fields = ()
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
