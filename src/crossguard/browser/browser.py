"""The browser and its pages: what a person using the model touches."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from crossguard.browser.caches.http_cache import HttpCache
from crossguard.browser.caches.preflights import PreflightCache
from crossguard.browser.cookies.cookie import Cookie, CookieRefusedError
from crossguard.browser.cookies.jar import CookieJar
from crossguard.browser.errors import UsageError
from crossguard.browser.headers.referrer import DEFAULT_POLICY, POLICIES
from crossguard.browser.network import cookie_context
from crossguard.browser.page import Page, run
from crossguard.browser.profiles import PROFILES, Profile
from crossguard.browser.request import Client
from crossguard.browser.senders import fetched, navigation
from crossguard.browser.session import Session
from crossguard.browser.site import IsPublicSuffix, Sites, serialize
from crossguard.browser.urls import Url, UrlSyntaxError, parse_page_url
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
        self._opaque_pages: dict[str, int] = {}
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
    def send(self) -> Send:
        """What carries requests to servers; set it to let the browser ask others from now on."""
        return self._session.send

    @send.setter
    def send(self, send: Send) -> None:
        self._session.send = send

    def copy(self, *, send: Send | None = None) -> "Browser":
        """Return a browser that has the same cookies, caches and time, and goes its own way from here.

        Args:
            send: carries its requests; by default what carries this one's.
        """
        other = Browser(self.profile, send=send or self.send, clock=self._clock)
        other._offset = self._offset
        other._opaque_pages = dict(self._opaque_pages)
        session = self._session
        other._session = replace(
            session,
            send=other._session.send,
            clock=other.now,
            jar=session.jar.copy(),
            preflights=session.preflights.copy(),
            cache=session.cache.copy(),
        )
        return other

    def set_cookie(self, line: str, url: str, *, page: Page | None = None) -> Cookie:
        """Store a cookie as if the answer to a request had set it, without making one.

        Args:
            line: the value of ``Set-Cookie``.
            url: where the answer comes from.
            page: the page that asked, with credentials; None for a visit of *url* itself.

        Raises:
            UsageError: no http(s) URL, or a cookie that this browser does not store there; the text says why.
        """
        address = _page_url(url)
        if not address.is_http:
            raise UsageError(f"{url!r} is no URL of a server: write http:// or https://")
        client = page.client if page is not None else self._client(address)
        request = fetched(client, address) if page is not None else navigation(client, address)
        context = cookie_context(self._session, request)
        try:
            return self._session.jar.store(line, address, context, self.now())
        except CookieRefusedError as error:
            raise UsageError(f"{line!r} is not stored: {error.code} ({error.step})") from error

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
            UsageError: no URL of a page, or no such policy.
        """
        if referrer_policy not in POLICIES:
            raise UsageError(f"{referrer_policy!r} is no referrer policy")
        address = _page_url("about:blank" if url == "null" else url)
        origin = None if sandboxed else address.origin
        # Cookies that are kept apart live below the site in the address bar.
        partition = self._opaque_partition(address) if origin is None else self._session.sites.key(origin)
        client = Client(address, origin, referrer_policy or DEFAULT_POLICY, partition)
        return Page(self._session, client)

    def _opaque_partition(self, address: Url) -> str:
        """Return the jar of a page with an opaque origin; no two such pages share one (recorded)."""
        name = f"null {serialize(address.origin)}"
        number = self._opaque_pages[name] = self._opaque_pages.get(name, 0) + 1
        return name if number == 1 else f"{name} {number}"

    def navigate(self, url: str) -> Verdict:
        """Load *url* as if a person typed it into the address bar, following redirects.

        Raises:
            UsageError: no http(s) URL.
        """
        address = _page_url(url)
        return run(self._session, navigation(self._client(address), address, is_user_initiated=True), url)

    def _client(self, address: Url) -> Client:
        origin = address.origin
        partition = serialize(origin) if origin is None else self._session.sites.key(origin)
        return Client(address, origin, DEFAULT_POLICY, partition)


def _page_url(text: str) -> Url:
    try:
        return parse_page_url(text)
    except UrlSyntaxError as error:
        raise UsageError(f"{text!r} is no URL of a page: {error}") from error
