"""Which setting a cookie follows, by its usual name: advice about a cookie names what reaches it."""

from typing import Final

from crossguard.browser.codes import CookieCode

# What is mended by another SameSite.
_OF_SAME_SITE: Final = frozenset(
    {CookieCode.SAMESITE_STRICT, CookieCode.SAMESITE_LAX, CookieCode.SAMESITE_DEFAULT}
)
_POSTURE: Final = 'CORS(…, cookies="auto") sets it.'
_JWT: Final = (
    "Flask-JWT-Extended writes it: JWT_COOKIE_SAMESITE = 'None' and JWT_COOKIE_SECURE = True; it cannot add "
    "Partitioned."
)
#: By name, without the prefix that ``cookies=`` of a policy gives: what sets its attributes.
COOKIE_SETTINGS: Final = {
    "session": _POSTURE,
    "remember_token": _POSTURE,
    "access_token_cookie": _JWT,
    "refresh_token_cookie": _JWT,
}


def setting_of(name: str, code: CookieCode) -> str:
    """Return how the cookie *name* gets another SameSite, with a blank in front; empty if that is unknown."""
    text = COOKIE_SETTINGS.get(name.removeprefix("__Host-"), "") if code in _OF_SAME_SITE else ""
    return f" {text}" if text else ""
