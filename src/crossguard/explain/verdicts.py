"""What a browser did with one fetch, in ordered steps, with one code and one fix."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crossguard.browser.codes import Code
from crossguard.browser.values import HttpRequest
from crossguard.browser.verdict import FailedAt, Failure, Hop, ResponseType, Verdict
from crossguard.core.decide import decide
from crossguard.core.issues import shown
from crossguard.core.names import is_token, parse_requested_headers
from crossguard.core.origin_set import Match
from crossguard.core.origins import parse_serialized
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.explain.answered import answered_elsewhere
from crossguard.explain.decisions import Explanation, explain, is_developed
from crossguard.explain.failures import CODE_TEXTS, HINT_TEXTS, Hint
from crossguard.explain.families import complete, is_of_answers
from crossguard.explain.hints import HintNote, PolicyFor, find_hints
from crossguard.explain.listing import listing_fix
from crossguard.explain.near_misses import origin_miss
from crossguard.explain.steps import Step, steps_of

# Nothing can be written for null: sandboxed frames, files and redirected requests of every site have it.
_NULL_FIX = (
    "hand the URL out in JSON instead of a redirect, and fetch it without credentials; or serve the page "
    "from http:// or https://, not sandboxed."
)
_PROXY_FIX = (
    "let what stands in front of the API, such as a sign-in proxy, pass preflights (OPTIONS) on: they never "
    "carry cookies."
)
_STATUS_FIRST = CODE_TEXTS[Code.PREFLIGHT_STATUS].fix
# What is read of a list that an unknown server answers.
_LIST_WIDTH = 4096
_OF_THE_CHECK = frozenset(
    {
        Code.ALLOW_ORIGIN_MISMATCH,
        Code.ALLOW_ORIGIN_MULTIPLE,
        Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Code.ALLOW_CREDENTIALS_MISSING,
        Code.ALLOW_CREDENTIALS_INVALID,
    }
)
# Failures of the CORS check and of the preflight, whose cause is the policy where one is known.
_OF_THE_POLICY = frozenset(
    {
        Code.ALLOW_ORIGIN_MISSING,
        Code.ALLOW_ORIGIN_MISMATCH,
        Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Code.ALLOW_CREDENTIALS_MISSING,
        Code.METHOD_NOT_ALLOWED,
        Code.HEADER_NOT_ALLOWED,
    }
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What happened to one fetch.

    Attributes:
        readable: whether script sees the answer.
        code: the identifier of what stopped it; ``readable`` if nothing did.
        cause: the policy's reason behind it, where one is known; empty otherwise.
        summary: what happened, in a sentence.
        fix: what to write; empty if nothing is wrong.
        step: the step of the standard that failed.
        steps: what happened, in order.
        hints: what did not stop it and is likely to matter.
    """

    readable: bool
    code: str
    cause: str
    summary: str
    fix: str
    step: str
    steps: tuple[Step, ...]
    hints: tuple[HintNote, ...]


def explain_verdict(verdict: Verdict, policy_for: PolicyFor | None = None) -> Diagnosis:
    """Explain what happened to a fetch. Total: every verdict has an explanation.

    Args:
        verdict: everything that happened, from the browser model.
        policy_for: returns the policy of a request, so that the fix is a line of configuration.
    """
    failure = verdict.failure
    hints = find_hints(verdict, policy_for)
    if failure is None:
        status = verdict.response.status if verdict.response is not None else 0
        summary = f"{verdict.page_origin} can read the answer ({status})."
        fix = ""
        opaque = _is_opaque(verdict)
        if opaque:
            words = HINT_TEXTS[Hint.OPAQUE_RESPONSE]
            summary, fix = f"{verdict.page_origin} cannot read the answer: {words.meaning}", words.fix
        elif hints:
            summary, fix = f"{summary} But {hints[0].text}", hints[0].fix
        return Diagnosis(
            readable=not opaque,
            code=Hint.OPAQUE_RESPONSE.value if opaque else "readable",
            cause="",
            summary=summary,
            fix=fix,
            step="",
            steps=steps_of(verdict, summary_of_failure=""),
            hints=hints,
        )
    meaning, fix = _words(verdict, failure)
    cause = _cause(verdict, failure, policy_for) if failure.code in _OF_THE_POLICY else None
    if cause is not None:
        meaning, fix = f"{meaning.removesuffix('.')}; {_sentence(cause.summary)}", cause.fix
    # Where the policy is known, its application answered in this process.
    if policy_for is None and (answered := answered_elsewhere(verdict)) is not None:
        meaning, fix = f"{meaning} {answered.text}", answered.fix
    return Diagnosis(
        readable=False,
        code=failure.code.value,
        cause=cause.code if cause is not None else "",
        summary=f"{verdict.page_origin} cannot read the answer: {meaning}",
        fix=fix,
        step=failure.step,
        steps=steps_of(verdict, summary_of_failure=meaning),
        hints=hints,
    )


