"""How much is read of any response."""

from collections.abc import Iterable
from typing import Final

#: Bytes of a body that are read; enough to explain, too few to fill the memory.
MAX_BODY: Final = 1_048_576

#: The note of a response that was cut off there.
TRUNCATED: Final = f"only the first {MAX_BODY} bytes were read"


def read_at_most(chunks: Iterable[bytes]) -> tuple[bytes, str]:
    """Join *chunks* up to the limit; return the bytes, and a note if there would have been more."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY:
            return bytes(body[:MAX_BODY]), TRUNCATED
    return bytes(body), ""
