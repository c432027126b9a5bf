"""Explanations: what a decision means, in plain words, with what to write to change it."""

from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.issues import shown
from crossguard.core.names import SAFELISTED_REQUEST_HEADERS, parse_requested_headers
from crossguard.core.origin_set import Match
from crossguard.core.origins import parse_serialized
from crossguard.core.patterns import OriginCallable
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.explain.listing import listing_fix, lookalike
from crossguard.explain.near_misses import near_miss
from crossguard.explain.reasons import REASON_TEXTS

_OWN_ON_A_LINE: Final = 5
_HEADERS_ON_A_LINE: Final = 20
_OWN_WIDTH: Final = 64
_OF_ANSWERS: Final = frozenset(
    {
        "content-security-policy", "cross-origin-embedder-policy", "cross-origin-opener-policy",
        "cross-origin-resource-policy", "etag", "location", "referrer-policy", "server", "set-cookie",
        "strict-transport-security", "vary", "www-authenticate", "x-content-type-options", "x-frame-options",
        "x-xss-protection",
    }
)  # fmt: skip
_ORIGIN_WIDTH: Final = 400
_PREFLIGHTS: Final = frozenset({Outcome.PREFLIGHT_ALLOWED, Outcome.PREFLIGHT_REFUSED})


class Explanation(NamedTuple):
    """What happened and what to do.

    Attributes:
        code: the reason's identifier.
        summary: what happened, in a sentence.
        fix: what to write; empty if nothing is wrong.
        why: the part of *summary* that says why, a sentence of its own.
    """

    code: str
    summary: str
    fix: str
    why: str


def explain(decision: Decision, facts: RequestFacts, policy: Policy) -> Explanation:
    """Explain *decision*, made by *policy* about *facts*.

    Pure and total; everything of the request in the text is escaped and cut.
    """
    words = REASON_TEXTS[decision.reason]
    fills = {
        "place": _place(policy),
        "detail": decision.detail,
        "miss": "",
        "origins": "",
        "writers": "",
        "methods": "",
        "allow_headers": "",
    }
    if not decision.allowed:
        origin = facts.origin or ""
        miss = near_miss(origin, policy.compiled) or lookalike(policy, origin) or _asked(policy)
        fills["miss"] = f" {miss}" if miss else ""
        fills["origins"] = listing_fix(policy, origin, developing=is_developed(facts))
        fills["writers"] = _own_line(policy, decision, facts) or _writers_fix(policy, facts)
        fills["methods"] = _methods_line(policy.config, decision.detail)
        fills["allow_headers"] = _headers_fix(policy.config, facts, decision.detail)
    verdict = "was allowed" if decision.allowed else "was refused"
    why = words.summary.format(**fills)
    return Explanation(
        decision.reason.value,
        f"{_request(decision, facts)} {verdict}: {why}",
        words.fix.format(**fills),
        why,
    )


def _request(decision: Decision, facts: RequestFacts) -> str:
    method = facts.method
    if decision.outcome in _PREFLIGHTS:
        method = f"The preflight for {facts.requested_method or ''}"
    asked = f"{_escaped(method, 48)} {_escaped(facts.url, 200)}"
    return f"{asked} from {shown(facts.origin, 100)}" if facts.origin else asked


def _place(policy: Policy) -> str:
    name = policy.name or "the policy"
    return f"{name} ({policy.place})" if policy.place else name


def _asked(policy: Policy) -> str:
    names = ", ".join(str(OriginCallable(ask)) for ask in policy.compiled.callables)
    return f"{names} did not accept it." if names else ""


def _own_line(policy: Policy, decision: Decision, facts: RequestFacts) -> str:
    """Return the line that names what was asked as the API's own; empty where another page has asked."""
    own, origin = facts.own_origin or "", facts.origin or "null"
    asked = origin == "null" or origin.partition("://")[2] == own.partition("://")[2]
    asked = asked or _lost_its_port(own, origin)
    if decision.reason is not Reason.ORIGIN_NOT_TRUSTED or not asked:
        return ""
    named = [shown(entry, _ORIGIN_WIDTH) for entry in policy.config.public_origins[:_OWN_ON_A_LINE]]
    entry = shown(own if origin == "null" else origin, _ORIGIN_WIDTH)
    return f"public_origins=[{', '.join([*named, entry])}], if that is a name of the API's own"


def _lost_its_port(own: str, origin: str) -> bool:
    """Tell whether a proxy may have dropped the port of ``Host``: of a host that is not a developer's."""
    api, page = parse_serialized(own), parse_serialized(origin)
    if api is None or page is None or page.is_loopback or page.is_private:
        return False
    return api.host == page.host and api.port is None and page.scheme in {"https", api.scheme}


def is_developed(facts: RequestFacts) -> bool:
    """Tell whether the API itself is asked on this machine."""
    own = parse_serialized("/".join(facts.url.split("/", 3)[:3]))
    return own is not None and own.is_loopback


def _writers_fix(policy: Policy, facts: RequestFacts) -> str:
    """Return what to write for a page that may not write; the door for a form is not the list."""
    origin = facts.origin
    if facts.fetch_mode == "navigate":
        return (
            "If a form of another site is meant to post here, as that of a sign-in provider or a bank is, "
            "exempt this one endpoint, with the reason: exempt={'endpoint': 'why'}; otherwise there is "
            "nothing to do."
        )
    if not origin or origin == "null":
        return "call the API from a page of a listed front end, without a redirect in between."
    if not policy.config.supports_credentials:
        # With the credentials it asks for it would be another policy, and "*" could not have them.
        return "send no cookies (credentials: 'omit'), or list the page with credentials in its own policy"
    if policy.compiled.lists[1][0].match(origin) not in {None, Match.ANY}:
        return (
            "send no cookies (credentials: 'omit'), and name this one endpoint in public=['endpoint'] if "
            "every page may write there without them."
        )
    return listing_fix(policy, origin, developing=is_developed(facts))


def _headers_fix(config: CorsConfig, facts: RequestFacts, detail: str) -> str:
    """Return what to write for all request headers that are not listed, not for the first of them only."""
    listed = {name.lower() for name in config.allow_headers} | SAFELISTED_REQUEST_HEADERS - {"content-type"}
    names = parse_requested_headers(facts.requested_headers or "") or ()
    missing = [name for name in dict.fromkeys((detail, *names)) if name.lower() not in listed]
    answers = [name for name in missing if _is_of_answers(name)]
    missing = [name for name in missing if name not in answers][:_HEADERS_ON_A_LINE]
    line = f"allow_headers={[*config.allow_headers, *missing]!r}"
    if not answers:
        return line
    one = answers[0][:_OWN_WIDTH]
    out = f"take {one} out of the request in the front end: it is a response header."
    return f"{line}; and {out}" if missing else out


def _is_of_answers(name: str) -> bool:
    return name.lower().startswith("access-control-") or name.lower() in _OF_ANSWERS


def _methods_line(config: CorsConfig, method: str) -> str:
    upper = method.upper()
    if method != upper and upper in config.methods:
        return f"write the method in upper case in the front end: method: {upper!r}"
    return f"methods={[*config.methods, method]!r}"


def _escaped(text: str, limit: int) -> str:
    return shown(text, limit)[1:-1]
