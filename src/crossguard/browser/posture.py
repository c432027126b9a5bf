"""Cookie posture: does this cookie work for this front end, in which browsers, and if not, why?

"Works" means: stored from the answer to a credentialed fetch of the front end, and sent with the next.
The answer comes from the browser model, so that there is one set of cookie rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from crossguard.browser.browser import Browser
from crossguard.browser.profiles import PROFILES
from crossguard.browser.site import Sites
from crossguard.browser.values import HttpRequest, HttpResponse
from crossguard.core.origins import parse_origin, parse_serialized


@dataclass(frozen=True, slots=True)
class CookieAttributes:
    """A cookie as it is set, without its value.

    Attributes:
        name: the name, prefix included.
        secure: Secure.
        http_only: HttpOnly.
        same_site: Lax, Strict, None, or empty if the attribute is left out.
        partitioned: Partitioned.
        domain: the Domain attribute; empty if it is left out.
        path: the Path attribute.
    """

    name: str
    secure: bool = False
    http_only: bool = True
    same_site: str = ""
    partitioned: bool = False
    domain: str = ""
    path: str = "/"

    def set_cookie(self, value: str = "x") -> str:
        """Return the ``Set-Cookie`` line."""
        parts = [f"{self.name}={value}", f"Path={self.path}"]
        parts += [f"Domain={self.domain}"] if self.domain else []
        parts += ["Secure"] if self.secure else []
        parts += ["HttpOnly"] if self.http_only else []
        parts += [f"SameSite={self.same_site}"] if self.same_site else []
        parts += ["Partitioned"] if self.partitioned else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a cookie works in one browser.

    Attributes:
        works: stored and sent.
        reason: the identifier of what stops it; empty if nothing does.
        step: the step of the standard.
    """

    works: bool
    reason: str = ""
    step: str = ""


def works_nowhere(fits: Mapping[str, Fit]) -> bool:
    """Tell whether a cookie works in no browser that keeps to the rules of RFC 6265bis.

    WebKit takes what these refuse, such as ``SameSite=None`` without ``Secure``; a cookie that works
    there alone counts as one that does not work.
    """
    return not any(fit.works for profile, fit in fits.items() if PROFILES[profile].none_needs_secure)


def shortcomings(fits: Mapping[str, Fit]) -> list[str]:
    """Return where a cookie does not work, as ``name (reason)``, with what the answer is worth."""
    return [
        f"{profile} ({'; '.join(filter(None, (fit.reason, PROFILES[profile].caveat)))})"
        for profile, fit in fits.items()
        if not fit.works
    ]


class Relation(StrEnum):
    """How a front end stands to an API, as browsers see it (HTML Standard, "same site")."""

    SAME_ORIGIN = "same-origin"
    SAME_SITE = "same-site"
    CROSS_SITE = "cross-site"


def relation(frontend: str, api: str) -> Relation:
    """Return the relation of two serialized origins."""
    left, right = parse_origin(frontend), parse_origin(api)
    if left == right:
        return Relation.SAME_ORIGIN
    return Relation.SAME_SITE if Sites().is_same(left, right) else Relation.CROSS_SITE


def cookie_fits(cookie: CookieAttributes, frontend: str, api: str) -> Mapping[str, Fit]:
    """Return by browser profile whether *cookie*, set by *api*, works for *frontend*.

    Args:
        cookie: the cookie as it is set.
        frontend: the serialized origin of the page.
        api: the serialized origin of the server.
    """
    return {profile: _fit(profile, cookie.set_cookie(), frontend, api) for profile in PROFILES}


# Bounded: an application may show one front end after another of a long list.
@lru_cache(maxsize=4096)
def _fit(profile: str, set_cookie: str, frontend: str, api: str) -> Fit:
    def send(_request: HttpRequest) -> HttpResponse:
        headers = (
            ("Access-Control-Allow-Origin", frontend),
            ("Access-Control-Allow-Credentials", "true"),
            ("Set-Cookie", set_cookie),
        )
        return HttpResponse(200, headers)

    page = Browser(profile, send=send).open(frontend)
    # Below the cookie's path, so that only a wrong prefix makes the path matter.
    path = next(part for part in set_cookie.split("; ") if part.startswith("Path=")).removeprefix("Path=")
    first = page.verdict(api + path, credentials="include")
    if first.failure is not None:
        return Fit(works=False, reason=first.failure.code.value, step=first.failure.step)
    second = page.verdict(api + path, credentials="include")
    cookies = second.hops[0].cookies
    if cookies.sent:
        return Fit(works=True)
    refusals = (*first.hops[0].cookies.refused, *cookies.withheld)
    return Fit(works=False, reason=refusals[0].code.value, step=refusals[0].step)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to set for one situation.

    Attributes:
        cookie: the attributes; the name is a stem, to which the prefix is added.
        prefix: the prefix of the name.
        advice: what a person should know.
    """

    cookie: CookieAttributes
    prefix: str
    advice: str


#: Cross-site cookies work only where a browser partitions them, and not at all where it blocks all
#: third-party cookies.
CROSS_SITE_ADVICE: Final = (
    "cookies between sites depend on the browser's goodwill. Serve the front end and the API from one "
    "registrable domain (app.example.com and api.example.com), or let the front end's server pass /api on."
)


def one_host_name(page_origin: str, url: str) -> str:
    """Return what to write where page and API are on this machine under two names; empty elsewhere.

    The two names are two sites, and no attribute of a cookie joins them.
    """
    page, api = parse_serialized(page_origin), parse_serialized("/".join(url.split("/", 3)[:3]))
    if page is None or api is None or not (page.is_loopback and api.is_loopback) or page.host == api.host:
        return ""
    return f"use one host name for both: call {api._replace(host=page.host)} in the front end."


#: The recommended cookie by relation, and whether both sides are https.
RECOMMENDED: Final[Mapping[tuple[Relation, bool], Recommendation]] = {
    (Relation.SAME_ORIGIN, True): Recommendation(
        CookieAttributes("session", secure=True, same_site="Lax"), "__Host-", ""
    ),
    (Relation.SAME_SITE, True): Recommendation(
        CookieAttributes("session", secure=True, same_site="Lax"), "__Host-", ""
    ),
    (Relation.CROSS_SITE, True): Recommendation(
        CookieAttributes("session", secure=True, same_site="None", partitioned=True),
        "__Host-",
        CROSS_SITE_ADVICE,
    ),
    (Relation.SAME_ORIGIN, False): Recommendation(CookieAttributes("session", same_site="Lax"), "", ""),
    (Relation.SAME_SITE, False): Recommendation(CookieAttributes("session", same_site="Lax"), "", ""),
}


def recommend(situation: Relation, *, secure: bool) -> Recommendation | None:
    """Return what to set; None where no cookie works, as between http sites."""
    return RECOMMENDED.get((situation, secure))


def named(recommendation: Recommendation, stem: str) -> CookieAttributes:
    """Return the recommended cookie under the name *stem*, with the prefix."""
    bare = stem.removeprefix("__Host-").removeprefix("__Secure-")
    return replace(recommendation.cookie, name=recommendation.prefix + bare)
