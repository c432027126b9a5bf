"""The cookie jar: what is stored, and what a request carries, in the context of a page.

Source: RFC 6265bis sections 5.7 and 5.8; Partitioned as in
draft-cutler-httpbis-partitioned-cookies; third-party cookies as each profile says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from crossguard.browser.codes import CookieCode
from crossguard.browser.cookies.cookie import (
    Cookie,
    CookieRefusedError,
    SameSite,
    carries_secure,
    domain_matches,
    parse_set_cookie,
)
from crossguard.browser.profiles import Profile, ThirdPartyCookies
from crossguard.browser.site import Sites
from crossguard.browser.urls import Url
from crossguard.browser.verdict import CookieRefusal

_Key: TypeAlias = tuple[str, str, str, str | None]

#: Chromium's limit for one registrable domain.
MAX_COOKIES_PER_DOMAIN: Final = 180

_RETRIEVAL: Final = "RFC 6265bis section 5.8.3 step 1"
_STORAGE: Final = "RFC 6265bis section 5.7"
_SAME_SITE_CODES: Final = {
    SameSite.STRICT: CookieCode.SAMESITE_STRICT,
    SameSite.LAX: CookieCode.SAMESITE_LAX,
    SameSite.DEFAULT: CookieCode.SAMESITE_DEFAULT,
}


@dataclass(frozen=True, slots=True)
class CookieContext:
    """Where a request stands, for its cookies.

    Attributes:
        same_site: whether page, redirects and URL are one site (RFC 6265bis section 5.2).
        third_party: whether the cookies belong to another site than the one in the address bar.
        partition: the jar of the top-level site.
        is_navigation: whether the request loads a top-level page.
        is_safe_method: whether the method is GET, HEAD, OPTIONS or TRACE (RFC 9110 section 9.2.1).
    """

    same_site: bool
    third_party: bool
    partition: str
    is_navigation: bool = False
    is_safe_method: bool = True


class CookieJar:
    """The cookies of one browser."""

    def __init__(self, profile: Profile, sites: Sites) -> None:
        self._profile = profile
        self._sites = sites
        self._domains: dict[str, dict[_Key, Cookie]] = {}

    def __iter__(self) -> Iterator[Cookie]:
        """Iterate over every stored cookie, expired ones that were not asked for included."""
        for cookies in self._domains.values():
            yield from cookies.values()

    def copy(self) -> "CookieJar":
        """Return a jar with the same cookies."""
        other = CookieJar(self._profile, self._sites)
        other._domains = {domain: dict(cookies) for domain, cookies in self._domains.items()}
        return other

    def store(self, line: str, url: Url, context: CookieContext, now: float) -> Cookie:
        """Store one ``Set-Cookie`` line of a response from *url* and return the cookie.

        Raises:
            CookieRefusedError: the browser would ignore it.
        """
        cookie = parse_set_cookie(line, url, now, self._sites, self._profile)
        self._check_context(cookie, url, context)
        cookie = replace(cookie, partition=self._partition_for(cookie, context))
        cookies = self._domains.setdefault(self._sites.domain(url.host), {})
        key = (cookie.name, cookie.domain, cookie.path, cookie.partition)
        replaced = cookies.pop(key, None)
        if replaced is not None:
            cookie = replace(cookie, created=replaced.created)
        if cookie.expires is None or cookie.expires > now:
            cookies[key] = cookie
            if len(cookies) > MAX_COOKIES_PER_DOMAIN:
                del cookies[_first_to_go(cookies, now)]
        return cookie

    def _check_context(self, cookie: Cookie, url: Url, context: CookieContext) -> None:
        minds_site = not (context.same_site or context.is_navigation or self._profile.stores_any_same_site)
        if minds_site and not self._is_cross_site(cookie):
            raise CookieRefusedError(cookie.name, _SAME_SITE_CODES[cookie.same_site], f"{_STORAGE} step 18")
        if context.third_party and self._is_blocked(cookie):
            raise CookieRefusedError(cookie.name, CookieCode.THIRD_PARTY_BLOCKED, f"{_STORAGE} step 1")
        if cookie.secure or carries_secure(url, self._profile):
            return
        for other in self._domains.get(self._sites.domain(url.host), {}).values():
            if (
                other.secure
                and other.name == cookie.name
                and (
                    domain_matches(other.domain, cookie.domain) or domain_matches(cookie.domain, other.domain)
                )
                and path_matches(cookie.path, other.path)
            ):
                raise CookieRefusedError(cookie.name, CookieCode.OVERWRITES_SECURE, f"{_STORAGE} step 16")

    def _is_cross_site(self, cookie: Cookie) -> bool:
        """Tell whether SameSite lets the cookie travel across sites."""
        if cookie.same_site is SameSite.DEFAULT:
            return not self._profile.lax_by_default
        return cookie.same_site is SameSite.NONE

    def _is_blocked(self, cookie: Cookie) -> bool:
        match self._profile.third_party_cookies:
            case ThirdPartyCookies.BLOCK:
                return True
            case ThirdPartyCookies.PARTITIONED_ONLY:
                return not cookie.partitioned
            case ThirdPartyCookies.ALLOW | ThirdPartyCookies.OWN_JAR:
                return False

    def _partition_for(self, cookie: Cookie, context: CookieContext) -> str | None:
        own_jar = self._profile.third_party_cookies is ThirdPartyCookies.OWN_JAR
        if cookie.partitioned or (own_jar and context.third_party):
            return context.partition
        return None

    def for_request(
        self, url: Url, context: CookieContext, now: float
    ) -> tuple[list[Cookie], list[CookieRefusal]]:
        """Return the cookies that a request to *url* carries, in order, and those that stay behind."""
        sent: list[Cookie] = []
        withheld: list[CookieRefusal] = []
        for cookie in self.of_host(url.host, now):
            code = self._reason_to_withhold(cookie, url, context, now)
            if code is None:
                sent.append(cookie)
            else:
                withheld.append(CookieRefusal(cookie.name, code, _RETRIEVAL))
        for cookie in sent:
            self._touch(cookie)
        sent.sort(key=lambda cookie: (-len(cookie.path), cookie.created))
        return sent, withheld

    def _touch(self, cookie: Cookie) -> None:
        """Move *cookie* to the end, where the last used ones are."""
        cookies = self._domains[self._sites.domain(cookie.domain)]
        key = (cookie.name, cookie.domain, cookie.path, cookie.partition)
        cookies[key] = cookies.pop(key)

    def of_host(self, host: str, now: float) -> list[Cookie]:
        """Return the cookies that *host* could get, and forget those that have expired."""
        cookies = self._domains.get(self._sites.domain(host))
        if not cookies:
            return []
        for key in [key for key, one in cookies.items() if one.expires is not None and one.expires <= now]:
            del cookies[key]
        return [
            cookie
            for cookie in cookies.values()
            if cookie.domain == host or (not cookie.host_only and domain_matches(host, cookie.domain))
        ]

    def _reason_to_withhold(
        self, cookie: Cookie, url: Url, context: CookieContext, now: float
    ) -> CookieCode | None:
        if not path_matches(url.path, cookie.path):
            return CookieCode.PATH_MISMATCH
        if cookie.secure and not carries_secure(url, self._profile):
            return CookieCode.SECURE_OVER_HTTP
        if not context.same_site and not self._travels(cookie, context, now):
            return _SAME_SITE_CODES[cookie.same_site]
        if context.third_party and self._is_blocked(cookie):
            return CookieCode.THIRD_PARTY_BLOCKED
        common_jar_visible = not (
            context.third_party and self._profile.third_party_cookies is ThirdPartyCookies.OWN_JAR
        )
        if cookie.partition is None and common_jar_visible:
            return None
        return None if cookie.partition == context.partition else CookieCode.OTHER_PARTITION

    def _travels(self, cookie: Cookie, context: CookieContext, now: float) -> bool:
        """Tell whether SameSite lets the cookie go across sites (RFC 6265bis section 5.8.3 step 1)."""
        if self._is_cross_site(cookie):
            return True
        if not context.is_navigation or cookie.same_site is SameSite.STRICT:
            return False
        if context.is_safe_method:
            return True
        # "Lax+POST": a young cookie without SameSite still goes along with a cross-site form post
        # (RFC 6265bis section 5.6.7.2).
        return (
            cookie.same_site is SameSite.DEFAULT
            and now - cookie.created < self._profile.lax_allow_unsafe_seconds
        )


def _first_to_go(cookies: Mapping[_Key, Cookie], now: float) -> _Key:
    """Return which cookie makes room: an expired one, one that is not Secure, the one used least recently.

    RFC 6265bis section 5.7; the cookies are in the order of their last use.
    """

    def rank(key: _Key) -> int:
        cookie = cookies[key]
        if cookie.expires is not None and cookie.expires <= now:
            return 0
        return 2 if cookie.secure else 1

    return min(cookies, key=rank)


def path_matches(request_path: str, cookie_path: str) -> bool:
    """Tell whether a cookie's path covers a request's (RFC 6265bis section 5.1.4)."""
    if request_path == cookie_path:
        return True
    return request_path.startswith(cookie_path) and (
        cookie_path.endswith("/") or request_path[len(cookie_path)] == "/"
    )
