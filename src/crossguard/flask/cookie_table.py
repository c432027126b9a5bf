"""The cookies of an application against its front ends, as a report for people."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from flask import Flask

from crossguard.browser.posture import CookieAttributes, Fit, cookie_fits, relation
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, CodeText
from crossguard.flask.cookies import configured_cookies, frontends_of
from crossguard.flask.state import inspect
from crossguard.flask.table import Table

_WORDS: Final[dict[str, CodeText]] = {
    code.value: words for code, words in (*COOKIE_TEXTS.items(), *CODE_TEXTS.items())
}
_NOTHING: Final = CodeText("", "")


@dataclass(frozen=True, slots=True)
class CookieFit:
    """Whether a cookie is stored and sent back in one browser; the texts are empty if it is.

    Attributes:
        browser: the name of the browser model.
        works: whether it is stored and sent.
        reason: the identifier of what stops it.
        step: the step of the standard.
        explanation: the reason in words.
        fix: what to write.
    """

    browser: str
    works: bool
    reason: str = ""
    step: str = ""
    explanation: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class CookieRow:
    """One cookie, and the front ends for which it does equally well.

    Attributes:
        cookie: its name.
        set_cookie: the ``Set-Cookie`` line, with ``…`` for the value.
        frontends: their origins; for a pattern, one that it covers.
        api: the origin that sets it; where it is unknown, the front end's own.
        relation: ``same-origin``, ``same-site`` or ``cross-site``.
        fits: by browser.
    """

    cookie: str
    set_cookie: str
    frontends: tuple[str, ...]
    api: str
    relation: str
    fits: tuple[CookieFit, ...]


@dataclass(frozen=True, slots=True)
class CookieReport:
    """Every cookie for the front ends that use cookies.

    Attributes:
        rows: what is equal stands in one row.
        notes: what is worth saying about the cookies, a line each.
        frontends: how many front ends were looked at: of a long list the first fifty of each policy.
        listed: how many are listed.
    """

    rows: tuple[CookieRow, ...]
    notes: tuple[str, ...]
    frontends: int
    listed: int


def cookie_report(app: Flask) -> CookieReport:
    """Return how each cookie that signs users in to *app* does with its front ends, by browser.

    Raises:
        ConfigError: the application's policies do not build.
    """
    with inspect(app) as table:
        return _report(app, table)


def _report(app: Flask, table: "Table") -> CookieReport:
    pairs = [*dict.fromkeys(_pairs(table))]
    # Keyed by the row as it is without front ends.
    groups: dict[CookieRow, list[str]] = {}
    for cookie in configured_cookies(app):
        for frontend, api, shown in pairs:
            fits = fits_of(cookie, frontend, api)
            kind = relation(frontend, api).value
            row = CookieRow(cookie.name, cookie.set_cookie("…"), (), shown, kind, fits)
            groups.setdefault(row, []).append(frontend)
    rows = tuple(
        replace(row, frontends=tuple(frontends), api=row.api or frontends[0])
        for row, frontends in groups.items()
    )
    listed = sum(
        len(policy.config.origins) for policy in table.policies if policy.config.supports_credentials
    )
    return CookieReport(rows, tuple(table.cookie_notes), len({frontend for frontend, _, _ in pairs}), listed)


def _pairs(table: "Table") -> Iterator[tuple[str, str, str]]:
    """Yield front end, API, and what is shown of the latter: nothing where it is unknown."""
    for policy in table.policies:
        apis = policy.config.public_origins
        for frontend in frontends_of(policy.config):
            # As the check at the start: where the API is unknown, it is the front end's own origin.
            for api in apis or (frontend.origin,):
                yield frontend.origin, api, api if apis else ""


def fits_of(cookie: CookieAttributes, frontend: str, api: str) -> tuple[CookieFit, ...]:
    """Return how *cookie*, set by *api*, does with the pages of *frontend* in each browser."""
    return tuple(
        _worded(name, fit, frontend, api) for name, fit in cookie_fits(cookie, frontend, api).items()
    )


def _worded(browser: str, fit: Fit, frontend: str, api: str) -> CookieFit:
    words = _NOTHING if fit.works else _WORDS[fit.reason]
    fills = defaultdict(lambda: "…", origin=frontend, url=api, if_yours="")
    return CookieFit(
        browser,
        fit.works,
        fit.reason,
        fit.step,
        words.meaning.format_map(fills),
        words.fix.format_map(fills),
    )
