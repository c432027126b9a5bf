"""What the browser says about a request: ``Origin``, ``Sec-Fetch-*``, ``Referer``.

Source: Fetch, "append a request Origin header", "redirect-taint"; Fetch Metadata, sections 2 and 3.
"""

from itertools import pairwise

from crossguard.browser.headers.referrer import DEFAULT_POLICY, RELAXED, hides_origin, is_downgrade, referrer
from crossguard.browser.profiles import Profile, ThirdPartyCookies
from crossguard.browser.request import Mode, Request, Tainting
from crossguard.browser.site import Sites, is_same_origin, is_trustworthy, serialize
from crossguard.core.hosts import is_loopback_host

_ORIGINLESS_METHODS = frozenset({"GET", "HEAD"})


def request_origin(request: Request) -> str:
    """Serialize the request's origin, ``null`` once redirects have tainted it (Fetch)."""
    is_tainted = len(request.urls) > 1 and has_tainted_origin(request)
    return "null" if is_tainted else serialize(request.origin)


def has_tainted_origin(request: Request) -> bool:
    """Tell whether a redirect led from one foreign origin to another (Fetch, "redirect-taint")."""
    return any(
        not is_same_origin(url.origin, last.origin) and not is_same_origin(request.origin, last.origin)
        for last, url in pairwise(request.urls)
    )


def origin_header(request: Request, profile: Profile, sites: Sites) -> str | None:
    """Return ``Origin`` for the request, None if it has none (Fetch, "append a request Origin header")."""
    origin = request_origin(request)
    is_cors_element = (
        profile.cors_elements_send_origin and request.mode is Mode.CORS and request.destination != "empty"
    )
    if request.tainting is Tainting.CORS or request.mode is Mode.WEBSOCKET or is_cors_element:
        return origin
    survives = profile.origin_survives_redirects and not _left_origin(request)
    if request.method in _ORIGINLESS_METHODS and not (
        survives and request.first_method not in _ORIGINLESS_METHODS
    ):
        return None
    if profile.redirect_hides_origin and any(
        not is_same_origin(url.origin, request.url.origin) for url in request.urls
    ):
        return "null"
    # Navigations follow the referrer policy in every browser, fetches only where the profile says so.
    follows = profile.origin_follows_referrer_policy or request.mode is Mode.NAVIGATE
    if (
        request.mode is not Mode.CORS
        and follows
        and request.origin is not None
        and _hides_origin(request, profile, sites)
    ):
        return "null"
    return origin


def _hides_origin(request: Request, profile: Profile, sites: Sites) -> bool:
    policy, page = _policy(request, profile, sites), request.client.url
    if profile.downgrade_spares_loopback and is_downgrade(page, request.url):
        return hides_origin(policy, page, request.url) and not is_loopback_host(request.url.host)
    return request.referrer is None or hides_origin(policy, page, request.url)


def _left_origin(request: Request) -> bool:
    """Tell whether a redirect led to another origin than the first."""
    first = request.urls[0].origin
    return any(not is_same_origin(url.origin, first) for url in request.urls[1:])


def _changed_origin(request: Request) -> bool:
    """Tell whether the last redirect led to another origin."""
    return len(request.urls) > 1 and not is_same_origin(request.url.origin, request.urls[-2].origin)


def referrer_header(request: Request, profile: Profile, sites: Sites) -> str | None:
    """Return ``Referer`` for the request; a page with an opaque origin sends none."""
    is_silent = request.is_user_initiated or request.mode is Mode.WEBSOCKET
    if request.origin is None or request.referrer is None or is_silent:
        return None
    value = referrer(_policy(request, profile, sites), request.referrer, request.url)
    if value and profile.cross_site_frames_name_their_origin_only and request.client.is_cross_site_frame:
        return f"{request.referrer.origin}/"
    return value


def _policy(request: Request, profile: Profile, sites: Sites) -> str:
    """Return the referrer policy that this browser follows."""
    if (
        profile.referrer_policy_cannot_relax
        and request.referrer_policy in RELAXED
        and not sites.is_same(request.origin, request.url.origin)
    ):
        return DEFAULT_POLICY
    return request.referrer_policy


def sec_fetch_site(request: Request, profile: Profile, sites: Sites) -> str:
    """Return how page and URL relate, over all redirects (Fetch Metadata, "Sec-Fetch-Site")."""
    if request.is_user_initiated:
        return "none"
    relation = "same-origin"
    for url in request.urls:
        if is_same_origin(url.origin, request.origin):
            continue
        if not sites.is_same(url.origin, request.origin):
            return "cross-site"
        relation = "same-site"
    if relation == "same-site" and profile.same_site_needs_https and not _is_https_throughout(request):
        return "cross-site"
    if relation == "same-site" and profile.ipv6_ports_are_cross_site and request.url.host.startswith("["):
        return "cross-site"
    return relation


def _is_https_throughout(request: Request) -> bool:
    origin = request.origin
    if origin is None or (origin.scheme != "https" and not is_loopback_host(origin.host)):
        return False
    return all(url.scheme == "https" for url in request.urls[:-1])


def metadata_headers(
    request: Request, profile: Profile, sites: Sites, *, is_preflight: bool = False
) -> dict[str, str]:
    """Return the ``Sec-Fetch-*`` headers; none go to a URL that is not trustworthy (Fetch Metadata)."""
    is_silent = (request.mode is Mode.WEBSOCKET and not profile.websocket_sends_metadata) or (
        profile.redirect_hides_metadata
        and not is_preflight
        and request.mode is Mode.CORS
        and _changed_origin(request)
    )
    if is_silent or not is_trustworthy(request.url):
        return {}
    is_empty = request.mode is Mode.WEBSOCKET and profile.websocket_dest_is_empty
    headers = {
        "Sec-Fetch-Site": sec_fetch_site(request, profile, sites),
        "Sec-Fetch-Mode": request.mode.value,
        "Sec-Fetch-Dest": "empty" if is_empty else request.destination,
    }
    if request.destination == "document":
        headers["Sec-Fetch-User"] = "?1"
    elif headers["Sec-Fetch-Site"] == "cross-site" and request.includes_credentials:
        usable = profile.third_party_cookies is ThirdPartyCookies.ALLOW
        headers["Sec-Fetch-Storage-Access"] = "active" if usable else "none"
    return headers
