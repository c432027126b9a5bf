"""How much is read of any response."""

from collections.abc import Iterable
from typing import Final

from crossguard.browser.values import HttpRequest, combined

#: Bytes of a body that are read; enough to explain, too few to fill the memory.
MAX_BODY: Final = 1_048_576

_EVENT_STREAM: Final = "text/event-stream"

#: The note of a response that was cut off there.
TRUNCATED: Final = f"only the first {MAX_BODY} bytes were read"


def is_endless(request: HttpRequest, headers: Iterable[tuple[str, str]]) -> bool:
    """Tell whether an EventSource got its stream, which may never end: the head says all (HTML, 9.2.2)."""
    kind = (combined(headers, "content-type") or "").partition(";")[0].strip().lower()
    return request.header("Accept") == _EVENT_STREAM == kind


def read_at_most(chunks: Iterable[bytes]) -> tuple[bytes, str]:
    """Join *chunks* up to the limit; return the bytes, and a note if there would have been more."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY:
            return bytes(body[:MAX_BODY]), TRUNCATED
    return bytes(body), ""
