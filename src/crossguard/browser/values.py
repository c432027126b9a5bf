"""Messages that cross the boundary: HTTP requests, HTTP responses, header lists.

Header names and values are text of one character a byte (isomorphic decoding, Infra Standard), as
they are on the wire; a header list keeps order and duplicates (Fetch, "header list").
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from crossguard.browser.urls import Url

#: Fetch, "header list": pairs in order, duplicates included.
HeaderList: TypeAlias = tuple[tuple[str, str], ...]

#: HTTP whitespace without the line breaks, which no received value contains (Fetch, "HTTP tab or space").
TAB_OR_SPACE = " \t"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it leaves the browser.

    Attributes:
        method: as on the wire; letter case matters.
        target: where it goes; the fragment never leaves the browser.
        headers: in the order of the wire, ``Cookie`` included, ``Host`` left to the transport.
        body: the bytes, empty if there is none.
    """

    method: str
    target: Url
    headers: HeaderList = ()
    body: bytes = b""

    @property
    def url(self) -> str:
        """The URL as text, without its fragment."""
        return self.target.without_fragment

    def header(self, name: str) -> str | None:
        """Return the combined value of the header *name* (any letter case), None if it is absent."""
        return combined(self.headers, name.lower())


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response as it came from the server.

    Attributes:
        status: three digits.
        headers: in the order of the wire; also what a browser would refuse to read.
        body: the bytes that were read.
        note: what the transport adds for the reader of a verdict; no browser sees it.
    """

    status: int
    headers: HeaderList = ()
    body: bytes = b""
    note: str = ""

    def header(self, name: str) -> str | None:
        """Return the combined value of the header *name* (any letter case), None if it is absent."""
        return combined(self.headers, name.lower())


#: What carries a request to a server and its response back. It follows no redirect by itself, and
#: raises :class:`TransportError` or ``OSError`` if no response came.
Send: TypeAlias = Callable[[HttpRequest], HttpResponse]


class TransportError(OSError):
    """No response came: the connection failed, timed out, or was no HTTP."""


def combined(headers: Iterable[tuple[str, str]], lower_name: str) -> str | None:
    """Return the values of *lower_name* joined by comma and space (Fetch, "get a header"), None if absent."""
    values = [value for name, value in headers if name.lower() == lower_name]
    if not values:
        return None
    return values[0] if len(values) == 1 else ", ".join(values)
