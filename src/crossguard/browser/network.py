"""One exchange with a server: the headers the browser adds, the cookies, the answer.

Source: Fetch, "HTTP-network-or-cache fetch" and "HTTP-network fetch".
"""

from typing import Final

from crossguard.browser.caches.http_cache import updated
from crossguard.browser.caches.lookup import CacheLookup
from crossguard.browser.codes import Code, CookieCode
from crossguard.browser.cookies.cookie import CookieRefusedError
from crossguard.browser.cookies.jar import CookieContext
from crossguard.browser.errors import UsageError
from crossguard.browser.headers.metadata import metadata_headers, origin_header, referrer_header
from crossguard.browser.headers.received import MalformedResponseError, ReceivedHeaders
from crossguard.browser.network_error import NetworkError
from crossguard.browser.request import Cache, Mode, Request
from crossguard.browser.session import Session
from crossguard.browser.values import HeaderList, HttpRequest, HttpResponse
from crossguard.browser.verdict import CookieRefusal, CookieReport, Exchange, FailedAt, Failure, Hop

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: RFC 6455 section 4.1: what accepts a WebSocket handshake.
SWITCHING_PROTOCOLS: Final = 101
_FINAL_STATUS: Final = range(200, 1000)
_NOT_MODIFIED: Final = 304
_SEND_STEP: Final = "Fetch, HTTP-network fetch, step 8"
_CREDENTIALS_STEP: Final = "Fetch, HTTP-network-or-cache fetch, step 8.3"


def send(session: Session, exchange: Exchange, where: FailedAt) -> tuple[HttpResponse, ReceivedHeaders]:
    """Send the request of *exchange*, keep the response there, and read its header section.

    Raises:
        NetworkError: no response, or none that a browser reads.
        UsageError: ``send`` returned something else than a response.
    """
    try:
        response = session.send(exchange.request)
    except OSError as error:
        evidence = {"url": exchange.request.url, "reason": str(error) or type(error).__name__}
        raise NetworkError(Failure(Code.CONNECTION_FAILED, _SEND_STEP, evidence, where)) from error
    if not isinstance(response, HttpResponse):
        raise UsageError(f"send must return an HttpResponse, not {type(response).__name__}")
    exchange.response = response
    if response.status not in _FINAL_STATUS and response.status != SWITCHING_PROTOCOLS:
        raise _malformed(f"{response.status} is no status of a final response", where)
    try:
        return response, ReceivedHeaders(response.headers, session.profile)
    except MalformedResponseError as error:
        raise _malformed(str(error), where) from error


def _malformed(reason: str, where: FailedAt) -> NetworkError:
    return NetworkError(Failure(Code.MALFORMED_RESPONSE, _SEND_STEP, {"reason": reason}, where))


def network_or_cache_fetch(
    session: Session, request: Request, hop: Hop
) -> tuple[HttpResponse, ReceivedHeaders]:
    """Answer *request* from the HTTP cache, or from the server (Fetch, "HTTP-network-or-cache fetch").

    Raises:
        NetworkError: no response, or none that a browser reads.
    """
    headers = _with_cookies(session, request, hop.cookies)
    lookup = CacheLookup(session, request, headers)
    stored = lookup.find()
    if stored is not None and lookup.is_usable(stored):
        hop.cached = stored.response
        return stored.response, stored.headers
    if request.cache is Cache.ONLY_IF_CACHED and not session.profile.ignores_only_if_cached:
        step = "Fetch, HTTP-network-or-cache fetch, step 11.1"
        raise NetworkError(Failure(Code.NOT_CACHED, step, {"url": request.url.href}, FailedAt.REQUEST))
    if stored is not None:
        headers += stored.validators
    response, received = network_fetch(session, request, headers, hop)
    if stored is not None and response.status == _NOT_MODIFIED and lookup.validates(stored):
        response = hop.cached = updated(stored, response)
        received = ReceivedHeaders(response.headers, session.profile)
    lookup.store(response, received)
    return response, received


def network_fetch(
    session: Session, request: Request, headers: HeaderList, hop: Hop
) -> tuple[HttpResponse, ReceivedHeaders]:
    """Send *request*, and store the cookies of the response.

    Cookies are stored before the checks: a response that fails the CORS check still sets them.

    Raises:
        NetworkError: no response, or none that a browser reads.
    """
    exchange = hop.actual = Exchange(HttpRequest(request.method, request.url, headers, request.body or b""))
    response, received = send(session, exchange, FailedAt.RESPONSE)
    _store_cookies(session, request, received, hop.cookies)
    return response, received


