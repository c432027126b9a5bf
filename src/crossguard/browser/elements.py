"""What elements fetch: images, scripts, frames; and EventSource, which fetches as they do.

Source: HTML Standard, "create a potential-CORS request", "update the image data", "fetch a classic script",
"fetch a module script", "navigate an iframe or frame", "server-sent events".
"""

from dataclasses import dataclass

from crossguard.browser.request import Cache, Client, Credentials, Mode, Request
from crossguard.browser.senders import navigation
from crossguard.browser.site import Sites, is_mixed_content, is_same_origin
from crossguard.browser.urls import Url, UrlSyntaxError, parse_url
from crossguard.core.hosts import is_ip_host

_LOCAL_PERMISSIONS = frozenset({"local-network-access", "local-network", "loopback-network"})


def _potential_cors(client: Client, url: Url, crossorigin: str | None, destination: str) -> Request:
    """Make a request as the attribute ``crossorigin`` says; None if it is absent."""
    if crossorigin is None:
        mode, credentials = Mode.NO_CORS, Credentials.INCLUDE
    elif crossorigin.lower() == "use-credentials":
        mode, credentials = Mode.CORS, Credentials.INCLUDE
    else:
        mode, credentials = Mode.CORS, Credentials.SAME_ORIGIN
    return Request(
        client,
        "GET",
        [url],
        mode=mode,
        credentials=credentials,
        referrer_policy=client.referrer_policy,
        destination=destination,
    )


def image(client: Client, url: Url, crossorigin: str | None) -> Request:
    """An ``<img>``.

    An https page upgrades an http image rather than losing it (Mixed Content section 4.1).
    """
    if is_mixed_content(client.url, url) and not is_ip_host(url.host):
        url = Url("https", url.host, url.port, url.path, url.query, url.fragment)
    return _potential_cors(client, url, crossorigin, "image")


def script(client: Client, url: Url, crossorigin: str | None, *, is_module: bool) -> Request:
    """A ``<script src>``; a module is always a CORS request."""
    return _potential_cors(client, url, "" if is_module and crossorigin is None else crossorigin, "script")


def event_source(client: Client, url: Url, *, with_credentials: bool) -> Request:
    """``new EventSource(url)``: a CORS request that no cache answers."""
    request = _potential_cors(client, url, "use-credentials" if with_credentials else "", "empty")
    request.headers = (("Accept", "text/event-stream"),)
    request.cache = Cache.NO_STORE
    return request


def frame(client: Client, url: Url) -> Request:
    """An ``<iframe src>``: a navigation that is a part of the page."""
    return navigation(client, url, destination="iframe")


@dataclass(frozen=True, slots=True)
class FrameAttributes:
    """What an ``<iframe>`` says of the page inside it.

    Attributes:
        sandbox: the attribute's words; None if it is absent.
        allow: the permissions that are passed on.
        referrer_policy: of the document.
    """

    sandbox: str | None
    allow: str
    referrer_policy: str


def frame_client(parent: Client, url: str, attributes: FrameAttributes, sites: Sites) -> Client:
    """Return the page inside a frame that was loaded from *url*.

    Args:
        parent: the page around it.
        url: where its document came from, redirects followed.
        attributes: of the frame.
        sites: what is one site.
    """
    try:
        address = parse_url(url)
    except UrlSyntaxError:  # pragma: no cover - it was requested
        address = parent.url
    words = None if attributes.sandbox is None else attributes.sandbox.split()
    is_opaque = parent.origin is None or (words is not None and "allow-same-origin" not in words)
    origin = None if is_opaque else address.origin
    is_same = sites.is_same(parent.address_bar, address.origin)
    passed_on = parent.may_reach_local and (
        is_same_origin(parent.origin, origin)
        or bool(_LOCAL_PERMISSIONS & set(attributes.allow.replace(";", " ").split()))
    )
    return Client(
        address,
        origin,
        attributes.referrer_policy,
        parent.partition,
        parent.address_bar,
        parent.is_cross_site_frame or not is_same,
        passed_on,
    )
