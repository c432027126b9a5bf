"""Cookies: how ``Set-Cookie`` is read, and what makes one unacceptable in every context.

Source: RFC 6265bis (draft-ietf-httpbis-rfc6265bis-22) sections 5.6 and 5.7; Partitioned as in
draft-cutler-httpbis-partitioned-cookies.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crossguard.browser.codes import CookieCode
from crossguard.browser.cookies.dates import parse_cookie_date
from crossguard.browser.profiles import Profile
from crossguard.browser.site import Sites, is_trustworthy
from crossguard.browser.urls import Url
from crossguard.core.hosts import is_ip_host

#: RFC 6265bis section 5.6: longer names and values are refused, longer attributes ignored.
MAX_NAME_AND_VALUE: Final = 4096
MAX_ATTRIBUTE: Final = 1024
#: RFC 6265bis section 5.5: no cookie lives longer, in seconds.
MAX_LIFETIME: Final = 400 * 24 * 3600

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK: Final = " \t"
# Newer than the other two prefixes, and not among what was recorded.
_HTTP_PREFIXES: Final = ("__http-", "__host-http-")
_MAX_AGE: Final = re.compile(r"-?[0-9]+", re.ASCII)
_MAX_AGE_DIGITS: Final = 10


class SameSite(StrEnum):
    """The cookie's same-site flag (RFC 6265bis section 5.7 step 14)."""

    DEFAULT = ""
    NONE = "None"
    LAX = "Lax"
    STRICT = "Strict"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A stored cookie (RFC 6265bis section 5.7).

    Attributes:
        name: may be empty.
        value: may be empty, but not both.
        domain: the host, or the domain of the Domain attribute.
        host_only: whether only *domain* itself gets it.
        path: covers this path and what lies below.
        secure: only over https, or to this machine.
        http_only: hidden from script.
        same_site: the same-site flag.
        partitioned: whether it asked for a jar of its own for each top-level site.
        partition: the top-level site whose jar it lies in; None for the common jar.
        created: time of the browser, in seconds.
        expires: time of the browser, in seconds; None at the end of the session.
    """

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: SameSite
    partitioned: bool
    partition: str | None
    created: float
    expires: float | None


class CookieRefusedError(ValueError):
    """A ``Set-Cookie`` line that no context makes acceptable."""

    def __init__(self, name: str, code: CookieCode, step: str) -> None:
        super().__init__(name, code, step)
        self.name = name
        self.code = code
        self.step = step


def parse_set_cookie(line: str, url: Url, now: float, sites: Sites, profile: Profile) -> Cookie:
    """Read one ``Set-Cookie`` line of a response from *url*.

    Raises:
        CookieRefusedError: the browser would ignore it.
    """
    pair, _, attribute_text = line.partition(";")
    name, equals, value = pair.partition("=")
    if not equals or (profile.reads_cookies_as_libsoup and "," in name):
        name, value = "", pair
    name, value = name.strip(_BLANK), value.strip(_BLANK)
    is_spoilt = _CONTROL.search(line) is not None and not profile.reads_cookies_as_libsoup
    if is_spoilt or not (name or value) or _is_refused(name, value, pair, profile):
        raise CookieRefusedError(name, CookieCode.MALFORMED, "RFC 6265bis section 5.6 steps 1 to 5")
    attributes = _parse_attributes(attribute_text, profile)
    domain, host_only = _domain(name, attributes.get("domain", ""), url, sites, profile)
    path = attributes.get("path", "")
    cookie = Cookie(
        name=name,
        value=value,
        domain=domain,
        host_only=host_only,
        path=path if path.startswith("/") else default_path(url.path),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=_same_site(attributes.get("samesite", "")),
        partitioned=profile.knows_partitioned and "partitioned" in attributes,
        partition=None,
        created=now,
        expires=_expiry(attributes, now, profile),
    )
    _check_secure(cookie, url, profile)
    if not profile.reads_cookies_as_libsoup:
        _check_prefix(cookie, attributes)
    return cookie


def _is_refused(name: str, value: str, pair: str, profile: Profile) -> bool:
    """Tell whether no context makes the pair acceptable (RFC 6265bis section 5.6 steps 1 to 5)."""
    if profile.reads_cookies_as_libsoup:
        return False
    if len(name) + len(value) > MAX_NAME_AND_VALUE:
        return True
    if name:
        return False
    return (
        # It would come back as a cookie with a name.
        "=" in value
        or (profile.leading_equals_spoils_cookie and "=" in pair)
        or value.lower().startswith(profile.nameless_refused)
    )


def _parse_attributes(text: str, profile: Profile) -> dict[str, str]:
    """Read the attributes (RFC 6265bis section 5.6 step 6); the last one of a name counts."""
    attributes: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        name, value = name.strip(_BLANK).lower(), value.strip(_BLANK)
        if profile.reads_cookies_as_libsoup:
            # An unknown SameSite changes nothing there, and of Max-Age and Expires the last one counts.
            if name == "samesite" and value.lower() not in {"none", "lax", "strict"}:
                continue
            if name == "expires":
                attributes.pop("max-age", None)
        elif len(value) > MAX_ATTRIBUTE:
            continue
        attributes[name] = value
    return attributes


def default_path(path: str) -> str:
    """Return the path of a cookie that names none (RFC 6265bis section 5.1.4)."""
    return path.rpartition("/")[0] or "/"


def _same_site(value: str) -> SameSite:
    for flag in (SameSite.NONE, SameSite.LAX, SameSite.STRICT):
        if value.lower() == flag.value.lower():
            return flag
    return SameSite.DEFAULT


def _expiry(attributes: dict[str, str], now: float, profile: Profile) -> float | None:
    """Return when the cookie ends; Max-Age goes before Expires (RFC 6265bis section 5.7 step 3)."""
    max_age = attributes.get("max-age", "")
    if profile.reads_cookies_as_libsoup and "max-age" in attributes:
        max_age = max_age.removeprefix("+") or "0"
    if _MAX_AGE.fullmatch(max_age):
        if max_age.startswith("-") or not max_age.strip("0"):
            return float("-inf")
        seconds = int(max_age) if len(max_age) <= _MAX_AGE_DIGITS else MAX_LIFETIME
        return now + min(seconds, MAX_LIFETIME)
    moment = parse_cookie_date(attributes.get("expires", ""))
    return None if moment is None else min(moment, now + MAX_LIFETIME)


def _domain(name: str, attribute: str, url: Url, sites: Sites, profile: Profile) -> tuple[str, bool]:
    if (
        profile.reads_cookies_as_libsoup
        and attribute
        and ("." not in attribute[1:] or attribute != attribute.lower())
    ):
        raise CookieRefusedError(name, CookieCode.DOMAIN_MISMATCH, "libsoup, soup_cookie_parse")
    domain = attribute.removeprefix(".").lower()
    if not domain:
        return url.host, True
    if sites.is_suffix(domain):
        # A host that is itself a public suffix may name itself and gets a host-only cookie.
        if domain == url.host:
            return url.host, True
        raise CookieRefusedError(name, CookieCode.PUBLIC_SUFFIX_DOMAIN, "RFC 6265bis section 5.7 step 9")
    if not domain_matches(url.host, domain):
        raise CookieRefusedError(name, CookieCode.DOMAIN_MISMATCH, "RFC 6265bis section 5.7 step 10")
    return domain, False


def domain_matches(host: str, domain: str) -> bool:
    """Tell whether *host* is *domain* or below it (RFC 6265bis section 5.1.3)."""
    return host == domain or (host.endswith("." + domain) and not is_ip_host(host))


def carries_secure(url: Url, profile: Profile) -> bool:
    """Tell whether ``Secure`` cookies come from and go to *url* (RFC 6265bis section 5.7 step 12)."""
    return url.scheme in {"https", "wss"} or (not profile.secure_needs_https and is_trustworthy(url))


def _check_secure(cookie: Cookie, url: Url, profile: Profile) -> None:
    if cookie.secure and not carries_secure(url, profile):
        raise CookieRefusedError(
            cookie.name, CookieCode.SECURE_REQUIRES_HTTPS, "RFC 6265bis section 5.7 step 12"
        )
    if profile.none_needs_secure and cookie.same_site is SameSite.NONE and not cookie.secure:
        raise CookieRefusedError(
            cookie.name, CookieCode.NONE_REQUIRES_SECURE, "RFC 6265bis section 5.7 step 19"
        )
    if cookie.partitioned and not cookie.secure:
        raise CookieRefusedError(
            cookie.name, CookieCode.PARTITIONED_REQUIRES_SECURE, "Partitioned cookies, section 2.1"
        )


def _check_prefix(cookie: Cookie, attributes: dict[str, str]) -> None:
    lower = cookie.name.lower()
    if lower.startswith("__secure-") and not cookie.secure:
        raise CookieRefusedError(
            cookie.name, CookieCode.SECURE_PREFIX_REQUIRES_SECURE, "RFC 6265bis section 5.7 step 20"
        )
    if lower.startswith(_HTTP_PREFIXES) and not (cookie.secure and cookie.http_only):
        raise CookieRefusedError(cookie.name, CookieCode.HTTP_PREFIX, "RFC 6265bis, __Http- prefixes")
    if lower.startswith("__host-"):
        _check_host_prefix(cookie, attributes)


def _check_host_prefix(cookie: Cookie, attributes: dict[str, str]) -> None:
    broken = None
    if attributes.get("domain") or not cookie.host_only:
        broken = CookieCode.HOST_PREFIX_FORBIDS_DOMAIN
    elif not cookie.secure:
        broken = CookieCode.HOST_PREFIX_REQUIRES_SECURE
    elif attributes.get("path") != "/":
        broken = CookieCode.HOST_PREFIX_REQUIRES_ROOT
    if broken is not None:
        raise CookieRefusedError(cookie.name, broken, "RFC 6265bis section 5.7 step 21")
