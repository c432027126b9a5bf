"""``data:`` URLs, which script may fetch without anything being sent.

Source: Fetch, "data: URL processor".
"""

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from crossguard.browser.headers.content_types import essence
from crossguard.browser.urls import Url
from crossguard.browser.values import HttpResponse

_DEFAULT_TYPE: Final = "text/plain;charset=US-ASCII"
_BASE64: Final = re.compile(r"(?P<type>.*); *base64", re.IGNORECASE | re.DOTALL)


def data_response(url: Url) -> HttpResponse | None:
    """Return the response that *url* itself is; None if it is malformed."""
    text, comma, encoded = url.without_fragment.partition(":")[2].partition(",")
    if not comma:
        return None
    body = unquote_to_bytes(encoded)
    kind = text.strip(" ")
    match = _BASE64.fullmatch(kind)
    if match is not None:
        kind = match["type"]
        decoded = _forgiving_decode(body)
        if decoded is None:
            return None
        body = decoded
    if kind.startswith(";"):
        kind = f"text/plain{kind}"
    if essence(kind) is None:
        kind = _DEFAULT_TYPE
    return HttpResponse(200, (("Content-Type", kind),), body)


def _forgiving_decode(body: bytes) -> bytes | None:
    """Decode base64 with blanks and without padding (Infra, "forgiving-base64 decode")."""
    compact = body.translate(None, b"\t\n\f\r ")
    unpadded = compact.rstrip(b"=") if len(compact) % 4 == 0 else compact
    try:
        return base64.b64decode(unpadded + b"=" * (-len(unpadded) % 4), validate=True)
    except binascii.Error:
        return None
