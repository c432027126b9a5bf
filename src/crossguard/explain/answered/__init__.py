"""Who answered, where it was not the application: a proxy, a host, a tunnel, another program.

The tables say what an answer of each carries. The tests hold an answer of each, after the vendor's
documentation or users' reports.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from crossguard.browser.values import HttpRequest, HttpResponse
from crossguard.browser.verdict import FailedAt, Verdict
from crossguard.core.issues import shown
from crossguard.core.problem import PROBLEM_JSON
from crossguard.explain.answered.clouds import CLOUDS, STORAGE
from crossguard.explain.answered.passes import PASSES
from crossguard.explain.answered.proxies import PROXIES
from crossguard.explain.answered.sign import LOOKED_AT, Row, Sign
from crossguard.explain.answered.sign_in import SIGN_IN
from crossguard.explain.answered.tunnels import DEV_SERVERS, MACHINE, TUNNELS

# A sign-in proxy answers by means of another, as nginx with auth_request: it is looked for first.
_BESIDE: Final = (*DEV_SERVERS, *MACHINE, *STORAGE)
_FIRST: Final = (*_BESIDE, *TUNNELS, *SIGN_IN)
_THEN: Final = (*CLOUDS, *PROXIES)
#: All of them, in the order in which they are asked.
ROWS: Final = (*_FIRST, *_THEN)

#: What a proxy says of a server behind it (RFC 9110 section 15.6).
_GATEWAY: Final = frozenset({502, 503, 504})
#: What to do where a script is sent to a sign-in.
_SIGN_IN_FIX: Final = (
    "answer 401 where a script asks, in the API or in the proxy, and let the page go to the sign-in by "
    "itself: location.href = '…'."
)
#: What a proxy says of more than it takes (RFC 9110 and RFC 6585).
_LIMITS: Final = frozenset({413, 414, 431})
#: Characters of an address that are looked at.
_ADDRESS: Final = 2000
#: Header lines that are looked at; servers send some 10 to 40.
_HEADERS: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OK: Final = range(200, 300)
_ERRORS: Final = range(400, 600)
_SIGN_IN_WORDS: Final = frozenset(
    {"auth", "authorize", "idp", "login", "oauth", "oauth2", "openid", "saml", "saml2", "signin", "sso"}
)
_WORDS: Final = re.compile(r"[a-z0-9]+")


class Answered(NamedTuple):
    """Who probably answered in the application's place.

    Attributes:
        name: what people call it.
        text: who answered and what that means, in sentences.
        fix: what to write, and where.
        certain: whether the answer carries what only this one sends.
    """

    name: str
    text: str
    fix: str
    certain: bool


class _Seen(NamedTuple):
    """What is looked at of an answer; all text in lower case."""

    headers: Mapping[str, str]
    body: str
    status: int
    location: str
    query: str
    asked: str
    is_preflight: bool


def answered_elsewhere(verdict: Verdict) -> Answered | None:
    """Return who answered in the application's place, None if it answered itself or that is unknown.

    Args:
        verdict: everything that happened, from the browser model.
    """
    failure = verdict.failure
    # What leads a fetch away, such as a sign-in proxy, has answered an earlier one of its requests.
    hops = verdict.hops[-1:] if failure is None else verdict.hops[::-1]
    for number, hop in enumerate(hops):
        at_preflight = number == 0 and failure is not None and failure.where is FailedAt.PREFLIGHT
        exchange = hop.preflight if at_preflight else hop.actual
        if exchange is not None and exchange.response is not None:
            found = who_answered(exchange.request, exchange.response)
            if found is not None:
                return found
    return _left_for_sign_in(verdict) if failure is not None else None


def _is_sign_in(url: str) -> bool:
    """Tell whether *url* looks like that of a sign-in, by the words in its host and path."""
    address, _ = _location(url.lower())
    words = set(_WORDS.findall(address[:_ADDRESS].replace("sign-in", "signin").replace("sign_in", "signin")))
    return not words.isdisjoint(_SIGN_IN_WORDS)


def _left_for_sign_in(verdict: Verdict) -> Answered | None:
    """Return what is to be said of a fetch that was redirected to a sign-in on another host."""
    for hop in verdict.hops:
        answer = hop.actual.response if hop.actual is not None else None
        location = (answer.header("location") or "") if answer is not None else ""
        there = _host(location)
        if answer is None or answer.status not in _REDIRECTS or there in {"", _host(hop.url)}:
            continue
        if _is_sign_in(location):
            return Answered(
                "A sign-in",
                f"The request was redirected to a sign-in at {shown(there, 120)[1:-1]}, by a proxy in front "
                "of the API or by the API itself.",
                _SIGN_IN_FIX,
                certain=False,
            )
    return None


def _host(url: str) -> str:
    """Return the host of *url*; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def who_answered(request: HttpRequest, response: HttpResponse) -> Answered | None:
    """Return who answered *request*, None if that was the application or is unknown.

    An answer that is a problem document of this library is the application's, and so is one that names an
    origin that may read it, unless only a dev server sends such. The cost is bounded: the first part of
    the body is read, each row is looked at once.
    """
    headers: dict[str, str] = {}
    for name, value in response.headers[:_HEADERS]:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value.lower()}" if lower in headers else value.lower()
    if headers.get("content-type", "").startswith(PROBLEM_JSON):
        return None
    location, query = _location(headers.get("location", ""))
    seen = _Seen(
        headers,
        response.body[:LOOKED_AT].decode("latin-1").lower(),
        response.status,
        location,
        query,
        request.target.host.lower(),
        request.header("access-control-request-method") is not None,
    )
    if "access-control-allow-origin" in headers:
        return _row(DEV_SERVERS, seen)
    if "origin" in headers.get("vary", ""):
        # The application says of every answer that it depends on the origin, and so do buckets.
        return _row((*DEV_SERVERS, *STORAGE), seen)
    return _row(_FIRST, seen) or _sign_in(seen) or _row(_THEN, seen) or _passed(seen)


