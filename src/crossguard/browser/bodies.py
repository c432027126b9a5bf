"""Request bodies as scripts and forms give them, and the Content-Type each implies.

Source: Fetch, "extract a body"; HTML Standard, form encodings; File API, Blob type.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlencode

#: The text between the parts of a multipart body; a browser draws it at random.
BOUNDARY: Final = "----CrossguardFormBoundary7d1c9e"

_BLOB_TYPE: Final = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class UrlEncoded:
    """A ``URLSearchParams``, or the fields of a form."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormData:
    """A ``FormData``, or the fields of a form with ``enctype="multipart/form-data"``."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlainForm:
    """The fields of a form with ``enctype="text/plain"``; script has no such body."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Blob:
    """A ``Blob``; *type* is lower-cased, and lost if it has characters outside of printable ASCII."""

    data: bytes
    type: str = ""


#: What the body option takes: text, bytes (an ArrayBuffer), or one of the types above.
Body: TypeAlias = str | bytes | UrlEncoded | FormData | PlainForm | Blob


def extract(body: Body) -> tuple[bytes, str | None]:
    """Return the bytes of *body* and its Content-Type, None if it implies none (Fetch, "extract a body")."""
    match body:
        case str():
            return body.encode("utf-8", "replace"), "text/plain;charset=UTF-8"
        case bytes():
            return body, None
        case UrlEncoded():
            return urlencode(
                body.fields, errors="replace"
            ).encode(), "application/x-www-form-urlencoded;charset=UTF-8"
        case FormData():
            return _multipart(body.fields), f"multipart/form-data; boundary={BOUNDARY}"
        case PlainForm():
            lines = "".join(f"{name}={value}\r\n" for name, value in body.fields)
            return lines.encode("utf-8", "replace"), "text/plain"
        case Blob():
            kind = body.type.lower() if _BLOB_TYPE.fullmatch(body.type) else ""
            return body.data, kind or None


def _multipart(fields: tuple[tuple[str, str], ...]) -> bytes:
    """Encode *fields* (HTML Standard, "multipart/form-data encoding algorithm")."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{_escape(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode("utf-8", "replace")


def _escape(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
