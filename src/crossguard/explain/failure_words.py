"""The words for one failure: the table's, with the evidence of this exchange in them."""

from urllib.parse import urlsplit

from crossguard.browser.codes import Code
from crossguard.browser.verdict import FailedAt, Failure, Verdict
from crossguard.core.issues import shown
from crossguard.core.names import is_token, parse_requested_headers
from crossguard.core.origins import parse_serialized
from crossguard.explain.failures import CODE_TEXTS
from crossguard.explain.families import complete
from crossguard.explain.near_misses import origin_miss
from crossguard.explain.requested import is_of_answers

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
    fixes = []
    if wanted:
        fixes.append(f"let the API answer Access-Control-Allow-Headers with {', '.join(wanted)} in it.")
    if answers:
        fixes.append(f"take {', '.join(answers)} out of the request in the front end.")
    return meaning, " Then ".join(fixes)


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
