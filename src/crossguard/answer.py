"""An answer that the library gives in the application's place, whatever the protocol."""

from typing import Final, NamedTuple

from crossguard.core.edits import HeaderList

STATUS_LINES: Final = {
    403: "403 Forbidden",
    415: "415 Unsupported Media Type",
    500: "500 Internal Server Error",
}


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
