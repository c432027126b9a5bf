"""Problem details: how every refusal and error is written down for programs (RFC 9457)."""

import json
from typing import Final

#: RFC 9457 section 3.
PROBLEM_JSON: Final = "application/problem+json"


def problem(
    *, status: int, code: str, title: str, detail: str, instance: str = "", **extensions: object
) -> dict[str, object]:
    """Return a problem document.

    Args:
        status: the HTTP status, repeated in the document (RFC 9457 section 3.1.2).
        code: a stable identifier; an extension member, and the end of ``type``, which has no page.
        title: a short text, the same for every problem of this code.
        detail: what happened this time; never anything of the request that was not validated.
        instance: identifies the occurrence; left out if empty.
        extensions: further members.
    """
    document: dict[str, object] = {
        "type": f"urn:crossguard:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if instance:
        document["instance"] = instance
    return document | extensions


def problem_body(document: dict[str, object]) -> bytes:
    """Serialize a problem document."""
    return json.dumps(document, ensure_ascii=True).encode("ascii")
