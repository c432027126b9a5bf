"""Header edits as ASGI sends them: bytes, names in lower case."""

from typing import Final, NamedTuple

from crossguard.core import edits as field
from crossguard.core.edits import LONGEST_OWNED, VARY_STRICT, HeaderEdits, missing_in

ByteFields = tuple[tuple[bytes, bytes], ...]
ByteHeaders = list[tuple[bytes, bytes]]

_OWNED: Final = frozenset(
    name.lower().encode()
    for name in (
        field.ALLOW_ORIGIN,
        field.ALLOW_CREDENTIALS,
        field.ALLOW_METHODS,
        field.ALLOW_HEADERS,
        field.ALLOW_PRIVATE_NETWORK,
        field.EXPOSE_HEADERS,
        field.MAX_AGE,
    )
)
#: Names that nearly every response has. One that has no others needs nothing but what is appended.
PLAIN_NAMES: Final = frozenset(
    {
        b"content-type",
        b"content-length",
        b"set-cookie",
        b"cache-control",
        b"date",
        b"etag",
        b"location",
        b"server",
        b"last-modified",
        b"content-encoding",
    }
)


class ByteEdits(NamedTuple):
    """The edits of one decision, as bytes.

    Attributes:
        fields: header fields to set.
        vary: request headers that the response depends on.
        appended: what a response gets that has neither the fields nor ``Vary``.
        refused: whether they are those of a refused request.
    """

    fields: ByteFields = ()
    vary: tuple[bytes, ...] = ()
    appended: ByteFields = ()
    refused: bool = False


def encode_edits(edits: HeaderEdits) -> ByteEdits:
    """Return *edits* as bytes; header values are Latin-1 on the wire (ASGI HTTP, "headers")."""
    fields = tuple((name.lower().encode(), value.encode("latin-1")) for name, value in edits.fields)
    vary = tuple(name.encode() for name in edits.vary)
    appended = (*fields, (b"vary", b", ".join(vary))) if vary else fields
    return ByteEdits(fields, vary, appended, edits.refused)


def strictly(edits: ByteEdits) -> ByteEdits:
    """Return *edits* for a response that the write gate has decided on, though its method is safe."""
    vary = tuple(name.encode() for name in VARY_STRICT)
    return ByteEdits(edits.fields, vary, (*edits.fields, (b"vary", b", ".join(vary))), edits.refused)


def merge_byte_edits(edits: ByteEdits, headers: ByteHeaders) -> tuple[ByteHeaders, tuple[str, ...]]:
    """Apply *edits* to headers; as :func:`crossguard.core.edits.apply_edits` does, in bytes.

    Returns:
        The new list, and the names of the fields that the application had set itself.
    """
    kept: ByteHeaders = []
    replaced: list[str] = []
    vary_at = -1
    varies: list[bytes] = []
    for item in headers:
        name = item[0]
        if name not in PLAIN_NAMES:
            lower = name.lower() if len(name) <= LONGEST_OWNED else b""
            if lower in _OWNED:
                replaced.append(name.decode("latin-1"))
                continue
            if lower == b"vary":
                if vary_at < 0:
                    vary_at = len(kept)
                varies.append(item[1])
        kept.append(item)
    if vary_at < 0 or not edits.vary:
        kept += edits.appended
        return kept, tuple(replaced)
    kept += edits.fields
    names = tuple(part.decode("latin-1") for part in edits.vary)
    missing = [part.encode("latin-1") for part in missing_in(b",".join(varies).decode("latin-1"), names)]
    if missing:
        name, value = kept[vary_at]
        kept[vary_at] = (name, b", ".join([value, *missing] if value.strip() else missing))
    return kept, tuple(replaced)
