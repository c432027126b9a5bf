"""What the write gate needs to know of a request."""

from enum import StrEnum
from typing import NamedTuple


class WriteFacts(NamedTuple):
    """The facts of one request, as they came; None for a header that is absent.

    A named tuple, because one is made for every write.

    Attributes:
        method: the method on the wire.
        scheme: http, https, ws or wss, as the server saw it (ProxyFix has corrected it where configured).
        host: the ``Host`` header.
        origin: the ``Origin`` header.
        fetch_site: ``Sec-Fetch-Site``.
        referer: ``Referer``.
        authorization: ``Authorization``.
        cookie: ``Cookie``.
        websocket: whether this is a WebSocket handshake.
        content_type: ``Content-Type``.
        content_length: ``Content-Length``.
        transfer_encoding: ``Transfer-Encoding``.
    """

    method: str
    scheme: str = "https"
    host: str = ""
    origin: str | None = None
    fetch_site: str | None = None
    referer: str | None = None
    authorization: str | None = None
    cookie: str | None = None
    websocket: bool = False
    content_type: str | None = None
    content_length: str | None = None
    transfer_encoding: str | None = None


class RouteMarks(NamedTuple):
    """What the configuration says of the route that a request reaches.

    Attributes:
        exempt: the gate does not apply; the configuration says so.
        public: may be used by every request without credentials.
        strict_get: a GET here changes something, or must not be embedded.
    """

    exempt: bool = False
    public: bool = False
    strict_get: bool = False


class TokenState(StrEnum):
    """What the second layer found in a request."""

    MISSING = "missing"
    INVALID = "invalid"
    VALID = "valid"


NO_MARKS = RouteMarks()
