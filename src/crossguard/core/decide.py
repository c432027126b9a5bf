"""``decide``: the whole answer to one request, with the reason worked out as a browser would find it.

The edits are those of :class:`~crossguard.core.policy.Policy`. What is added here is for people: that a
request is the application's own, and which method or header a preflight will fail on.
"""

from typing import Final

from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits
from crossguard.core.names import SAFELISTED_METHODS, SAFELISTED_REQUEST_HEADERS, parse_requested_headers
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts

_MAX_METHOD: Final = 256


def decide(policy: Policy, facts: RequestFacts, edits: HeaderEdits | None = None) -> Decision:
    """Decide about one request. Total: every request gets a decision, none raises.

    Args:
        policy: the one policy that governs the request.
        facts: the request; left untouched.
        edits: what *policy* answered to an ordinary request already; only the reason is missing then.
    """
    origin = facts.origin
    if origin and facts.is_preflight:
        answer = policy.preflight(
            origin, facts.requested_headers, private_network=facts.requests_private_network
        )
        return _as_the_browser_reads(policy.config, answer, facts) if answer.allowed else answer
    decision = policy.compiled.actual(origin, edits)
    if origin and not decision.allowed:
        if _is_own(policy.config, origin, facts):
            return Decision(Outcome.NOT_CROSS_ORIGIN, Reason.SAME_ORIGIN, decision.edits)
        if facts.fetch_mode == "navigate":
            # It shows its answer, and CORS has no say in that: nothing is kept from it.
            return Decision(Outcome.NOT_CROSS_ORIGIN, Reason.NAVIGATION, decision.edits)
    return decision


def _is_own(config: CorsConfig, origin: str, facts: RequestFacts) -> bool:
    """Tell whether the page is of the API's own origin, where the browser checks nothing of CORS.

    A proxy in front may have put a name of the inside in the place of ``Host``; the browser knows better, and
    so does who has written the own origins down.
    """
    return facts.fetch_site == "same-origin" or origin == facts.own_origin or origin in config.public_origins


def _as_the_browser_reads(config: CorsConfig, answer: Decision, facts: RequestFacts) -> Decision:
    """Find the method or the header on which the browser will stop (Fetch, "CORS-preflight fetch")."""
    # A longer text is no method either, and is not hashed to find out.
    method = (facts.requested_method or "")[:_MAX_METHOD]
    if method not in config.methods and method not in SAFELISTED_METHODS and config.methods != ("*",):
        return answer._replace(
            outcome=Outcome.PREFLIGHT_REFUSED, reason=Reason.METHOD_NOT_LISTED, detail=_printable(method)
        )
    if config.allow_headers == ("*",) or not facts.requested_headers:
        return answer
    names = parse_requested_headers(facts.requested_headers)
    if names is None:
        return answer._replace(outcome=Outcome.PREFLIGHT_REFUSED, reason=Reason.TOO_MANY_HEADERS)
    listed = {name.lower() for name in config.allow_headers}
    # Browsers name a safelisted header only when its value is not simple, so it must be listed:
    # Content-Type for JSON. The others are never refused for their name alone in practice.
    listed |= SAFELISTED_REQUEST_HEADERS - {"content-type", "range"}
    for name in names:
        if name not in listed:
            return answer._replace(
                outcome=Outcome.PREFLIGHT_REFUSED, reason=Reason.HEADER_NOT_LISTED, detail=_printable(name)
            )
    return answer


def _printable(text: str, limit: int = 64) -> str:
    return ascii(text[:limit])[1:-1][:limit]
