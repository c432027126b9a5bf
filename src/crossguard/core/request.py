"""What a decision, and the write gate, need to know of a request, and nothing else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """The facts of one request; header values are as they came, None for a header that is absent.

    Attributes:
        method: the method on the wire.
        url: ``scheme://host/path`` as the server saw it, without the query; for explanations only.
        path: the path below the application, percent-decoded once.
        origin: the ``Origin`` header; several lines joined by a comma, as servers do.
        requested_method: ``Access-Control-Request-Method``.
        requested_headers: ``Access-Control-Request-Headers``; several lines joined by a comma.
        requests_private_network: whether ``Access-Control-Request-Private-Network`` is ``true``.
        fetch_mode: ``Sec-Fetch-Mode``.
        fetch_site: ``Sec-Fetch-Site``.
        accept: ``Accept``.
        own_origin: the origin under which the server was asked, from the scheme and ``Host``.
        content_type: ``Content-Type``.
        route: what ``exempt`` and ``public`` call the route: its endpoint, or its path; empty if unknown.
    """

    method: str
    url: str = ""
    path: str = "/"
    origin: str | None = None
    requested_method: str | None = None
    requested_headers: str | None = None
    requests_private_network: bool = False
    fetch_mode: str | None = None
    fetch_site: str | None = None
    accept: str | None = None
    own_origin: str | None = None
    content_type: str | None = None
    route: str = ""

    @property
    def is_preflight(self) -> bool:
        """Whether this is a genuine CORS-preflight request (Fetch, "CORS-preflight request")."""
        return is_preflight(self.method, self.origin, self.requested_method)

    @property
    def is_navigation(self) -> bool:
        """Whether a person will look at the answer, rather than a script.

        ``Sec-Fetch-Mode`` decides where it is sent. Browsers leave it out on plain http to other hosts
        than localhost; there a page load is the request without ``Origin`` that accepts HTML.
        """
        return is_navigation(self.fetch_mode, self.accept, self.origin)

    @property
    def wants_page(self) -> bool:
        """Whether the answer takes the place of a page, as to a form; unlike a page load it has an Origin."""
        return wants_page(self.fetch_mode, self.accept)


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


def is_preflight(method: str, origin: str | None, requested_method: str | None) -> bool:
    """Tell whether a request is a genuine preflight: OPTIONS, Origin, Access-Control-Request-Method."""
    return method == "OPTIONS" and bool(origin) and bool(requested_method)


def wants_page(fetch_mode: str | None, accept: str | None) -> bool:
    """Tell whether the answer takes the place of a page; see :attr:`RequestFacts.wants_page`."""
    return (not fetch_mode or fetch_mode == "navigate") and "text/html" in (accept or "")


def is_navigation(fetch_mode: str | None, accept: str | None, origin: str | None) -> bool:
    """Tell whether a request is a page load; see :attr:`RequestFacts.is_navigation`."""
    if fetch_mode:
        return fetch_mode == "navigate"
    return not origin and "text/html" in (accept or "")
