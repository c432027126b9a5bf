"""The write gate: who may change something with the user's cookies.

CORS hides an answer, but by then the write has run. The gate looks at what browsers say of a request
and no script can forge: ``Sec-Fetch-Site``, then ``Origin``, then ``Referer``. Pages of origins
that are listed with credentials may write, the API's own pages may, and no others. Source: Fetch Standard,
"Origin header" and Fetch Metadata, "Sec-Fetch-Site"; the order follows Go's ``CrossOriginProtection`` where
not said otherwise.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.decision import Reason
from crossguard.core.names import SAFE_METHODS, has_element, is_token
from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.core.own_origins import OwnOrigins
from crossguard.core.request import NO_MARKS, RouteMarks, TokenState, WriteFacts

#: Schemes whose credentials a browser sends by itself once it has them (RFC 9110 section 11).
_AMBIENT_SCHEMES: Final = frozenset({"basic", "digest", "negotiate", "ntlm"})
_REFERER_ORIGIN: Final = re.compile(r"(https?://[^/?#@\\\s]+)(?:[/?#].*)?", re.DOTALL)
#: Origins that are remembered as trusted. Others are never: strangers must not fill anything.
_REMEMBERED: Final = 256
#: Longer ones are cut by every browser (Referrer Policy, section 8.4); this one is not read.
_MAX_REFERER: Final = 4096
#: RFC 9110 section 11.1 sets no limit, and the longest registered scheme has 13 letters.
_MAX_SCHEME: Final = 64
#: More cookies than any browser sends to one host; a request with more is taken for signed in.
_MAX_COOKIES: Final = 16_384

Trusts = Callable[[str], bool]


class Verdict(NamedTuple):
    """Whether a request may go on, and why."""

    allowed: bool
    reason: Reason


def _allow(reason: Reason) -> Verdict:
    return Verdict(allowed=True, reason=reason)


def _deny(reason: Reason) -> Verdict:
    return Verdict(allowed=False, reason=reason)


_EXEMPT: Final = _allow(Reason.EXEMPT)
_SAFE: Final = _allow(Reason.SAFE_METHOD)
_BEARER: Final = _allow(Reason.NO_AMBIENT_CREDENTIALS)
_PUBLIC: Final = _allow(Reason.PUBLIC_NO_CREDENTIALS)
_SAME_ORIGIN: Final = _allow(Reason.SAME_ORIGIN)
_USER: Final = _allow(Reason.USER_INITIATED)
_TRUSTED: Final = _allow(Reason.TRUSTED_ORIGIN)
_FALLBACK: Final = _allow(Reason.SAME_ORIGIN_FALLBACK)
_REFERER: Final = _allow(Reason.REFERER)
_TOKEN: Final = _allow(Reason.TOKEN)
_NULL: Final = _deny(Reason.NULL_ORIGIN)
_NOT_TRUSTED: Final = _deny(Reason.ORIGIN_NOT_TRUSTED)

# Compared, not looked up: a text of any length is told apart by its length.
_SAME_SITE: Final = _deny(Reason.SAME_SITE)
_CROSS_SITE: Final = _deny(Reason.CROSS_SITE)
_FETCH_SITE_DENIALS: Final = (("same-site", _SAME_SITE), ("cross-site", _CROSS_SITE))
_UNKNOWN_FETCH_SITE: Final = _deny(Reason.UNKNOWN_FETCH_SITE)
_TOKEN_VERDICTS: Final = {
    TokenState.MISSING: _deny(Reason.TOKEN_MISSING),
    TokenState.INVALID: _deny(Reason.TOKEN_INVALID),
    TokenState.VALID: _TOKEN,
}
# A token adds to the evidence of a browser. These verdicts need none: no cookie is in play, or
# the configuration exempts the route.
_NO_TOKEN_NEEDED: Final = frozenset({_EXEMPT, _SAFE, _BEARER, _PUBLIC})


class WriteGate:
    """The gate of one policy. Immutable; ``decide`` is total."""

    __slots__ = (
        "_auth_cookies",
        "_config",
        "_listed",
        "_named",
        "_own",
        "_passing",
        "_remembered",
        "_trusts",
        "demanding",
        "may_need_token",
    )

    def __init__(
        self,
        config: CorsConfig,
        trusts: Trusts,
        *,
        remembers: bool = True,
        listed: frozenset[str] | None = None,
    ) -> None:
        """Compile the gate of *config*.

        Args:
            config: the validated options.
            trusts: tells whether an origin may write.
            remembers: whether what it says today holds as long as this gate does.
            listed: every origin that the policy answers at all, where each is written in full and may write.
        """
        self._config = config
        self._trusts = trusts
        #: Whether there is a second layer at all.
        self.may_need_token = config.token == "always" or config.on_missing == "token"  # noqa: S105 - modes
        #: Whether a trusted origin alone does not do.
        self.demanding = self.may_need_token or config.json_only
        # Where refusals are only reported, each takes the way of all others.
        self._listed = None if config.report_only else listed
        self._passing: set[str] = set()
        self._remembered = _REMEMBERED if remembers else 0
        self._auth_cookies = frozenset(config.auth_cookies)
        self._own = OwnOrigins(config)
        self._named = self._own.named

    @property
    def report_only(self) -> bool:
        """Whether refusals are only logged."""
        return self._config.report_only

    @property
    def json_only(self) -> bool:
        """Whether writes carry JSON or nothing."""
        return self._config.json_only

    def passes(self, fetch_site: str | None, origin: str | None) -> bool:
        """Tell at a glance that a request passes; False leaves it to :meth:`decide`.

        A page of the API's own (W4), or of an origin that may write, which every rule from W4 on lets
        through: most writes are one or the other, and need no more facts than these two.
        """
        if self.demanding:
            return False
        same_origin = fetch_site == "same-origin"
        if same_origin and not self._own.guarded:
            return True
        if not origin or len(origin) > MAX_ORIGIN_LENGTH:
            return False
        if origin in self._passing or (same_origin and origin in self._named):
            return True
        if self._listed is not None or not self._trusts(origin):
            return self._listed is not None and origin in self._listed
        if len(self._passing) < self._remembered:
            self._passing.add(origin)
        return True

    def denies(self, fetch_site: str | None, origin: str | None) -> Verdict | None:
        """Return at a glance the denial of a write by another origin; None leaves it to :meth:`decide`.

        For a write with an unsafe method and without ``Authorization``, to a route that has no mark: what W6
        refuses wherever credentials are on; the rest of the request cannot change it. The policy lets such an
        origin read nothing either.
        """
        listed = self._listed
        if listed is None:
            return None
        if fetch_site == "cross-site":
            denial = _CROSS_SITE
        elif fetch_site == "same-site":
            denial = _SAME_SITE
        else:
            return None
        return None if origin and len(origin) <= MAX_ORIGIN_LENGTH and origin in listed else denial

    def decide(
        self,
        facts: WriteFacts,
        marks: RouteMarks = NO_MARKS,
        token: Callable[[], TokenState] | None = None,
    ) -> Verdict:
        """Decide about one request, in the order of the rules W0 to W11.

        Args:
            facts: the request.
            marks: what the configuration says of its route.
            token: checks the second layer, where there is one; called only if it decides. Without it a
                token that is needed is missing.
        """
        verdict = self._before_evidence(facts, marks) or self._from_evidence(facts)
        if not self.may_need_token or not verdict.allowed or verdict in _NO_TOKEN_NEEDED or facts.websocket:
            return verdict
        if facts.method in SAFE_METHODS:
            return verdict
        needed = self._config.token == "always" or (  # noqa: S105 - the name of a mode
            verdict.reason is Reason.NO_BROWSER_EVIDENCE and self._config.on_missing == "token"
        )
        if not needed:
            return verdict
        return _TOKEN_VERDICTS[TokenState.MISSING if token is None else token()]

    def _before_evidence(self, facts: WriteFacts, marks: RouteMarks) -> Verdict | None:
        """Apply W0 to W3: what needs no evidence. None if the request does."""
        if marks.exempt:
            return _EXEMPT
        if not facts.websocket:
            if facts.method in SAFE_METHODS and not marks.strict_get:
                return _SAFE
            if facts.authorization and self._brings_own_credentials(facts):
                return _BEARER
        return None if facts.authorization or self._may_be_signed_in(facts, marks) else _PUBLIC

    def _may_be_signed_in(self, facts: WriteFacts, marks: RouteMarks) -> bool:
        """Tell whether the cookies of a request can sign a user in; where credentials are used, always."""
        if marks.public:
            return self._has_auth_cookie(facts)
        # Without credentials in the policy every route is for requests without any. Which cookies are such
        # is for the application to know: here each of them is taken for one.
        return self._config.supports_credentials or bool(facts.cookie)

    def _from_evidence(self, facts: WriteFacts) -> Verdict:
        """Apply W4 to W10: the strongest evidence that is there decides, and no weaker one is read."""
        if facts.fetch_site:
            return self._from_fetch_site(facts.fetch_site, facts)
        if facts.origin:
            return self._from_origin(facts.origin, facts)
        if facts.websocket:
            allowed = self._config.ws_on_missing == "allow" or not self._has_auth_cookie(facts)
        elif facts.referer:
            return self._from_referer(facts.referer, facts)
        elif facts.method in SAFE_METHODS:
            allowed = not self._has_auth_cookie(facts)
        else:
            allowed = self._config.on_missing != "deny"
        return Verdict(allowed, Reason.NO_BROWSER_EVIDENCE)

    def _brings_own_credentials(self, facts: WriteFacts) -> bool:
        """Tell whether the request authenticates by what a browser never sends by itself."""
        scheme = (facts.authorization or "")[: _MAX_SCHEME + 1].strip().partition(" ")[0].lower()
        return (
            len(scheme) <= _MAX_SCHEME
            and is_token(scheme)
            and scheme not in _AMBIENT_SCHEMES
            and not self._has_auth_cookie(facts)
        )

    def _has_auth_cookie(self, facts: WriteFacts) -> bool:
        cookie = facts.cookie
        if not cookie:
            return False
        # Where the configuration names no cookie that signs in, any of them may.
        return (
            len(cookie) > _MAX_COOKIES
            or not self._auth_cookies
            or any(has_element(cookie, name, before=";", after="=;") for name in self._auth_cookies)
        )

    def _from_fetch_site(self, fetch_site: str, facts: WriteFacts) -> Verdict:
        origin = facts.origin
        if fetch_site == "same-origin":
            # Origin does not tell: it may be null under a strict referrer policy. But a name that was pointed
            # at the API is the API's own origin for the browser, too.
            rebound = self._own.guarded and self._own.is_rebound(origin or "", facts)
            return _NOT_TRUSTED if rebound and not (origin and self._trusts(origin)) else _SAME_ORIGIN
        if fetch_site == "none":
            if not origin or self._own.covers(origin, facts) or self._trusts(origin):
                return _USER
            return _NULL if origin == "null" else _NOT_TRUSTED
        if origin and self._trusts(origin):
            return _TRUSTED
        for known, denial in _FETCH_SITE_DENIALS:
            if fetch_site == known:
                return denial
        return _UNKNOWN_FETCH_SITE

    def _from_origin(self, origin: str, facts: WriteFacts) -> Verdict:
        if self._trusts(origin):
            return _TRUSTED
        if origin == "null":
            return _NULL
        if self._own.covers(origin, facts):
            return _FALLBACK
        if self._own.is_insecure_twin(origin, facts):
            return _deny(Reason.INSECURE_ORIGIN)
        return _NOT_TRUSTED

    def _from_referer(self, referer: str, facts: WriteFacts) -> Verdict:
        match = _REFERER_ORIGIN.fullmatch(referer) if len(referer) <= _MAX_REFERER else None
        if match and (self._own.covers(match[1], facts) or self._trusts(match[1])):
            return _REFERER
        return _deny(Reason.REFERER_NOT_TRUSTED)

    def is_public_origin(self, origin: str) -> bool:
        """Tell whether *origin* is written in full as one of the API's own."""
        return len(origin) <= MAX_ORIGIN_LENGTH and origin in self._named
