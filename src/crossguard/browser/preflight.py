"""The CORS preflight: when it is needed, what it asks, what its answer permits.

Source: Fetch, "HTTP fetch" step 4.1 and "CORS-preflight fetch".
"""

from typing import Final

from crossguard.browser.caches.preflights import Allowed, PreflightKey
from crossguard.browser.codes import Code
from crossguard.browser.cors_check import cors_check
from crossguard.browser.headers.metadata import (
    has_tainted_origin,
    metadata_headers,
    referrer_header,
    request_origin,
)
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.headers.request_headers import unsafe_names
from crossguard.browser.headers.values import token_list
from crossguard.browser.network import send
from crossguard.browser.network_error import NetworkError
from crossguard.browser.profiles import Profile
from crossguard.browser.request import Cache, Credentials, Mode, Request, Tainting
from crossguard.browser.session import Session
from crossguard.browser.site import Sites, is_same_origin, serialize
from crossguard.browser.values import HttpRequest
from crossguard.browser.verdict import Exchange, FailedAt, Failure, Hop
from crossguard.core.hosts import is_ip_host
from crossguard.core.names import SAFELISTED_METHODS

_STEP: Final = "Fetch, CORS-preflight fetch"
_OK_STATUS: Final = range(200, 300)
_REDIRECT_STATUS: Final = frozenset({301, 302, 303, 307, 308})


def names_to_ask(request: Request, profile: Profile) -> tuple[str, ...] | None:
    """Return the header names that a preflight asks for, None if no preflight is needed.

    Fetch, "main fetch" step 12: only requests that no form could make are preflighted. The standard
    looks at each hop afresh. Where the profile's preflights are sticky, the names are those of the
    original request without what this very redirect removed, and having been preflighted before, or
    having had such names, is enough.
    """
    if request.tainting is not Tainting.CORS or request.mode is not Mode.CORS:
        return None
    is_simple = request.method in SAFELISTED_METHODS and not request.forces_preflight
    if not profile.preflight_is_sticky:
        names = unsafe_names(request.headers, profile)
        return None if is_simple and not names else names
    if is_simple and not request.unsafe_names and not request.was_preflighted:
        return None
    if profile.preflight_asks_for_stripped:
        return request.unsafe_names
    return tuple(name for name in request.unsafe_names if name not in request.stripped)


def preflight_origin(request: Request, profile: Profile) -> str:
    """Return the origin that a preflight carries, and that its answer must allow."""
    return serialize(request.origin) if profile.preflight_keeps_origin else request_origin(request)


def build(request: Request, names: tuple[str, ...], profile: Profile, sites: Sites) -> HttpRequest:
    """Make the OPTIONS request (Fetch, "CORS-preflight fetch" steps 1 to 6), headers in wire order."""
    values = {
        "Accept": "*/*",
        "Access-Control-Request-Method": request.method,
        "Access-Control-Request-Headers": ",".join(names) or None,
        "Origin": preflight_origin(request, profile),
        "Referer": referrer_header(request, profile, sites),
        **metadata_headers(request, profile, sites, is_preflight=True),
    }
    ordered = ((name, values.get(name)) for name in profile.preflight_order)
    headers = tuple((name, value) for name, value in ordered if value is not None)
    return HttpRequest("OPTIONS", request.url, headers)


def check(request: Request, status: int, headers: ReceivedHeaders, profile: Profile) -> Allowed:
    """Return what the answer allows (Fetch, "CORS-preflight fetch" steps 7.1 to 7.4).

    Raises:
        NetworkError: it allows nothing.
    """
    include = request.credentials is Credentials.INCLUDE
    evidence = {"status": str(status)}
    if status in _REDIRECT_STATUS:
        location = headers.get("location") or ""
        raise NetworkError(_refuse(Code.PREFLIGHT_REDIRECTED, "step 7", **evidence, location=location))
    # Firefox does not check the preflight that goes back to the page's own origin (recorded).
    is_exempt = profile.preflight_keeps_origin and is_same_origin(request.origin, request.url.origin)
    failure = cors_check(headers, origin=preflight_origin(request, profile), include=include)
    if failure is not None and not is_exempt:
        raise NetworkError(
            Failure(failure.code, failure.step, {**failure.evidence, **evidence}, FailedAt.PREFLIGHT)
        )
    if status not in _OK_STATUS:
        raise NetworkError(_refuse(Code.PREFLIGHT_STATUS, "step 7", **evidence))
    methods = token_list(headers, "access-control-allow-methods")
    names = token_list(headers, "access-control-allow-headers")
    if methods is None:
        raw = headers.get("access-control-allow-methods") or ""
        raise NetworkError(_refuse(Code.ALLOW_METHODS_INVALID, "step 7.3", allowed=raw))
    if names is None:
        raw = headers.get("access-control-allow-headers") or ""
        raise NetworkError(_refuse(Code.ALLOW_HEADERS_INVALID, "step 7.3", allowed=raw))
    return Allowed(methods, names, headers.get("access-control-max-age"))


