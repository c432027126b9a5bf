"""What a redirect does to a request.

Source: Fetch, "HTTP-redirect fetch" and "location URL".
"""

from typing import Final

from crossguard.browser.codes import Code
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.headers.request_headers import CLIENT_HINTS
from crossguard.browser.network_error import NetworkError
from crossguard.browser.profiles import Profile
from crossguard.browser.request import Mode, Request, Tainting
from crossguard.browser.site import is_same_origin
from crossguard.browser.urls import Url, UrlSyntaxError, parse_url
from crossguard.browser.verdict import FailedAt, Failure

#: Fetch, "redirect status".
REDIRECT_STATUS: Final = frozenset({301, 302, 303, 307, 308})
#: Fetch, "HTTP-redirect fetch" step 7.
MAX_REDIRECTS: Final = 20

_ANY_REDIRECT_STATUS: Final = frozenset(range(301, 400)) - {304, 305, 306}
_STEP: Final = "Fetch, HTTP-redirect fetch"
_MOVED: Final = frozenset({301, 302})
_SEE_OTHER: Final = 303
#: Fetch, "request-body-header name".
_BODY_HEADERS: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type", "content-length"}
)

#: Fetch, "CORS non-wildcard request-header name".
_CREDENTIAL_HEADERS: Final = frozenset({"authorization"})


def is_redirect(status: int, profile: Profile) -> bool:
    """Tell whether the browser follows a response of *status* (Fetch, "redirect status")."""
    if profile.follows_any_redirect_status:
        return status in _ANY_REDIRECT_STATUS
    return status in REDIRECT_STATUS


def location_url(request: Request, headers: ReceivedHeaders, profile: Profile) -> Url | None:
    """Return where the response redirects to, None if nowhere (Fetch, "location URL").

    Raises:
        NetworkError: the URL does not parse.
    """
    location = headers.get("location")
    if location is None or (not location and profile.empty_location_ignored):
        return None
    if not location:
        raise _refuse(Code.LOCATION_INVALID, "step 5", location="", reason="it is empty")
    try:
        url = parse_url(location, request.url)
    except UrlSyntaxError as error:
        raise _refuse(Code.LOCATION_INVALID, "step 5", location=location, reason=str(error)) from error
    if url.fragment is None and request.url.fragment is not None:
        url = Url(
            url.scheme,
            url.host,
            url.port,
            url.path,
            url.query,
            request.url.fragment,
            url.username,
            url.password,
        )
    return url


def follow(request: Request, status: int, url: Url, profile: Profile) -> None:
    """Turn *request* into the one for *url* (Fetch, "HTTP-redirect fetch" steps 6 to 18).

    Raises:
        NetworkError: the redirect may not be followed.
    """
    if not url.is_http:
        raise _refuse(Code.LOCATION_SCHEME, "step 6", location=url.href)
    if len(request.urls) > MAX_REDIRECTS:
        raise _refuse(Code.TOO_MANY_REDIRECTS, "step 7", location=url.href)
    if url.includes_credentials and _refuses_credentials(request, url, profile):
        raise _refuse(Code.LOCATION_WITH_CREDENTIALS, "steps 9 and 10", location=url.href)
    stripped: frozenset[str] = frozenset()
    is_same = is_same_origin(request.url.origin, url.origin)
    if (
        (status in _MOVED and request.method == "POST")
        or (status == _SEE_OTHER and request.method not in {"GET", "HEAD"})
        or (profile.redirect_drops_delete and request.method == "DELETE" and not is_same)
    ):
        request.method = "GET"
        request.body = None
        stripped = _BODY_HEADERS
    if not is_same:
        stripped |= _CREDENTIAL_HEADERS
    if profile.redirect_strips_client_hints and not is_same_origin(request.origin, url.origin):
        stripped |= CLIENT_HINTS
    request.headers = tuple(header for header in request.headers if header[0].lower() not in stripped)
    request.stripped = stripped
    request.urls.append(url)


def _refuses_credentials(request: Request, url: Url, profile: Profile) -> bool:
    if profile.location_userinfo_always_fails or request.tainting is Tainting.CORS:
        return request.mode is not Mode.NAVIGATE
    return request.mode is Mode.CORS and not is_same_origin(request.origin, url.origin)


def _refuse(code: Code, step: str, **evidence: str) -> NetworkError:
    return NetworkError(Failure(code, f"{_STEP}, {step}", evidence, FailedAt.REDIRECT))
