"""Hints: what did not stop a fetch, and is likely to be what a developer is looking for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from crossguard.browser.codes import CookieCode, WarningCode
from crossguard.browser.posture import one_host_name
from crossguard.browser.values import HttpRequest, HttpResponse
from crossguard.browser.verdict import Hop, ResponseType, Verdict
from crossguard.core.addresses import address_of
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits
from crossguard.core.issues import shown
from crossguard.core.names import SAFELISTED_RESPONSE_HEADERS, is_token
from crossguard.core.policy import Policy
from crossguard.core.problem import PROBLEM_JSON
from crossguard.explain.answered import answered_elsewhere
from crossguard.explain.cookie_settings import setting_of
from crossguard.explain.decisions import Explanation, explain
from crossguard.explain.facts import INCLUDED, PolicyFor, RefusalFor, RouteFor, facts_of
from crossguard.explain.failures import COOKIE_TEXTS, HINT_TEXTS, Hint
from crossguard.explain.fixes import Edit, FixKind
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.explain.repairs import expose

_CAUTIONS = {
    WarningCode.LOCAL_NETWORK_ACCESS: Hint.LOCAL_NETWORK_ACCESS,
    WarningCode.USER_AGENT_DROPPED: Hint.USER_AGENT_DROPPED,
}
# Response headers that servers add for others than scripts.
_NOT_FOR_SCRIPTS = frozenset(
    {
        "age", "alt-svc", "connection", "date", "keep-alive", "referrer-policy", "server", "set-cookie",
        "strict-transport-security", "transfer-encoding", "vary", "via", "x-content-type-options",
        "x-frame-options", "content-security-policy", "etag", "accept-ranges", "allow", "location",
        "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
        "cross-origin-embedder-policy", "origin-agent-cluster", "x-xss-protection", "x-dns-prefetch-control",
        "x-download-options", "x-permitted-cross-domain-policies", "reporting-endpoints", "report-to", "nel",
        "content-security-policy-report-only", "cross-origin-embedder-policy-report-only",
        "cross-origin-opener-policy-report-only", "permissions-policy-report-only", "document-policy",
        "clear-site-data", "accept-ch", "critical-ch", "service-worker-allowed", "sourcemap",
        "expect-ct", "public-key-pins", "x-robots-tag", "link", "refresh", "timing-allow-origin", "p3p",
        "upgrade", "trailer", "te", "www-authenticate", "proxy-authenticate", "feature-policy",
        "speculation-rules", "supports-loading-mode", "no-vary-search", "x-ua-compatible",
    }
)  # fmt: skip
_ASK_THE_API = "ask the application that refused: flask cors explain names what its policy lacks."
# Django, Flask-WTF, Starlette's middleware, Rails and Laravel, which answers 419.
_TOKEN_STATUSES = frozenset({400, 403, 419, 422})
_TOKEN = re.compile(rb"csrf|xsrf|authenticity ?token", re.IGNORECASE)
_CODE_ON_PAGE = re.compile(rb"Nothing was changed\..{0,4000}<code>([a-z-]{1,60})</code>", re.DOTALL)
_PAGE_SIZE = 8192
_SIGNED_OUT = frozenset({401, 403})
_REFUSED = 400


@dataclass(frozen=True, slots=True)
class HintNote:
    """A hint with its words.

    Attributes:
        code: which.
        text: what was seen.
        fix: what to write.
        cause: the policy's reason behind it, where one is known; empty otherwise.
        kind: where the fix belongs.
        line: the fix as code to paste, and nothing but code; empty where it is none.
        proof: what was proved of it; empty where nothing was.
        where: where the policy's options stand, if the fix belongs there; empty otherwise.
        edit: the fix as options of the policy; None where it is no edit of it.
    """

    code: str
    text: str
    fix: str
    cause: str = ""
    kind: FixKind = FixKind.FRONT_END
    line: str = ""
    proof: str = ""
    where: str = ""
    edit: Edit | None = field(default=None, hash=False)

    @property
    def address(self) -> str:
        """The address at which the documentation explains the code."""
        return address_of(self.cause or self.code)


def remedy_of(told: HintNote | Explanation) -> dict[str, Any]:
    """Return what *told* says to do, as fields that hints and diagnoses have as well."""
    return {name: getattr(told, name) for name in ("fix", "kind", "line", "proof", "where", "edit")}


def find_hints(
    verdict: Verdict,
    policy_for: PolicyFor | None = None,
    route_for: RouteFor | None = None,
    refusal_for: RefusalFor | None = None,
) -> tuple[HintNote, ...]:
    """Return what is worth saying about a fetch besides its outcome, the likeliest first.

    Args:
        verdict: everything that happened, from the browser model.
        policy_for: returns the policy of a request, which explains a write that it has refused.
        route_for: names the route of a request.
        refusal_for: returns why a write is refused. Without it the answer tells, as through the network.
    """
    notes = dict.fromkeys(_all(verdict, policy_for, route_for, refusal_for))
    return tuple(notes)


def _all(
    verdict: Verdict,
    policy_for: PolicyFor | None,
    route_for: RouteFor | None,
    refusal_for: RefusalFor | None,
) -> Iterator[HintNote]:
    actual = verdict.hops[-1].actual if verdict.hops else None
    response = actual.response if actual is not None else None
    if actual is not None and response is not None:
        refusal = _refusal(actual.request, response, policy_for, refusal_for)
        if refusal is not None:
            yield _of_gate(verdict, *refusal, actual.request, route_for)
        elif _is_of_another_token(verdict, response):
            yield _note(Hint.OTHER_TOKEN_REFUSED, status=str(response.status))
        else:
            yield from _of_credentials(verdict, response)
    for hop in verdict.hops:
        yield from _of_cookies(hop, verdict.page_origin)
    if verdict.response is not None and response is not None:
        yield from _of_script(verdict, response, policy_for)
    yield from _of_redirects(verdict)
    if response is not None:
        yield from _of_server(response)
    # A failure says it itself.
    if (
        verdict.failure is None
        and policy_for is None
        and (answered := answered_elsewhere(verdict)) is not None
    ):
        yield _note(Hint.OTHER_SERVER, text=answered.text, fix=answered.fix)
    for caution in verdict.warnings:
        yield _note(_CAUTIONS[caution.code])


def _refusal(
    request: HttpRequest,
    response: HttpResponse,
    policy_for: PolicyFor | None,
    refusal_for: RefusalFor | None,
) -> tuple[Reason, Policy | None] | None:
    """Return why the write gate has refused a request, and the policy if it is known; None if it has not."""
    if refusal_for is not None:
        return refusal_for(request) if response.status >= _REFUSED else None
    reason = _told(response)
    return None if reason is None else (reason, policy_for(request) if policy_for is not None else None)


def _told(response: HttpResponse) -> Reason | None:
    """Return the reason that the answer of an application elsewhere tells; None for any other answer."""
    kind = (response.header("content-type") or "").partition(";")[0]
    try:
        if kind == PROBLEM_JSON:
            return Reason(json.loads(response.body).get("code"))
        # What a form gets in its place.
        found = _CODE_ON_PAGE.search(response.body[:_PAGE_SIZE]) if kind == "text/html" else None
        return Reason(found[1].decode("latin-1")) if found is not None else None
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


def _of_gate(
    verdict: Verdict, reason: Reason, policy: Policy | None, request: HttpRequest, route_for: RouteFor | None
) -> HintNote:
    """Explain the refusal as the log does, by the policy where that is known."""
    words = REASON_TEXTS[reason]
    said = f"{reason.value} ({words.source})"
    if policy is None:
        fix = words.fix if "{" not in words.fix else _ASK_THE_API
        return replace(_note(Hint.WRITE_REFUSED, reason=said, fix=fix), cause=reason.value)
    facts = facts_of(request, verdict.hops[-1].url, route_for)
    decision = Decision(Outcome.WRITE_REFUSED, reason, HeaderEdits(), "")
    told = explain(decision, facts, policy, credentials=INCLUDED.get(verdict.credentials))
    note = _note(Hint.WRITE_REFUSED, reason=f"{said}; {told.why.removesuffix('.')}", fix=told.fix)
    return replace(note, cause=told.code, **remedy_of(told))


def _is_of_another_token(verdict: Verdict, response: HttpResponse) -> bool:
    """Tell whether a framework's own token check refused a write, which its body says."""
    unsafe = verdict.method.upper() not in {"GET", "HEAD", "OPTIONS"}
    return unsafe and response.status in _TOKEN_STATUSES and _TOKEN.search(response.body[:65536]) is not None