def _is_opaque(verdict: Verdict) -> bool:
    """Tell whether script got a response of which it sees nothing (Fetch, "opaque filtered response")."""
    return verdict.response is not None and verdict.response.type is ResponseType.OPAQUE


def _words(verdict: Verdict, failure: Failure) -> tuple[str, str]:
    words = CODE_TEXTS[failure.code]
    evidence = _Evidence({name: shown(value, 200)[1:-1] for name, value in failure.evidence.items()})
    evidence.setdefault("method", verdict.method)
    evidence["miss"] = _header_miss(failure)
    origin = evidence.get("origin", "")
    evidence["if_yours"] = "" if _on_this_machine(origin) else f"If {origin} is a front end of yours: "
    if origin == "null" and "{if_yours}" in words.fix:
        return words.meaning.format_map(evidence) + _redirected(verdict), _NULL_FIX
    status = _status_of_preflight(verdict, failure)
    if failure.code is Code.ALLOW_ORIGIN_MISSING and status is not None:
        return (
            f"the preflight was answered with {status}, and the answer names no origin.",
            CODE_TEXTS[Code.PREFLIGHT_STATUS].fix,
        )
    if status is not None and failure.code in _OF_THE_CHECK:
        meaning = f"the preflight was answered with {status}, and {words.meaning.format_map(evidence)}"
        return meaning, f"{_STATUS_FIRST} Then {words.fix.format_map(evidence)}"
    if failure.code is Code.HEADER_NOT_ALLOWED:
        return _headers_words(verdict, words.meaning.format_map(evidence))
    if failure.code is Code.PREFLIGHT_REDIRECTED and verdict.hops:
        fix = redirect_fix(verdict.hops[-1].url, evidence.get("location", ""))
        return words.meaning.format_map(evidence), fix
    return words.meaning.format_map(evidence), words.fix.format_map(evidence)


def _headers_words(verdict: Verdict, meaning: str) -> tuple[str, str]:
    """Return what to write for all request headers that the answer to the preflight lacks."""
    preflight = verdict.hops[-1].preflight
    answer = preflight.response if preflight is not None else None
    allowed = (answer.header("access-control-allow-headers") or "") if answer is not None else ""
    listed = [name.strip() for name in allowed[:_LIST_WIDTH].split(",") if is_token(name.strip())]
    asked = (
        (preflight.request.header("access-control-request-headers") or "") if preflight is not None else ""
    )
    lower = {name.lower() for name in listed}
    missing = [name for name in (parse_requested_headers(asked) or ()) if name not in lower]
    answers = [name for name in missing if is_of_answers(name)]
    wanted = [
        name
        for name in complete(name for name in missing if name not in answers)
        if name.lower() not in lower
    ]
    fixes = [f"allow_headers={[*listed, *wanted]!r}"] if wanted else []
    fixes += (
        [f"take {', '.join(answers)} out of the request in the front end: no request needs it."]
        if answers
        else []
    )
    return meaning, "; and ".join(fixes)


