"""The CORS check: may a response be shared with the origin that asked?

Source: Fetch, "CORS check".
"""

from typing import Final

from crossguard.browser.codes import Code
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.verdict import Failure

_STEP: Final = "Fetch, CORS check"


def cors_check(headers: ReceivedHeaders, *, origin: str, include: bool) -> Failure | None:
    """Tell why a response may not be shared with *origin*; None if it may (Fetch, "CORS check").

    Args:
        headers: of the response.
        origin: serialized, ``null`` for an opaque or tainted one.
        include: whether the credentials mode is ``include``.
    """
    allowed = headers.get("access-control-allow-origin")
    if allowed is None:
        return Failure(
            Code.ALLOW_ORIGIN_MISSING,
            f"{_STEP}, step 2",
            {"origin": origin},
        )
    if allowed == "*":
        if not include:
            return None
        return Failure(
            Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
            f"{_STEP}, steps 3 and 4",
            {"origin": origin, "access-control-allow-origin": allowed},
        )
    if allowed != origin or len(headers.lines("access-control-allow-origin")) > 1:
        return Failure(
            Code.ALLOW_ORIGIN_MULTIPLE if "," in allowed else Code.ALLOW_ORIGIN_MISMATCH,
            f"{_STEP}, step 4",
            {"origin": origin, "access-control-allow-origin": allowed},
        )
    return _check_credentials(headers) if include else None


def _check_credentials(headers: ReceivedHeaders) -> Failure | None:
    credentials = headers.get("access-control-allow-credentials")
    if credentials == "true":
        return None
    return Failure(
        Code.ALLOW_CREDENTIALS_MISSING if credentials is None else Code.ALLOW_CREDENTIALS_INVALID,
        f"{_STEP}, step 8",
        {"access-control-allow-credentials": credentials or ""},
    )