def _of_credentials(verdict: Verdict, response: HttpResponse) -> Iterator[HintNote]:
    without = verdict.credentials in {"omit", "same-origin"} and not verdict.same_origin
    if without and response.status in _SIGNED_OUT:
        yield _note(Hint.NO_CREDENTIALS, status=str(response.status))


def _of_cookies(hop: Hop, page_origin: str) -> Iterator[HintNote]:
    cookies = hop.cookies
    for hint, refusals in (
        (Hint.COOKIE_NOT_SENT, cookies.withheld),
        (Hint.COOKIE_NOT_STORED, cookies.refused),
    ):
        for refusal in refusals:
            if refusal.code is CookieCode.PATH_MISMATCH:
                continue
            words = COOKIE_TEXTS[refusal.code]
            fix = one_host_name(page_origin, hop.url) or words.fix + setting_of(refusal.name, refusal.code)
            yield _note(hint, name=shown(refusal.name, 60)[1:-1], reason=words.meaning, fix=fix)


def _not_exposed(verdict: Verdict, names: tuple[str, ...], policy_for: PolicyFor | None) -> HintNote:
    """Say which response headers script does not see, and which line of the policy shows them."""
    note = _note(Hint.HEADER_NOT_EXPOSED, names=", ".join(names))
    hop = verdict.hops[-1]
    policy = policy_for(hop.actual.request) if policy_for is not None and hop.actual is not None else None
    if policy is None or hop.actual is None:
        return note
    fix = expose(policy, facts_of(hop.actual.request, hop.url), names)
    if fix is None:
        return note
    return replace(
        note, fix=fix.text, kind=fix.kind, line=fix.line, proof=fix.proof, edit=fix.edit, where=policy.place
    )


