"""What script may see of a response.

Source: Fetch, "filtered response", "CORS-exposed header-name list".
"""

from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.headers.values import token_list
from crossguard.browser.request import Credentials, Request, Tainting
from crossguard.browser.values import HttpResponse
from crossguard.browser.verdict import ResponseType, ScriptResponse
from crossguard.core.names import SAFELISTED_RESPONSE_HEADERS


def filtered(
    request: Request, response: HttpResponse, headers: ReceivedHeaders, body: bytes
) -> ScriptResponse:
    """Filter *response* as the request's tainting says (Fetch, "main fetch" step 14)."""
    if request.tainting is Tainting.OPAQUE:
        return ScriptResponse(ResponseType.OPAQUE, 0, (), b"", "", redirected=False)
    names = headers.names()
    kind = ResponseType.BASIC
    if request.tainting is Tainting.CORS:
        kind = ResponseType.CORS
        exposed = exposed_names(headers, include=request.credentials is Credentials.INCLUDE)
        names = tuple(name for name in names if name in exposed)
    return ScriptResponse(
        kind,
        response.status,
        tuple((name, headers.get(name) or "") for name in names),
        body,
        request.url.without_fragment,
        len(request.urls) > 1,
    )


def opaque_redirect(request: Request) -> ScriptResponse:
    """Return what script sees of a redirect that it did not want followed."""
    url = request.url.without_fragment
    return ScriptResponse(ResponseType.OPAQUE_REDIRECT, 0, (), b"", url, redirected=False)


def exposed_names(headers: ReceivedHeaders, *, include: bool) -> frozenset[str]:
    """Return the lower-case names that a cross-origin script may read (Fetch, "CORS filtered response").

    Args:
        headers: of the response.
        include: whether the credentials mode is ``include``, which makes ``*`` a name like any other.
    """
    tokens = token_list(headers, "access-control-expose-headers") or ()
    if "*" in tokens and not include:
        return frozenset(headers.names())
    return SAFELISTED_RESPONSE_HEADERS | {token.lower() for token in tokens}
