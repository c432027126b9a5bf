"""Explanations: what a decision means, in plain words, with what to write to change it."""

from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.facts import RequestFacts
from crossguard.core.issues import shown
from crossguard.core.origins import parse_serialized
from crossguard.core.patterns import OriginCallable, OriginEntry, shown_entry
from crossguard.core.policy import Policy
from crossguard.explain.near_misses import near_miss
from crossguard.explain.reasons import REASON_TEXTS

# More origins than this do not fit on the line that a person copies.
_ORIGINS_ON_A_LINE: Final = 5
_ORIGIN_WIDTH: Final = 400
_PREFLIGHTS: Final = frozenset({Outcome.PREFLIGHT_ALLOWED, Outcome.PREFLIGHT_REFUSED})


class Explanation(NamedTuple):
    """What happened and what to do.

    Attributes:
        code: the reason's identifier.
        summary: what happened, in a sentence.
        fix: what to write; empty if nothing is wrong.
    """

    code: str
    summary: str
    fix: str


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
        miss = near_miss(facts.origin or "", policy.compiled) or _asked(policy)
        fills["miss"] = f" {miss}" if miss else ""
        fills["origins"] = origins_line(policy.config, facts.origin or "", origins_from=policy.origins_from)
        fills["writers"] = _own_line(policy, decision, facts) or _writers_line(policy, facts.origin)
        fills["methods"] = _methods_line(policy.config, decision.detail)
        fills["allow_headers"] = f"allow_headers={[*policy.config.allow_headers, decision.detail]!r}"
    verdict = "was allowed" if decision.allowed else "was refused"
    return Explanation(
        decision.reason.value,
        f"{_request(decision, facts)} {verdict}: {words.summary.format(**fills)}",
        words.fix.format(**fills),
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


def origins_line(config: CorsConfig, origin: str, *, origins_from: str = "") -> str:
    """Return the line of configuration that lists *origin* as well, or a sentence where there is none.

    Args:
        config: the configuration.
        origin: the origin that is missing.
        origins_from: where its origins are kept, if not where they are declared.
    """
    entry = shown(origin, _ORIGIN_WIDTH)
    if config.supports_credentials and not config.dangerously_allow_insecure_origins:
        parsed = parse_serialized(origin)
        near = parsed is not None and (
            parsed.is_loopback or (config.surroundings.debug and parsed.is_private)
        )
        if parsed is not None and parsed.scheme == "http" and not near:
            # The line with it would not build.
            return "serve the front end over https and add that origin to origins"
    if origins_from:
        return f"add {entry} to {origins_from}"
    if len(config.origins) > _ORIGINS_ON_A_LINE:
        return f"add {entry} to origins"
    written = [_written(listed) for listed in config.origins]
    return f"origins=[{', '.join([*written, entry])}]"


def _asked(policy: Policy) -> str:
    names = ", ".join(str(OriginCallable(ask)) for ask in policy.compiled.callables)
    return f"{names} did not accept it." if names else ""


def _written(entry: OriginEntry) -> str:
    if isinstance(entry, str):
        return shown(entry, _ORIGIN_WIDTH)
    # A callable is shown with brackets, and written without.
    return shown_entry(entry).removesuffix("()")


def _own_line(policy: Policy, decision: Decision, facts: RequestFacts) -> str:
    """Return the line that names what was asked as the API's own; empty where another page has asked."""
    own, origin = facts.own_origin or "", facts.origin or "null"
    asked = origin == "null" or origin.partition("://")[2] == own.partition("://")[2]
    if decision.reason is not Reason.ORIGIN_NOT_TRUSTED or not asked:
        return ""
    named = [shown(entry, _ORIGIN_WIDTH) for entry in policy.config.public_origins[:_ORIGINS_ON_A_LINE]]
    entry = shown(own if origin == "null" else origin, _ORIGIN_WIDTH)
    return f"public_origins=[{', '.join([*named, entry])}], if that is a name of the API's own"


def _writers_line(policy: Policy, origin: str | None) -> str:
    if not origin or origin == "null":
        return "call the API from a page of a listed front end, without a redirect in between."
    if not policy.config.supports_credentials:
        # With the credentials it asks for it would be another policy, and "*" could not have them.
        return "send no cookies (credentials: 'omit'), or list the page with credentials in its own policy"
    return origins_line(policy.config, origin, origins_from=policy.origins_from)


def _methods_line(config: CorsConfig, method: str) -> str:
    upper = method.upper()
    if method != upper and upper in config.methods:
        return f"write the method in upper case in the front end: method: {upper!r}"
    return f"methods={[*config.methods, method]!r}"


def _escaped(text: str, limit: int) -> str:
    return shown(text, limit)[1:-1]
