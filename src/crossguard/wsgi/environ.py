"""What every WSGI adapter needs: facts out of an environ, edits and answers into a response (PEP 3333)."""

import io
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from crossguard.adapters.answer import Answer, status_line
from crossguard.core.edits import HeaderEdits

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


def asks_private_network(environ: Environ) -> bool:
    """Tell whether a preflight asks for private-network access."""
    return environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK") == "true"


def decoded(text: str) -> str:
    """Decode a WSGI string, whose characters are the bytes of UTF-8 text (PEP 3333)."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")


def encoded(text: str) -> str:
    """Encode *text* as a WSGI string, so that paths compare without decoding every request."""
    return text if text.isascii() else text.encode("utf-8").decode("latin-1")


def brings_body(environ: Environ) -> bool:
    """Tell whether there is a body that neither a length nor a transfer coding announces.

    In HTTP/1 there is none (RFC 9112 section 6.3). HTTP/2 and HTTP/3 need no length (RFC 9113 section 8.1.1),
    and some servers end the stream for every reader: there the first byte is read, and put back.
    """
    if environ.get("CONTENT_LENGTH") not in {None, "", "0"} or environ.get("HTTP_TRANSFER_ENCODING"):
        return False
    http_1 = str(environ.get("SERVER_PROTOCOL", "HTTP/1.1")).startswith(("HTTP/1", "HTTP/0"))
    stream = environ.get("wsgi.input")
    if stream is None or (http_1 and not environ.get("wsgi.input_terminated")):
        return False
    try:
        first: bytes = stream.read(1)
    except Exception:  # noqa: BLE001 - the server may raise anything, and then a body may be there
        return True
    if first:
        environ["wsgi.input"] = io.BufferedReader(_PutBack(first, stream))
    return bool(first)


class _PutBack(io.RawIOBase):
    """A stream whose first part has been read already."""

    def __init__(self, first: bytes, rest: Any) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._first or self._rest.read(len(buffer))
        self._first = b""
        buffer[: len(part)] = part
        return len(part)


def answer_preflight(edits: HeaderEdits, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a preflight: 204, which has neither a body nor a length (RFC 9110 section 15.3.5)."""
    start_response("204 No Content", list(edits.fields))
    return ()


def send_answer(
    answer: Answer, environ: Environ, start_response: StartResponse, exc_info: Any = None
) -> Iterable[bytes]:
    """Give *answer* in the application's place; the body of the request stays unread.

    Args:
        answer: what to send.
        environ: the request.
        start_response: the server's, or one that puts a policy on the headers.
        exc_info: the exception, where the application had begun to answer already.
    """
    # Only a call that begins again may pass a third argument (PEP 3333, "The start_response() Callable").
    more = () if exc_info is None else (exc_info,)
    start_response(status_line(answer.status), answer.headers, *more)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (answer.body,)
