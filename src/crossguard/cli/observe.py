"""What a check observes besides the fetch: headers that came twice, strangers, preflights."""

from collections.abc import Iterator
from typing import Final

from crossguard.browser import (
    Browser,
    Code,
    HttpRequest,
    HttpResponse,
    PromiseState,
    Send,
    UsageError,
    Verdict,
)
from crossguard.browser.urls import UrlSyntaxError, parse_url
from crossguard.cli.carrier import LOOPBACK, Carrier, listens
from crossguard.cli.findings import Finding, by_severity
from crossguard.cli.observations import CheckCode, observation
from crossguard.cli.senders import Attempt
from crossguard.core.issues import shown
from crossguard.explain.answered import who_answered
from crossguard.explain.failures import CODE_TEXTS
from crossguard.explain.preflights import redirect_fix

#: An origin that no page can have: the name is reserved and never resolves (RFC 2606 section 2).
STRANGER: Final = "https://crossguard-stranger.invalid"

_ALLOW_ORIGIN: Final = "access-control-allow-origin"
_ALLOW_CREDENTIALS: Final = "access-control-allow-credentials"
# Browsers join lists that come in several lines; a second value of these makes them useless.
_SINGLE: Final = frozenset({_ALLOW_ORIGIN, _ALLOW_CREDENTIALS, "access-control-max-age"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OK: Final = range(200, 300)
_SAFE: Final = frozenset({"GET", "HEAD"})


def observe(attempt: Attempt, verdict: Verdict, send: Send) -> list[Finding]:
    """Return what is worth saying about a URL beyond one fetch of it.

    Sends a preflight if the fetch needed none, and asks once more as a stranger if the method changes
    nothing. What does not answer any more is left out.

    Args:
        attempt: what the page did.
        verdict: what came of it.
        send: carries the requests.
    """
    if not any(hop.actual or hop.preflight for hop in verdict.hops):
        return []
    return by_severity(list(_observed(attempt, verdict, send)))


def _observed(attempt: Attempt, verdict: Verdict, send: Send) -> Iterator[Finding]:
    for hop in verdict.hops:
        for exchange in (hop.preflight, hop.actual):
            if exchange is not None and exchange.response is not None:
                where = f"{exchange.request.method} {shown(hop.url, 200)[1:-1]}"
                yield from _of_response(exchange.request, exchange.response, where)
    first = verdict.hops[0]
    if attempt.sent_as == "websocket":
        yield from _of_strange_socket(attempt, verdict, send)
        return
    if attempt.sent_as == "form":
        # A form needs no preflight, and its answer is read by no script.
        return
    if first.preflight is None and not verdict.same_origin:
        yield from _of_preflight(attempt, verdict, send)
    actual = first.actual
    if actual is not None and actual.response is not None and attempt.method.upper() in _SAFE:
        yield from _of_stranger(attempt, verdict, actual.response, send)


def _of_response(request: HttpRequest, response: HttpResponse, where: str) -> Iterator[Finding]:
    names = [name.lower() for name, _ in response.headers]
    twice = sorted(name for name in _SINGLE if names.count(name) > 1)
    if twice:
        yield observation(CheckCode.DUPLICATE_HEADER, where, names=", ".join(name.title() for name in twice))
    answered = who_answered(request, response)
    if answered is not None and answered.certain:
        yield observation(CheckCode.OTHER_SERVER, where, text=answered.text, fix=answered.fix)


def _of_preflight(attempt: Attempt, verdict: Verdict, send: Send) -> Iterator[Finding]:
    try:
        target = parse_url(attempt.url)
        headers = (
            ("Accept", "*/*"),
            ("Access-Control-Request-Method", verdict.method),
            ("Access-Control-Request-Headers", "content-type"),
            ("Origin", verdict.page_origin),
            ("Sec-Fetch-Mode", "cors"),
        )
        request = HttpRequest("OPTIONS", target, headers)
        response = send(request)
    except (OSError, UrlSyntaxError):
        return
    where = f"OPTIONS {shown(target.without_fragment, 200)[1:-1]}"
    answered = who_answered(request, response)
    who = f" {answered.text}" if answered is not None else ""
    if response.status in _REDIRECTS:
        location = shown(response.header("location") or "", 200)[1:-1]
        fix = redirect_fix(target.without_fragment, location)
        fix = answered.fix if answered is not None else fix
        yield observation(CheckCode.PREFLIGHT_REDIRECTED, where, location=location, who=who, fix=fix)
    elif response.status not in _OK:
        fix = answered.fix if answered is not None else CODE_TEXTS[Code.PREFLIGHT_STATUS].fix
        yield observation(CheckCode.PREFLIGHT_STATUS, where, status=str(response.status), who=who, fix=fix)


def _of_stranger(attempt: Attempt, verdict: Verdict, listed: HttpResponse, send: Send) -> Iterator[Finding]:
    if verdict.page_origin == STRANGER:
        return
    try:
        stranger = Browser(verdict.profile, send=send).open(STRANGER)
        if attempt.sent_as == "eventsource":
            # A fetch would wait for the end of a stream that has none.
            seen = stranger.open_event_source(attempt.url)
        else:
            seen = stranger.verdict(attempt.url, method=attempt.method)
    except UsageError:  # pragma: no cover - the stranger has an address
        return
    answer = seen.hops[0].actual.response if seen.hops and seen.hops[0].actual else None
    if answer is None:
        return
    where = f"{seen.method} {shown(seen.hops[0].url, 200)[1:-1]}"
    allowed = answer.header(_ALLOW_ORIGIN)
    if allowed == STRANGER:
        with_credentials = answer.header(_ALLOW_CREDENTIALS) == "true"
        yield observation(
            CheckCode.ANY_ORIGIN_WITH_CREDENTIALS if with_credentials else CheckCode.ANY_ORIGIN_REFLECTED,
            where,
            stranger=STRANGER,
        )
    if allowed != listed.header(_ALLOW_ORIGIN) and not (_varies(listed) and _varies(answer)):
        yield observation(CheckCode.VARY_MISSING, where)


def _of_strange_socket(attempt: Attempt, verdict: Verdict, send: Send) -> Iterator[Finding]:
    """Open the same WebSocket from a page that no list has: nothing but the server's check stops it."""
    if verdict.page_origin == STRANGER or verdict.outcome is not PromiseState.RESOLVED:
        return
    # On an http page, so that a browser would not stop before the server is asked.
    stranger = Browser(verdict.profile, send=send).open(STRANGER.replace("https://", "http://"))
    if stranger.open_websocket(attempt.url).outcome is PromiseState.RESOLVED:
        where = f"WebSocket {shown(attempt.url, 200)[1:-1]}"
        yield observation(CheckCode.ANY_ORIGIN_CONNECTS, where, stranger=stranger.origin)


def observe_addresses(verdict: Verdict, carrier: Carrier, address: str) -> list[Finding]:
    """Return whether another server listens at the other address of this machine, on the same port.

    Args:
        verdict: what came of the fetch.
        carrier: carries the requests.
        address: the address that answered; empty where the host has one only.
    """
    hop = verdict.hops[0] if verdict.hops else None
    exchange = None if hop is None else hop.actual or hop.preflight
    if not address or exchange is None or exchange.response is None:
        return []
    other = next(one for one in LOOPBACK if one != address)
    target = exchange.request.target
    if not listens(other, target.effective_port):
        return []
    method = exchange.request.method if exchange.request.method in _SAFE else "OPTIONS"
    headers = exchange.request.headers if method == exchange.request.method else ()
    request = HttpRequest(method, target, tuple(pair for pair in headers if pair[0].lower() != "cookie"))
    try:
        here, there = carrier.at(address)(request), carrier.at(other)(request)
    except OSError:
        return []
    if _looks(here) == _looks(there):
        return []
    answered = who_answered(request, there)
    server = shown(there.header("server") or "a server without a name", 60)[1:-1]
    return [
        observation(
            CheckCode.TWO_SERVERS,
            f"port {target.effective_port}",
            address=address,
            other=other,
            server=answered.name if answered is not None else server,
        )
    ]


def _looks(response: HttpResponse) -> tuple[int, str, bool]:
    """Return what tells two servers apart."""
    server = (response.header("server") or "").partition("/")[0].lower()
    return response.status, server, response.header(_ALLOW_ORIGIN) is not None


def _varies(response: HttpResponse) -> bool:
    return bool(
        {item.strip().lower() for item in (response.header("vary") or "").split(",")} & {"origin", "*"}
    )
