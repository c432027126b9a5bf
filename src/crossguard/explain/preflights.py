"""What stopped a preflight where no policy is known: its status, a redirect, headers that it lacks."""

from typing import Final
from urllib.parse import urlsplit

from crossguard.browser.codes import Code
from crossguard.browser.verdict import Exchange, FailedAt, Failure, Verdict
from crossguard.core.names import is_token, parse_requested_headers
from crossguard.explain.failures import CODE_TEXTS
from crossguard.explain.families import complete
from crossguard.explain.requested import is_of_answers

_PROXY_FIX: Final = (
    "let what stands in front of the API, such as a sign-in proxy, pass preflights (OPTIONS) on: they never "
    "carry cookies."
)
# What is read of a list that an unknown server answers.
_LIST_WIDTH: Final = 4096


def status_of_preflight(verdict: Verdict, failure: Failure) -> int | None:
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


def headers_fix(preflight: Exchange) -> str:
    """Return what to write for all request headers that the answer to *preflight* lacks, families whole."""
    answer = preflight.response
    allowed = (answer.header("access-control-allow-headers") or "") if answer is not None else ""
    listed = {name.strip().lower() for name in allowed[:_LIST_WIDTH].split(",") if is_token(name.strip())}
    asked = parse_requested_headers(preflight.request.header("access-control-request-headers") or "") or ()
    missing = [name for name in asked if name not in listed]
    answers = [name for name in missing if is_of_answers(name)]
    wanted = complete(name for name in missing if name not in answers)
    lacking = [name for name in wanted if name.lower() not in listed]
    fixes = []
    if lacking:
        fixes.append(f"let the API answer Access-Control-Allow-Headers with {', '.join(lacking)} in it.")
    if answers:
        fixes.append(f"take {', '.join(answers)} out of the request in the front end.")
    return " Then ".join(fixes)
