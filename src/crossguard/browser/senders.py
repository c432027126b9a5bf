"""What else than ``fetch()`` makes a browser send a request.

Source: HTML Standard, "form submission" and "create navigation params by fetching"; Beacon,
"sendBeacon"; WebSockets Standard, "establish a connection". Elements are in
:mod:`crossguard.browser.elements`.
"""

from collections.abc import Iterable
from typing import Final

from crossguard.browser.bodies import Body, FormData, PlainForm, UrlEncoded, extract
from crossguard.browser.errors import UsageError
from crossguard.browser.headers.content_types import SAFELISTED_ESSENCES, essence
from crossguard.browser.request import Client, Credentials, Mode, Redirect, Request
from crossguard.browser.urls import Url, UrlSyntaxError, parse_url

#: The values of ``enctype`` (HTML Standard, "form submission attributes").
ENCTYPES: Final[dict[str, type[UrlEncoded] | type[FormData] | type[PlainForm]]] = {
    "application/x-www-form-urlencoded": UrlEncoded,
    "multipart/form-data": FormData,
    "text/plain": PlainForm,
}

_WEBSOCKET_SCHEMES: Final = {"ws": "http", "wss": "https", "http": "http", "https": "https"}
#: RFC 6455 section 4.1: sixteen bytes; a browser draws them at random.
_WEBSOCKET_KEY: Final = "Y3Jvc3NndWFyZC1tb2RlbA=="


def parse_target(text: str, base: Url | None) -> Url:
    """Parse where a sender goes.

    Raises:
        UsageError: no URL; a browser would do nothing.
    """
    try:
        return parse_url(text, base)
    except UrlSyntaxError as error:
        raise UsageError(f"{text!r} is no URL: {error}") from error


def navigation(
    client: Client, url: Url, *, destination: str = "document", is_user_initiated: bool = False
) -> Request:
    """A link, a frame, or the address bar if *is_user_initiated*: a page is loaded with GET."""
    return Request(
        client,
        "GET",
        [url],
        mode=Mode.NAVIGATE,
        credentials=Credentials.INCLUDE,
        referrer_policy=client.referrer_policy,
        destination=destination,
        is_user_initiated=is_user_initiated,
    )


def fetched(client: Client, url: Url) -> Request:
    """A fetch with cookies, whose answer may set some."""
    return Request(client, "GET", [url], credentials=Credentials.INCLUDE)


def form(client: Client, url: Url, method: str, enctype: str, fields: Iterable[tuple[str, str]]) -> Request:
    """A form that is submitted into the page's own tab (HTML Standard, "form submission algorithm").

    Raises:
        UsageError: no such method or enctype.
    """
    if enctype not in ENCTYPES:
        raise UsageError(f"{enctype!r} is no enctype; there are {', '.join(ENCTYPES)}")
    request = navigation(client, url)
    match method.lower():
        case "get":
            body, _ = extract(UrlEncoded(tuple(fields)))
            request.urls = [_with_query(url, body.decode("ascii"))]
        case "post":
            request.method = "POST"
            request.body, _ = extract(ENCTYPES[enctype](tuple(fields)))
            _, content_type = extract(ENCTYPES[enctype](()))
            # Unlike a URLSearchParams body, a form names no charset.
            request.headers = (("Content-Type", (content_type or "").removesuffix(";charset=UTF-8")),)
        case _:
            raise UsageError(f"a form's method is get or post, not {method!r}")
    return request


def _with_query(url: Url, query: str) -> Url:
    return Url(url.scheme, url.host, url.port, url.path, query, url.fragment)


def beacon(client: Client, url: Url, data: Body | None) -> Request:
    """``navigator.sendBeacon(url, data)``: a POST that outlives the page (Beacon, section 3.1)."""
    body, content_type = extract(data) if data is not None else (None, None)
    is_simple = content_type is None or essence(content_type) in SAFELISTED_ESSENCES
    return Request(
        client,
        "POST",
        [url],
        () if content_type is None else (("Content-Type", content_type),),
        body,
        Mode.NO_CORS if is_simple else Mode.CORS,
        Credentials.INCLUDE,
        keepalive=True,
        referrer_policy=client.referrer_policy,
    )


def websocket(client: Client, url: Url, protocols: tuple[str, ...]) -> Request:
    """``new WebSocket(url, protocols)``: the opening handshake (RFC 6455 section 4.1).

    Raises:
        UsageError: not a URL of a WebSocket.
    """
    scheme = _WEBSOCKET_SCHEMES.get(url.scheme)
    if scheme is None:
        raise UsageError(f"{url.href!r} is no URL of a WebSocket: write ws:// or wss://")
    headers = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", _WEBSOCKET_KEY),
    ]
    if protocols:
        headers.append(("Sec-WebSocket-Protocol", ", ".join(protocols)))
    return Request(
        client,
        "GET",
        [Url(scheme, url.host, url.port, url.path, url.query)],
        tuple(headers),
        mode=Mode.WEBSOCKET,
        credentials=Credentials.INCLUDE,
        redirect=Redirect.ERROR,
        referrer_policy=client.referrer_policy,
        destination="websocket",
    )
