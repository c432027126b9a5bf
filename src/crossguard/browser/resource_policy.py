"""Whether a response may be used by another origin at all, unread.

Source: Fetch, "cross-origin resource policy check"; Subresource Integrity section 3.3.
"""

import base64
import binascii
import hashlib
import re
from typing import Final

from crossguard.browser.codes import Code
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.profiles import Profile
from crossguard.browser.request import Request, Tainting
from crossguard.browser.site import Sites, is_same_origin
from crossguard.browser.verdict import Failure

#: Subresource Integrity section 3.2, weakest first.
_ALGORITHMS: Final = ("sha256", "sha384", "sha512")
#: CSP section 2.3.1, "base64-value".
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-]+={0,2}", re.ASCII)


def resource_policy_check(
    request: Request, headers: ReceivedHeaders, profile: Profile, sites: Sites
) -> Failure | None:
    """Tell why a no-cors response may not be used; None if it may (Fetch)."""
    if request.tainting is not Tainting.OPAQUE:
        return None
    policy = headers.get("cross-origin-resource-policy")
    origin, target = request.origin, request.url.origin
    if policy not in {"same-origin", "same-site"} or is_same_origin(origin, target):
        return None
    if origin is None and profile.resource_policy_sees_sandboxed_host and request.url.host == "localhost":
        origin = request.client.url.origin
    if (
        policy == "same-site"
        and origin is not None
        and target is not None
        and (request.origin is not None or origin.host == target.host)
        and sites.is_same(origin, target, schemeful=False)
        and (origin.scheme == "https" or target.scheme != "https")
    ):
        return None
    return Failure(
        Code.RESOURCE_POLICY,
        "Fetch, cross-origin resource policy internal check",
        {"cross-origin-resource-policy": policy, "url": request.url.href},
    )


def integrity_check(request: Request, body: bytes, profile: Profile) -> Failure | None:
    """Tell why the body is not the one that the page expects; None if it is (Fetch, "main fetch" step 22)."""
    if not (request.integrity.strip() if profile.blank_integrity_is_none else request.integrity):
        return None
    # No digest, however written, makes up for a body that cannot be read.
    if request.tainting is not Tainting.OPAQUE:
        digests = _strongest(request.integrity, profile)
        if not digests:
            return None
        actual = hashlib.new(digests[0][0], body).digest()
        if any(expected == actual for _, expected in digests):
            return None
    return Failure(
        Code.INTEGRITY_MISMATCH,
        "Fetch, main fetch, step 22.1",
        {"integrity": request.integrity, "type": request.tainting.value},
    )


def _strongest(text: str, profile: Profile) -> list[tuple[str, bytes]]:
    """Return the digests of the strongest algorithm in *text* ("get the strongest metadata").

    What is no digest by its spelling is passed over, so that it neither matches nor spoils a weaker one.
    """
    found: dict[str, list[tuple[str, bytes]]] = {}
    for item in text.split():
        algorithm, _, value = item.partition("?")[0].partition("-")
        if profile.integrity_ignores_case:
            algorithm = algorithm.lower()
        if algorithm in _ALGORITHMS and _BASE64.fullmatch(value):
            found.setdefault(algorithm, []).append((algorithm, _decode(value, profile)))
    for algorithm in reversed(_ALGORITHMS):
        if algorithm in found:
            return found[algorithm]
    return []


def _decode(text: str, profile: Profile) -> bytes:
    """Decode base64 or base64url, padded or not; what is neither matches nothing."""
    unpadded = text.replace("-", "+").replace("_", "/").rstrip("=")
    if profile.integrity_minds_padding and text.endswith("=") and len(text) % 4:
        return b""
    try:
        return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)
    except binascii.Error:
        return b""