def wire_headers(session: Session, request: Request) -> HeaderList:
    """Return the request's headers as sent, without cookies; repeated ones combined."""
    merged: dict[str, tuple[str, str]] = {}
    for name, value in request.headers:
        lower = name.lower()
        earlier = merged.get(lower)
        merged[lower] = (name, value) if earlier is None else (earlier[0], f"{earlier[1]}, {value}")
    if request.mode is not Mode.WEBSOCKET:
        merged.setdefault("accept", ("Accept", "*/*"))
    added = {
        "Origin": origin_header(request, session.profile, session.sites),
        "Referer": referrer_header(request, session.profile, session.sites),
        **metadata_headers(request, session.profile, session.sites),
    }
    if request.body is not None or request.method in {"POST", "PUT"}:
        added["Content-Length"] = str(len(request.body or b""))
    return (*merged.values(), *((name, value) for name, value in added.items() if value is not None))


def cookie_context(session: Session, request: Request) -> CookieContext:
    """Return where the request stands, for its cookies (RFC 6265bis section 5.2)."""
    profile, sites, client = session.profile, session.sites, request.client
    is_navigation = request.destination == "document"
    target = request.url.origin
    page = client.address_bar
    if page is None and profile.address_bar_decides_cookies:
        page = client.url.origin
    is_first_party = sites.is_same(page, target, schemeful=profile.schemeful_cookies)
    is_cross_site_frame = client.is_cross_site_frame and not profile.address_bar_decides_cookies
    is_same = is_first_party or (
        profile.subdomains_are_same_site and page is not None and sites.is_below(request.url.host, page)
    )
    if client.is_cross_site_frame or (client.origin is None and profile.address_bar_decides_cookies):
        is_same = False
    if profile.redirects_make_cookies_cross_site and any(
        not sites.is_same(url.origin, target, schemeful=False) for url in request.urls
    ):
        is_same = False
    elif request.is_user_initiated:
        # No page asked for it, and no redirect makes it another one's (recorded).
        is_same = True
    if profile.address_bar_decides_cookies and not (is_same or is_navigation):
        is_same = page is not None and page.host == request.url.host
    partition = client.partition
    if is_navigation and target is not None:
        partition = sites.key(target)
    elif is_cross_site_frame and is_first_party:
        partition = f"{partition} below another site"
    is_third_party = not (is_first_party or is_navigation) or is_cross_site_frame
    return CookieContext(
        is_same,
        is_third_party or (profile.third_party_hops_stick and request.was_third_party),
        partition,
        is_navigation,
        request.method in _SAFE_METHODS,
    )


def _with_cookies(session: Session, request: Request, report: CookieReport) -> HeaderList:
    headers, now = wire_headers(session, request), session.clock()
    if not request.includes_credentials:
        report.withheld = tuple(
            CookieRefusal(cookie.name, CookieCode.CREDENTIALS_OMITTED, _CREDENTIALS_STEP)
            for cookie in session.jar.of_host(request.url.host, now)
        )
        return headers
    context = cookie_context(session, request)
    request.was_third_party |= context.third_party
    sent, withheld = session.jar.for_request(request.url, context, now)
    report.withheld = tuple(withheld)
    report.sent = tuple(cookie.name for cookie in sent)
    if not sent:
        return headers
    pairs = (f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in sent)
    return (*headers, ("Cookie", "; ".join(pairs)))


def _store_cookies(
    session: Session,
    request: Request,
    received: ReceivedHeaders,
    report: CookieReport,
) -> None:
    lines = received.lines("set-cookie")
    if not lines:
        return
    context = cookie_context(session, request)
    stored: list[str] = []
    refused: list[CookieRefusal] = []
    for line in lines:
        if not request.includes_credentials:
            name = line.partition(";")[0].partition("=")[0].strip()
            refused.append(CookieRefusal(name, CookieCode.CREDENTIALS_OMITTED, _CREDENTIALS_STEP))
            continue
        try:
            stored.append(session.jar.store(line, request.url, context, session.clock()).name)
        except CookieRefusedError as error:
            refused.append(CookieRefusal(error.name, error.code, error.step))
    report.stored, report.refused = tuple(stored), tuple(refused)
