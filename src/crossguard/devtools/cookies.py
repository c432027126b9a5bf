"""The cookies of an application that a page would not send or store, by the rules of its browser."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from crossguard.browser.posture import CookieAttributes, Fit, cookie_fits, one_host_name, relation
from crossguard.browser.urls import Url
from crossguard.core.names import is_token
from crossguard.core.origins import parse_serialized
from crossguard.devtools.exchanges import Exchange, Memory
from crossguard.devtools.side import Side
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, CodeText

_WORDS: Final[dict[str, CodeText]] = {
    code.value: words for code, words in (*COOKIE_TEXTS.items(), *CODE_TEXTS.items())
}
# More cookies than this are no sign-in.
_MOST: Final = 8
# Each is asked of every browser model.
_MOST_PAIRS: Final = 12


def profile_of(user_agent: str | None) -> str:
    """Return the browser model that is nearest to what a browser says of itself."""
    text = (user_agent or "")[:512]
    if "Firefox/" in text:
        return "firefox"
    if "AppleWebKit/" in text and "Chrome/" not in text and "Chromium/" not in text:
        return "webkit"
    return "chromium"


def known_cookies(side: Side, exchanges: Iterable[Exchange]) -> list[CookieAttributes]:
    """Return the cookies that are configured, and those that *exchanges* have set, each by its attributes."""
    configured = list(islice(side.cookies(), _MOST))
    names = {cookie.name for cookie in configured}
    seen: dict[str, CookieAttributes] = {}
    for exchange in exchanges:
        for name, value in exchange.headers:
            cookie = _parsed(value) if name == "Set-Cookie" else None
            if cookie is not None and cookie.name not in names and len(seen) < _MOST:
                seen.setdefault(cookie.name, cookie)
    return [*configured, *seen.values()]


def unfit_cookies(side: Side, memory: Memory, page: str, url: Url, profile: str) -> list[dict[str, Any]]:
    """Return the cookies that a page of *page* would not store from *url*, or not send there, and why.

    Those that other origins were given are not among them.
    """
    api = str(url.origin)
    if parse_serialized(api) is None or parse_serialized(page) is None:
        return []
    found = []
    for cookie in known_cookies(side, memory.of_origin(page)):
        fit = cookie_fits(cookie, page, api)[profile]
        if not fit.works:
            text, fix = _words(fit, page, api)
            found.append({"name": cookie.name, "code": fit.reason, "text": text, "fix": fix})
    return found


def cookie_rows(side: Side, memory: Memory) -> Iterator[dict[str, Any]]:
    """Yield every cookie against the front ends that are known, by browser."""
    pairs = list(islice(dict.fromkeys(_pairs(side, memory)), _MOST_PAIRS))
    for cookie in known_cookies(side, memory.after(0)):
        for page, api in pairs:
            fits = cookie_fits(cookie, page, api)
            yield {
                "cookie": cookie.name,
                "set_cookie": cookie.set_cookie("…"),
                "page": page,
                "api": api,
                "relation": relation(page, api).value,
                "fits": [_shown(browser, fit, page, api) for browser, fit in fits.items()],
            }


def _pairs(side: Side, memory: Memory) -> Iterator[tuple[str, str]]:
    """Yield the pages that asked, and those that are listed, each with the origin that serves the API."""
    asked = [(found.origin, found.facts.own_origin or "") for found in memory.after(0)]
    apis = dict.fromkeys(api for _, api in asked if parse_serialized(api) is not None)
    for page, api in asked:
        if _compares(page) and _compares(api):
            yield page, api
    for line in side.lines():
        if line.policy is None or not line.policy.config.supports_credentials:
            continue
        own: Iterable[str] = line.policy.config.own_examples or apis
        for entry in line.policy.config.origins[:_MOST_PAIRS]:
            page = str(entry)
            yield from ((page, api) for api in own if _compares(page) and _compares(api))


def _compares(origin: str) -> bool:
    return origin.startswith(("http://", "https://")) and parse_serialized(origin) is not None


def _shown(browser: str, fit: Fit, page: str, api: str) -> dict[str, Any]:
    text, fix = ("", "") if fit.works else _words(fit, page, api)
    return {"browser": browser, "works": fit.works, "code": fit.reason, "text": text, "fix": fix}


def _words(fit: Fit, page: str, api: str) -> tuple[str, str]:
    words = _WORDS.get(fit.reason, CodeText("the browser keeps it back.", ""))
    fills = defaultdict(lambda: "…", origin=page, url=api, if_yours="")
    return words.meaning.format_map(fills), one_host_name(page, api) or words.fix.format_map(fills)


def _parsed(line: str) -> CookieAttributes | None:
    """Return the attributes of a ``Set-Cookie`` line; None for one that takes a cookie away."""
    pair, *rest = (part.strip() for part in line.split(";"))
    name = pair.partition("=")[0]
    attributes = {
        key.strip().lower(): value.strip() for key, _, value in (part.partition("=") for part in rest)
    }
    if not is_token(name) or attributes.get("max-age", "1").startswith(("0", "-")):
        return None
    if "1970" in attributes.get("expires", ""):
        return None
    same_site = attributes.get("samesite", "").capitalize()
    return CookieAttributes(
        name,
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=same_site if same_site in {"Lax", "Strict", "None"} else "",
        partitioned="partitioned" in attributes,
        domain=attributes.get("domain", ""),
        path=attributes["path"] if attributes.get("path", "").startswith("/") else "/",
    )
