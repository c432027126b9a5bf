"""What one browser remembers between fetches, and the means it has."""

from collections.abc import Callable
from dataclasses import dataclass

from crossguard.browser.caches.http_cache import HttpCache
from crossguard.browser.caches.preflights import PreflightCache
from crossguard.browser.cookies.jar import CookieJar
from crossguard.browser.profiles import Profile
from crossguard.browser.site import Sites
from crossguard.browser.values import Send


@dataclass(slots=True)
class Session:
    """The state of a browser.

    Attributes:
        profile: which browser.
        send: carries a request to a server.
        clock: the time in seconds since 1970; nothing here reads another clock.
        sites: what is one site.
        jar: the cookies.
        preflights: the CORS-preflight cache.
        cache: the HTTP cache.
    """

    profile: Profile
    send: Send
    clock: Callable[[], float]
    sites: Sites
    jar: CookieJar
    preflights: PreflightCache
    cache: HttpCache
