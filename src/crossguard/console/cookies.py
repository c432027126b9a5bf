"""The application's cookies against its front ends, as administrators see them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import msgspec
from flask import Flask

from crossguard.console.browser_schemas import Browser, CookieFit, CookieList, CookiePosture, Relation
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, CodeText
from crossguard.flask.cookies import configured_cookies, frontends_of
from crossguard.flask.state import inspect
from crossguard.flask.table import Table
from crossguard.posture import CookieAttributes, Fit, cookie_fits, relation

_WORDS: Final[dict[str, CodeText]] = {
    code.value: words for code, words in (*COOKIE_TEXTS.items(), *CODE_TEXTS.items())
}
_NOTHING: Final = CodeText("", "")


def list_cookies(app: Flask) -> CookieList:
    """Return how each cookie of *app* does with each front end in each browser, bounded as at the start."""
    with inspect(app) as table:
        items = [
            posture_of(cookie, frontend, api)
            for cookie in configured_cookies(app)
            for frontend, api in dict.fromkeys(_pairs(table))
        ]
    return CookieList(items=items, notes=list(table.cookie_notes))


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    for policy in table.policies:
        for frontend in frontends_of(policy.config):
            # As the check at the start: where the API is unknown, it is the front end's own origin.
            for api in policy.config.public_origins or (frontend.origin,):
                yield frontend.origin, api


def posture_of(cookie: CookieAttributes, frontend: str, api: str) -> CookiePosture:
    """Return how *cookie*, set by *api*, does with the pages of *frontend* in each browser."""
    fits = cookie_fits(cookie, frontend, api)
    return CookiePosture(
        cookie=cookie.name,
        set_cookie=cookie.set_cookie("…"),
        frontend=frontend,
        api=api,
        relation=msgspec.convert(relation(frontend, api), Relation),
        fits=[_show(browser, fit, frontend, api) for browser, fit in fits.items()],
    )


def _show(browser: str, fit: Fit, frontend: str, api: str) -> CookieFit:
    words = _NOTHING if fit.works else _WORDS[fit.reason]
    fills = defaultdict(lambda: "…", origin=frontend, url=api)
    return CookieFit(
        browser=msgspec.convert(browser, Browser),
        works=fit.works,
        reason=fit.reason,
        step=fit.step,
        explanation=words.meaning.format_map(fills),
        fix=words.fix.format_map(fills),
    )