def _status_of_preflight(verdict: Verdict, failure: Failure) -> int | None:
    """Return the status of a preflight that stops the request by itself; None for any other."""
    preflight = verdict.hops[-1].preflight if verdict.hops and failure.where is FailedAt.PREFLIGHT else None
    response = preflight.response if preflight is not None else None
    return None if response is None or 200 <= response.status <= 299 else response.status  # noqa: PLR2004


def redirect_fix(url: str, location: str) -> str:
    """Return what to write where a preflight for *url* is redirected to *location*, escaped already."""
    try:
        target = urlsplit(location).netloc
    except ValueError:
        target = ""
    # As that of a sign-in proxy: the page cannot call it in place of the API.
    leads_elsewhere = bool(target) and target != urlsplit(url).netloc
    return (
        _PROXY_FIX if leads_elsewhere else CODE_TEXTS[Code.PREFLIGHT_REDIRECTED].fix.format(location=location)
    )


def _on_this_machine(origin: str) -> bool:
    parsed = parse_serialized(origin)
    return parsed is not None and parsed.is_loopback


def _redirected(verdict: Verdict) -> str:
    """Say that a redirect to another origin has taken the page's origin away (Fetch, HTTP-redirect fetch)."""
    if len(verdict.hops) < 2:  # noqa: PLR2004 - from one to another
        return ""
    target = shown(verdict.hops[-1].url.partition("?")[0], 120)[1:-1]
    return f" The redirect to {target} made the origin null."


class _Evidence(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _header_miss(failure: Failure) -> str:
    asked = parse_serialized(failure.evidence.get("origin", ""))
    allowed = parse_serialized(failure.evidence.get("access-control-allow-origin", "").rstrip("/").lower())
    if asked is not None and asked == allowed:
        return " That is the same origin written differently, and browsers compare it letter for letter."
    text = origin_miss(asked, allowed) if asked and allowed else ""
    return f" {text}" if text else ""


def _cause(verdict: Verdict, failure: Failure, policy_for: PolicyFor | None) -> Explanation | None:
    """Return the policy's own explanation of a failure."""
    if policy_for is None or not verdict.hops:
        return None
    hop = verdict.hops[-1]
    exchange = hop.preflight if failure.where is FailedAt.PREFLIGHT else hop.actual
    if exchange is None or (policy := policy_for(exchange.request)) is None:
        return None
    facts = _facts(exchange.request, hop)
    decision = decide(policy, facts)
    explanation = explain(decision, facts, policy)
    if not decision.allowed:
        return explanation
    if failure.code in {Code.ALLOW_CREDENTIALS_MISSING, Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS}:
        place = f"{policy.name} ({policy.place})"
        return Explanation(
            "credentials-not-supported",
            f": {place} lets it read without credentials only.",
            _credentials_fix(policy, facts.origin or "", developing=is_developed(facts)),
        )
    return None


def _credentials_fix(policy: Policy, origin: str, *, developing: bool) -> str:
    """Return how a page that reads gets cookies as well, if no other page does."""
    listed = policy.compiled.lists[0][0]
    without = "leave credentials: 'include' out"
    if policy.config.supports_credentials and policy.compiled.lists[1][0].match(origin) is Match.ANY:
        return listing_fix(policy, origin, developing=developing)
    if listed.any or origin not in listed.exact:
        return f"{without}, or give the front ends that sign in a policy of their own."
    if len(policy.config.origins) == 1:
        return f"supports_credentials=True, or {without}."
    who = policy.name or "the policy"
    return (
        f"If every origin that {who} lists may use cookies: supports_credentials=True; otherwise {without}."
    )


def _facts(request: HttpRequest, hop: Hop) -> RequestFacts:
    return RequestFacts(
        method=request.method,
        url=hop.url.partition("?")[0],
        origin=request.header("origin"),
        requested_method=request.header("access-control-request-method"),
        requested_headers=request.header("access-control-request-headers"),
    )


def _sentence(summary: str) -> str:
    """Return the part of a decision's explanation that says why."""
    return summary.partition(": ")[2] or summary
