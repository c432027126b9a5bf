"""An answer that the library gives in the application's place, under any protocol."""

from typing import Final, NamedTuple

from crossguard.core.edits import HeaderList

_STATUS_LINES: Final = {
    200: "200 OK",
    204: "204 No Content",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    500: "500 Internal Server Error",
}


def status_line(status: int) -> str:
    """Return *status* as WSGI wants it, with a reason phrase."""
    return _STATUS_LINES.get(status) or f"{status} Refused"


class Answer(NamedTuple):
    """A response, complete.

    Attributes:
        status: the HTTP status.
        headers: all header fields.
        body: the body, also where the method is HEAD and it must not be sent.
    """

    status: int
    headers: HeaderList
    body: bytes
