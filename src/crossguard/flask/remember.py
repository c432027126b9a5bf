"""Flask-Login's remember-me cookie, completed on its way out.

Flask-Login deletes the cookie without Secure and SameSite, and a browser ignores the deletion of a
cookie that is ``SameSite=None`` or ``__Host-``: the user signs out and stays signed in. It has no option
for Partitioned either. Both are mended where the cookie leaves, without touching Flask-Login.
"""

from typing import Final

from flask import Flask

from crossguard.core.edits import HeaderList

#: Configures Partitioned for the remember-me cookie, as SESSION_COOKIE_PARTITIONED does for the session's.
PARTITIONED_KEY: Final = "REMEMBER_COOKIE_PARTITIONED"


class RememberCookie:
    """Completes every ``Set-Cookie`` of the remember-me cookie, deletions included (RFC 6265bis 5.7)."""

    def __init__(self, app: Flask) -> None:
        config = app.config
        self.name: str = config.get("REMEMBER_COOKIE_NAME", "remember_token")
        self._start = f"{self.name}="
        same_site = config.get("REMEMBER_COOKIE_SAMESITE")
        self._wanted = {
            "secure": "Secure" if config.get("REMEMBER_COOKIE_SECURE", False) else "",
            "httponly": "HttpOnly" if config.get("REMEMBER_COOKIE_HTTPONLY", True) else "",
            "samesite": f"SameSite={same_site}" if same_site else "",
            "partitioned": "Partitioned" if config.get(PARTITIONED_KEY, False) else "",
        }

    def complete(self, headers: HeaderList) -> HeaderList:
        """Return *headers* with the missing attributes added where the cookie is set or deleted."""
        for index, (name, value) in enumerate(headers):
            if name == "Set-Cookie" and value.startswith(self._start):
                present = {part.partition("=")[0].strip().lower() for part in value.split(";")[1:]}
                added = [text for key, text in self._wanted.items() if text and key not in present]
                headers[index] = (name, "; ".join([value, *added]))
        return headers


def remember_cookie_of(app: Flask) -> RememberCookie | None:
    """Return what completes the remember-me cookie of *app*; None if it does not use Flask-Login."""
    return RememberCookie(app) if hasattr(app, "login_manager") else None
