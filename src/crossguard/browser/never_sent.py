"""What a browser refuses before it sends anything, and what it asks the person about.

Source: Fetch, "main fetch" step 7; Mixed Content section 4.4; Local Network Access.
"""

from typing import Final

from crossguard.browser.codes import Code, WarningCode
from crossguard.browser.network_error import NetworkError
from crossguard.browser.ports import BAD_PORTS
from crossguard.browser.profiles import Profile
from crossguard.browser.request import Request
from crossguard.browser.site import AddressSpace, address_space, is_mixed_content
from crossguard.browser.verdict import Caution, FailedAt, Failure

#: Fetch, "HTTP-network-or-cache fetch" step 8.10: bytes that keepalive requests may carry.
MAX_KEEPALIVE_BODY: Final = 65536


def refuse_unsendable(profile: Profile, request: Request) -> None:
    """Refuse what is never sent, whichever page asks (Fetch, "main fetch" step 7).

    Raises:
        NetworkError: the request is not sent.
    """
    url = request.url
    if not url.is_http:
        raise _refuse(Code.UNSUPPORTED_SCHEME, "scheme fetch", url=url.href)
    if url.effective_port in BAD_PORTS:
        raise _refuse(Code.BAD_PORT, "main fetch, step 7", url=url.href)
    refused = profile.refused_request_headers
    for name, _ in request.headers if refused else ():
        if name.lower() in refused:
            raise _refuse(Code.RESERVED_HEADER, "no step; this browser", header=name)
    if not (request.keepalive and profile.limits_keepalive):
        return
    size = len(request.body or b"")
    if size > MAX_KEEPALIVE_BODY:
        step = "HTTP-network-or-cache fetch, step 8.10"
        raise _refuse(Code.KEEPALIVE_TOO_LARGE, step, bytes=str(size))


def refuse_mixed_content(profile: Profile, request: Request) -> None:
    """Refuse http for an https page (Mixed Content section 4.4).

    Raises:
        NetworkError: the request is not sent.
    """
    page, url = request.client.url, request.url
    # Images are the exception to WebKit's exception (MixedContentChecker.cpp).
    is_image = request.destination == "image"
    loopback = profile.loopback_is_mixed_content and not is_image
    if is_image and profile.redirected_images_need_https and len(request.urls) > 1:
        loopback = True
    if request.destination != "document" and is_mixed_content(page, url, loopback=loopback):
        raise _refuse(Code.MIXED_CONTENT, "main fetch, step 7", page=page.href, url=url.href)


def note_address_space(request: Request) -> None:
    """Warn, once a fetch, of what browsers ask the person about (Local Network Access)."""
    warnings = request.warnings
    if any(warning.code is WarningCode.LOCAL_NETWORK_ACCESS for warning in warnings):
        return
    page, url = request.client.url, request.url
    space = address_space(url)
    if address_space(page) is AddressSpace.PUBLIC and space is not AddressSpace.PUBLIC:
        evidence = {"page": page.href, "url": url.href, "space": space.value}
        if not request.client.may_reach_local:
            evidence["allow"] = "the page around it does not pass the permission on"
        warnings.append(Caution(WarningCode.LOCAL_NETWORK_ACCESS, evidence))


def _refuse(code: Code, step: str, **evidence: str) -> NetworkError:
    return NetworkError(Failure(code, f"Fetch, {step}", evidence, FailedAt.REQUEST))
