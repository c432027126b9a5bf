"""JSON only: which bodies a write may carry, where the policy says so.

A form, ``text/plain`` and a body without a type cross origins without a preflight. A view that parses
any of them as JSON can be reached by every page; demanding the type closes that. That a body is JSON proves
nothing of its own: WebKit sends ``application/json`` without a preflight, from a Blob. The gate decides
about it as about any other body.
"""

import re
from typing import Final

from crossguard.core.decision import Reason
from crossguard.core.gate import Verdict
from crossguard.core.names import SAFE_METHODS
from crossguard.core.request import WriteFacts

# RFC 8259 and RFC 6839 section 3.1; the whole essence, never a part of it.
_JSON: Final = re.compile(r"application/(?:json|[!#$%&'*+\-.^_`|~0-9a-z]+\+json)", re.ASCII)

#: The verdict about every other body.
NOT_JSON: Final = Verdict(allowed=False, reason=Reason.UNSUPPORTED_MEDIA_TYPE)


def decide_content(facts: WriteFacts) -> Verdict:
    """Decide whether the body of a request is JSON or absent. Total."""
    if facts.method in SAFE_METHODS:
        return Verdict(allowed=True, reason=Reason.SAFE_METHOD)
    # Servers hand over a header that is absent as an empty text.
    if not facts.content_type and not _has_body(facts):
        return Verdict(allowed=True, reason=Reason.NO_BODY)
    essence = (facts.content_type or "").partition(";")[0].strip(" \t").lower()
    if _JSON.fullmatch(essence):
        return Verdict(allowed=True, reason=Reason.JSON)
    return NOT_JSON


def _has_body(facts: WriteFacts) -> bool:
    # A length that is no number is no proof of absence.
    return bool(facts.transfer_encoding) or (facts.content_length or "0").strip() != "0"
