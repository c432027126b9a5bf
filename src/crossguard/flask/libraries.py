"""Known libraries with settings of their own: for cookies, for signed-out requests, for form tokens.

``cookies=`` of a policy sets the cookies of Flask and Flask-Login. What another library writes, its own
settings change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask import Flask

from crossguard.browser.posture import CookieAttributes, Relation, recommend, relation

JWT_EXTENDED: Final = "Flask-JWT-Extended"
SECURITY: Final = "Flask-Security"


class Library(NamedTuple):
    """One library, in the words of the documentation.

    Attributes:
        name: what it is called.
        cookies: which settings its cookies follow.
        signed_out: what answers a signed-out request.
        tokens: what asks for a token with writes.
    """

    name: str
    cookies: str
    signed_out: str
    tokens: str


LIBRARIES: Final = (
    Library("Flask", "`SESSION_COOKIE_*`; `cookies=` sets them", "the view", "none"),
    Library(
        "Flask-Login",
        "`REMEMBER_COOKIE_*`; `cookies=` sets them",
        "a redirect to `login_view`; `install_unauthorized_handler(login_manager)`",
        "none",
    ),
    Library(
        SECURITY,
        "`SESSION_COOKIE_*`, `REMEMBER_COOKIE_*`",
        "a redirect unless JSON is asked for, with any handler of Flask-Login; `security.want_json(…)`",
        "Flask-WTF's; `SECURITY_CSRF_COOKIE_NAME` puts them into a cookie",
    ),
    Library(
        JWT_EXTENDED,
        "`JWT_COOKIE_SAMESITE`, `JWT_COOKIE_SECURE`, `JWT_COOKIE_DOMAIN`; never Partitioned",
        "401 in JSON",
        "`JWT_COOKIE_CSRF_PROTECT`, in a cookie that pages of another host cannot read",
    ),
    Library("Flask-Session", "`SESSION_COOKIE_*`, of which 0.8 leaves out Partitioned", "the view", "none"),
    Library(
        "Flask-WTF",
        "none; its token is in the session",
        "the view",
        "`WTF_CSRF_CHECK_DEFAULT`, `csrf.exempt`",
    ),
    Library(
        "Authlib", "none; its state is in the session", "the view, which redirects to the provider", "none"
    ),
)


@dataclass(frozen=True, slots=True)
class LibraryCookie:
    """A cookie that signs users in and that another library writes.

    Attributes:
        library: its name.
        attributes: the cookie, as the library is configured.
        keys: the settings, by attribute.
    """

    library: str
    attributes: CookieAttributes
    keys: dict[str, str]

    def fix(self, frontend: str, api: str) -> str:
        """Return what to write so that the cookie, set by *api*, works for *frontend* in more browsers."""
        crossing = self.attributes.same_site == "None" or relation(frontend, api) is Relation.CROSS_SITE
        situation = Relation.CROSS_SITE if crossing else relation(frontend, api)
        best = recommend(situation, secure=crossing or api.startswith("https://"))
        if best is None:
            return "serve both over https, or from one host."
        keys, wanted = self.keys, best.cookie
        line = (
            f"app.config.update({keys['SameSite']}={wanted.same_site!r}, {keys['Secure']}={wanted.secure}, "
            f"{keys['Domain']}=None)"
        )
        if not wanted.partitioned:
            return line
        return (
            f"{line}. {self.library} cannot add Partitioned, without which browsers that block third-party "
            "cookies lose it: serve both from one registrable domain."
        )


_JWT_KEYS: Final = {
    "SameSite": "JWT_COOKIE_SAMESITE",
    "Secure": "JWT_COOKIE_SECURE",
    "Domain": "JWT_COOKIE_DOMAIN",
}
# The settings for the names, and for the paths of each cookie.
_JWT_COOKIES: Final = (
    ("JWT_ACCESS_COOKIE_NAME", "access_token_cookie", "JWT_ACCESS_COOKIE_PATH"),
    ("JWT_REFRESH_COOKIE_NAME", "refresh_token_cookie", "JWT_REFRESH_COOKIE_PATH"),
)


def library_cookies(app: Flask) -> list[LibraryCookie]:
    """Return the cookies of other libraries that sign users in to *app*."""
    return [*_of_jwt(app)]


def _of_jwt(app: Flask) -> Iterator[LibraryCookie]:
    config = app.config
    if not uses_jwt_cookies(app):
        return
    for name_key, name, path_key in _JWT_COOKIES:
        attributes = CookieAttributes(
            config.get(name_key) or name,
            secure=bool(config.get("JWT_COOKIE_SECURE", False)),
            http_only=True,
            same_site=config.get("JWT_COOKIE_SAMESITE") or "",
            partitioned=False,
            domain=config.get("JWT_COOKIE_DOMAIN") or "",
            path=config.get(path_key) or "/",
        )
        yield LibraryCookie(JWT_EXTENDED, attributes, _JWT_KEYS)


def uses_jwt_cookies(app: Flask) -> bool:
    """Tell whether Flask-JWT-Extended keeps its tokens in cookies."""
    locations = app.config.get("JWT_TOKEN_LOCATION", ())
    return "cookies" in ((locations,) if isinstance(locations, str) else locations)


def unreachable_tokens(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield libraries that want a token which they put into a cookie: name, cookie, status without it."""
    config = app.config
    if (
        uses_jwt_cookies(app)
        and config.get("JWT_COOKIE_CSRF_PROTECT", True)
        and config.get("JWT_CSRF_IN_COOKIES", True)
    ):
        yield JWT_EXTENDED, config.get("JWT_ACCESS_CSRF_COOKIE_NAME") or "csrf_access_token", "401"
    if security_of(app) is not None and config.get("SECURITY_CSRF_COOKIE_NAME"):
        yield SECURITY, str(config["SECURITY_CSRF_COOKIE_NAME"]), "400"


def security_of(app: Flask) -> Any:
    """Return Flask-Security's ``Security`` of *app*; None if it is not in use."""
    found = app.extensions.get("security")
    return found if type(found).__module__.partition(".")[0] == "flask_security" else None


def signs_in_by_redirect(app: Flask) -> bool:
    """Tell whether a library is installed on *app* that signs users in at a provider, by redirect."""
    return any(str(name).startswith(("authlib.", "flask_dance", "flaskoidc")) for name in app.extensions)
