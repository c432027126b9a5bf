"""The words for one failure: the table's, with the evidence of this exchange in them."""

from crossguard.browser.codes import Code
from crossguard.browser.verdict import Failure, Verdict
from crossguard.core.issues import shown
from crossguard.core.origins import parse_serialized
from crossguard.explain.failures import CODE_TEXTS
from crossguard.explain.near_misses import origin_miss
from crossguard.explain.preflights import headers_fix, redirect_fix, status_of_preflight

# Nothing can be written for null: sandboxed frames, files and redirected requests of every site have it.
_NULL_FIX = (
    "hand the URL out in JSON instead of a redirect, and fetch it without credentials; or serve the page "
    "from http:// or https://, not sandboxed."
)
_STATUS_FIRST = CODE_TEXTS[Code.PREFLIGHT_STATUS].fix
_OF_THE_CHECK = frozenset(
    {
        Code.ALLOW_ORIGIN_MISMATCH,
        Code.ALLOW_ORIGIN_MULTIPLE,
        Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Code.ALLOW_CREDENTIALS_MISSING,
        Code.ALLOW_CREDENTIALS_INVALID,
    }
)


def words_of(verdict: Verdict, failure: Failure) -> tuple[str, str]:
    """Return what happened, and what to write where no policy is known."""
    words = CODE_TEXTS[failure.code]
    evidence = _Evidence({name: shown(value, 200)[1:-1] for name, value in failure.evidence.items()})
    evidence.setdefault("method", verdict.method)
    evidence["miss"] = _header_miss(failure)
    origin = evidence.get("origin", "")
    evidence["if_yours"] = "" if _on_this_machine(origin) else f"If {origin} is a front end of yours: "
    if origin == "null" and "{if_yours}" in words.fix:
        return words.meaning.format_map(evidence) + _redirected(verdict), _NULL_FIX
    status = status_of_preflight(verdict, failure)
    if failure.code is Code.ALLOW_ORIGIN_MISSING and status is not None:
        return (
            f"the preflight was answered with {status}, and the answer names no origin.",
            CODE_TEXTS[Code.PREFLIGHT_STATUS].fix,
        )
    if status is not None and failure.code in _OF_THE_CHECK:
        meaning = f"the preflight was answered with {status}, and {words.meaning.format_map(evidence)}"
        return meaning, f"{_STATUS_FIRST} Then {words.fix.format_map(evidence)}"
    if failure.code is Code.HEADER_NOT_ALLOWED and (preflight := verdict.hops[-1].preflight) is not None:
        return words.meaning.format_map(evidence), headers_fix(preflight)
    if failure.code is Code.PREFLIGHT_REDIRECTED and verdict.hops:
        fix = redirect_fix(verdict.hops[-1].url, evidence.get("location", ""))
        return words.meaning.format_map(evidence), fix
    return words.meaning.format_map(evidence), words.fix.format_map(evidence)


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
