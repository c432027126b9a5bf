"""The browser and its pages: what a person using the model touches."""

from collections.abc import Callable
from typing import Final

from crossguard.browser.caches.http_cache import HttpCache
from crossguard.browser.caches.preflights import PreflightCache
from crossguard.browser.cookies.cookie import Cookie
from crossguard.browser.cookies.jar import CookieJar
from crossguard.browser.errors import UsageError
from crossguard.browser.headers.referrer import DEFAULT_POLICY, POLICIES
from crossguard.browser.page import Page, run
from crossguard.browser.profiles import PROFILES, Profile
from crossguard.browser.request import Client
from crossguard.browser.senders import navigation
from crossguard.browser.session import Session
from crossguard.browser.site import IsPublicSuffix, Sites, serialize
from crossguard.browser.urls import Url, UrlSyntaxError, parse_url
from crossguard.browser.values import Send
from crossguard.browser.verdict import Verdict
from crossguard.suffixes import is_public_suffix

#: When a browser's clock starts, in seconds since 1970: the first of January 2026.
CLOCK_START: Final = 1767225600.0


class Browser:
    """A browser with its cookies and caches; pages are opened in it.

    Time stands still unless :meth:`advance` moves it, or a clock is given.
    """

    def __init__(
        self,
        profile: str | Profile = "chromium",
        *,
        send: Send,
        clock: Callable[[], float] | None = None,
        is_public_suffix: IsPublicSuffix = is_public_suffix,
    ) -> None:
        """Start a browser with an empty jar and empty caches.

        Args:
            profile: a name in :data:`~crossguard.browser.profiles.PROFILES`, or a profile of one's own.
            send: carries a request to a server; see :mod:`crossguard.browser.transports`.
            clock: the time in seconds since 1970.
            is_public_suffix: asked about host names.

        Raises:
            UsageError: no such profile.
        """
        if isinstance(profile, str):
            if profile not in PROFILES:
                raise UsageError(f"{profile!r} is no profile; there are {', '.join(PROFILES)}")
            profile = PROFILES[profile]
        self._clock = clock
        self._offset = 0.0
        sites = Sites(is_public_suffix)
        self._session = Session(
            profile,
            send,
            self.now,
            sites,
            CookieJar(profile, sites),
            PreflightCache(profile),
            HttpCache(profile),
        )

    @property
    def profile(self) -> Profile:
        """The profile."""
        return self._session.profile

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        """Every cookie in the jar."""
        return tuple(self._session.jar)

    def now(self) -> float:
        """Return the browser's time in seconds since 1970."""
        return (CLOCK_START if self._clock is None else self._clock()) + self._offset

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass: caches age, cookies expire."""
        self._offset += seconds

    def open(self, url: str, *, sandboxed: bool = False, referrer_policy: str = "") -> Page:
        """Open a page without loading it.

        Args:
            url: its address; ``"null"`` is a page without an address and with an opaque origin.
            sandboxed: whether its origin is opaque, as in ``<iframe sandbox>``.
            referrer_policy: of its ``Referrer-Policy`` header; empty for the default.

        Raises:
            UsageError: no http(s) URL, or no such policy.
        """
        if referrer_policy not in POLICIES:
            raise UsageError(f"{referrer_policy!r} is no referrer policy")
        address = _page_url("about:blank" if url == "null" else url)
        origin = None if sandboxed else address.origin
        # Cookies that are kept apart live below the site in the address bar. A page with an opaque
        # origin has a jar of its own (recorded).
        partition = f"null {serialize(address.origin)}" if origin is None else self._session.sites.key(origin)
        client = Client(address, origin, referrer_policy or DEFAULT_POLICY, partition)
        return Page(self._session, client)

    def navigate(self, url: str) -> Verdict:
        """Load *url* as if a person typed it into the address bar, following redirects.

        Raises:
            UsageError: no http(s) URL.
        """
        address = _page_url(url)
        origin = address.origin
        partition = serialize(origin) if origin is None else self._session.sites.key(origin)
        client = Client(address, origin, DEFAULT_POLICY, partition)
        return run(self._session, navigation(client, address, is_user_initiated=True), url)


def _page_url(text: str) -> Url:
    try:
        url = parse_url(text)
    except UrlSyntaxError as error:
        raise UsageError(f"{text!r} is no URL of a page: {error}") from error
    if not url.is_http and url.scheme != "about":
        raise UsageError(f"{text!r} is no URL of a page: write http:// or https://")
    return url