def _row(rows: tuple[Row, ...], seen: _Seen) -> Answered | None:
    for row in rows:
        if any(_fits(sign, seen) for sign in row.signs):
            who = f"{row.name} answered, not the API."
            if row not in _BESIDE:
                who = f"{row.name} stands in front of the API, and answered in its place."
            return Answered(row.name, f"{who} {row.why}", row.fix, certain=True)
    return None


def _fits(sign: Sign, seen: _Seen) -> bool:
    statuses = sign.statuses or (_ERRORS if sign.body else ())
    return (
        (not statuses or seen.status in statuses)
        and all(name in seen.headers and part in seen.headers[name] for name, part in sign.headers)
        and (not sign.body or sign.body in seen.body)
        and (not sign.whole or sign.whole == seen.body.strip())
        and (not sign.location or sign.location in seen.location)
        and (not sign.query or sign.query in seen.query)
        and seen.asked.endswith(sign.asked)
        and (seen.is_preflight or not sign.of_preflight)
        and not any(name in seen.headers for name in sign.lacks)
    )


def _location(text: str) -> tuple[str, str]:
    """Return where a redirect leads, without its query, and the query."""
    address, _, query = text.partition("?")
    return address.partition("#")[0], query


def _sign_in(seen: _Seen) -> Answered | None:
    """Return the sign-in that a preflight was sent to on another host; an application may redirect, too."""
    host = _host(seen.location)
    if not seen.is_preflight or host in {"", seen.asked} or not _is_sign_in(seen.location):
        return None
    there = shown(host, 120)[1:-1]
    return Answered(
        "A sign-in proxy",
        f"A sign-in proxy stands in front of the API, and sends what has no cookies to {there}.",
        "let it pass preflights (OPTIONS) on to the API without a sign-in: they never carry cookies.",
        certain=False,
    )


def _passed(seen: _Seen) -> Answered | None:
    """Return what stands in front of the API, where it may have answered a request that failed."""
    is_error = seen.status not in _OK if seen.is_preflight else seen.status in _GATEWAY | _LIMITS
    if not is_error:
        return None
    for header, part, name in PASSES:
        if header in seen.headers and part in seen.headers[header]:
            fix = f"start the API, and compare its address with the one that {name} has."
            if seen.status in _LIMITS:
                fix = f"raise the limit for bodies or headers in {name}, or send less."
            elif seen.status not in _GATEWAY:
                fix = f"let {name} pass preflights (OPTIONS) on to the API: they never carry cookies."
            text = f"It came through {name}, which may have answered in the API's place."
            return Answered(name, text, fix, certain=False)
    return None