def refusal(request: Request, names: tuple[str, ...], allowed: Allowed, profile: Profile) -> Failure | None:
    """Tell why *allowed* does not cover the request (Fetch, "CORS-preflight fetch" steps 7.5 to 7.7)."""
    include = request.credentials is Credentials.INCLUDE
    is_listed = request.method in allowed.methods or ("*" in allowed.methods and not include)
    if not is_listed and request.method not in SAFELISTED_METHODS:
        return _refuse(
            Code.METHOD_NOT_ALLOWED, "step 7.5", method=request.method, allowed=", ".join(allowed.methods)
        )
    missing = _missing(names, allowed.names, profile, include=include)
    if missing:
        return _refuse(
            Code.HEADER_NOT_ALLOWED,
            "steps 7.6 and 7.7",
            header=", ".join(missing),
            allowed=", ".join(allowed.names),
        )
    return None


def key_of(request: Request, profile: Profile) -> PreflightKey:
    """Return for whom the answer to the request's preflight is kept."""
    include = request.credentials is Credentials.INCLUDE
    return PreflightKey(preflight_origin(request, profile), request.url.href, include)


def ask(session: Session, request: Request, names: tuple[str, ...], hop: Hop) -> None:
    """Ask first, unless an earlier answer still holds (Fetch, "CORS-preflight fetch").

    Raises:
        NetworkError: the answer does not allow the request.
    """
    profile, preflights = session.profile, session.preflights
    key, is_kept = key_of(request, profile), _is_kept(request, profile)
    if (
        is_kept
        and request.cache not in profile.preflighting_cache_modes
        and preflights.covers(key, request.method, names, session.clock())
    ):
        hop.preflight_cached = True
        return
    hop.preflight = Exchange(build(request, names, profile, session.sites))
    try:
        _send(session, request, names, hop.preflight, is_kept=is_kept)
    except NetworkError:
        if profile.failed_preflight_evicts:
            preflights.forget(key)
        raise


def _send(
    session: Session, request: Request, names: tuple[str, ...], exchange: Exchange, *, is_kept: bool
) -> None:
    profile = session.profile
    response, headers = send(session, exchange, FailedAt.PREFLIGHT)
    allowed = check(request, response.status, headers, profile)
    refused = refusal(request, names, allowed, profile)
    # Conditional headers turn the cache mode to no-store, too, but are no reason (recorded).
    if profile.no_store_keeps_no_preflight and request.cache is Cache.NO_STORE and not request.is_conditional:
        is_kept = False
    if is_kept and (refused is None or profile.refused_preflight_is_kept):
        session.preflights.store(key_of(request, profile), allowed, session.clock())
    if refused is not None:
        raise NetworkError(refused)


def _is_kept(request: Request, profile: Profile) -> bool:
    """Tell whether the preflight may be answered from the cache, and its answer left there."""
    if request.origin is None:
        return not profile.sandboxed_page_caches_nothing
    if profile.ip_literals_keep_no_preflight and is_ip_host(request.url.host):
        return False
    return not (profile.tainted_origin_keeps_no_preflight and has_tainted_origin(request))


def _missing(
    names: tuple[str, ...], allowed: tuple[str, ...], profile: Profile, *, include: bool
) -> list[str]:
    lower = {name.lower() for name in allowed}
    wildcard = "*" in lower and not include
    return [
        name
        for name in names
        if name not in lower
        and not (wildcard and (name != "authorization" or profile.wildcard_covers_authorization))
    ]


def _refuse(code: Code, step: str, **evidence: str) -> Failure:
    return Failure(code, f"{_STEP}, {step}", evidence, FailedAt.PREFLIGHT)