def _of_script(verdict: Verdict, response: HttpResponse, policy_for: PolicyFor | None) -> Iterator[HintNote]:
    seen = verdict.response
    if seen is None:
        return
    if seen.type is ResponseType.OPAQUE:
        yield _note(Hint.OPAQUE_RESPONSE)
        return
    if seen.type is ResponseType.CORS:
        readable = {name for name, _ in seen.headers} | SAFELISTED_RESPONSE_HEADERS
        hidden = [
            name
            for name in dict.fromkeys(name.lower() for name, _ in response.headers)
            if name not in readable
            and name not in _NOT_FOR_SCRIPTS
            and not name.startswith("access-control-")
            and is_token(name)
        ]
        if hidden:
            yield _not_exposed(verdict, tuple(hidden[:5]), policy_for)
    if (
        seen.redirected
        and not _adds_slash(verdict.hops)
        and (seen.header("content-type") or "").startswith("text/html")
    ):
        yield _note(Hint.REDIRECTED_TO_PAGE, url=shown(seen.url, 120)[1:-1])


def _of_redirects(verdict: Verdict) -> Iterator[HintNote]:
    if _adds_slash(verdict.hops):
        url, target = (shown(hop.url, 120)[1:-1] for hop in verdict.hops[:2])
        yield _note(Hint.SLASH_REDIRECT, url=url, target=target)


def _adds_slash(hops: tuple[Hop, ...]) -> bool:
    if len(hops) < 2:  # noqa: PLR2004 - from one to another
        return False
    before, after = urlsplit(hops[0].url), urlsplit(hops[1].url)
    return before.netloc == after.netloc and f"{before.path}/" == after.path


def _of_server(response: HttpResponse) -> Iterator[HintNote]:
    allowed = response.header("access-control-allow-origin")
    vary = {item.strip().lower() for item in (response.header("vary") or "").split(",")}
    if allowed not in {None, "*"} and not vary & {"origin", "*"}:
        yield _note(Hint.VARY_MISSING)


def _note(hint: Hint, **fills: str) -> HintNote:
    words = HINT_TEXTS[hint]
    return HintNote(hint.value, words.meaning.format(**fills), words.fix.format(**fills), kind=words.kind)
