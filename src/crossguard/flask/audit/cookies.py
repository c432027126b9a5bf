"""Findings about the cookies that sign users in."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from crossguard.browser.posture import (
    CookieAttributes,
    Relation,
    cookie_fits,
    named,
    recommend,
    relation,
    shortcomings,
)
from crossguard.core.origins import parse_origin
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.sources import redirects
from crossguard.flask.audit.subject import Subject
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.cookies import (
    configured_cookies,
    cookie_fix,
    frontends_of,
    ignored_attributes,
    interface_name,
)
from crossguard.flask.libraries import library_cookies, signs_in_by_redirect, unreachable_tokens
from crossguard.flask.places import place_of

_PREFIXES = ("SESSION", "REMEMBER")


class _Configured(NamedTuple):
    """A cookie, the settings that it follows by attribute, and what to write for a front end and an API."""

    cookie: CookieAttributes
    keys: dict[str, str]
    fix: Callable[[str, str], str]


def check_cookies(subject: Subject) -> Iterator[Noted]:
    """Compare the configured cookies with the front ends, and look at each by itself."""
    if not subject.trusting:
        return
    if ignored := ignored_attributes(subject.app):
        yield finding(
            FindingCode.COOKIE_ATTRIBUTE_IGNORED,
            "app.session_interface",
            interface=interface_name(subject.app),
            attributes=" and ".join(ignored),
        )
    for found in _cookies(subject):
        cookie, keys = found.cookie, found.keys
        secure = any(origin.startswith("https://") for origin in subject.public_origins)
        if not cookie.same_site:
            yield _of_key(FindingCode.COOKIE_SAMESITE_UNSET, cookie, keys["SameSite"])
        if cookie.domain:
            yield _of_key(FindingCode.COOKIE_DOMAIN, cookie, keys["Domain"])
        if secure and not cookie.secure:
            yield _of_key(FindingCode.COOKIE_NOT_SECURE, cookie, keys["Secure"])
        if not cookie.http_only:
            yield _of_key(FindingCode.COOKIE_SCRIPT_READABLE, cookie, keys["HttpOnly"])
        yield from _of_front_ends(subject, found)
        yield from _of_redirects(subject, cookie)
    yield from _of_tokens(subject)


def _of_key(code: FindingCode, cookie: CookieAttributes, key: str) -> Noted:
    return finding(code, f"app.config['{key}']", cookie=cookie.name, domain=cookie.domain, key=key)


def _cookies(subject: Subject) -> Iterator[_Configured]:
    """Yield the cookies that sign users in: Flask's, Flask-Login's, and those of other libraries."""
    names = {subject.app.config[f"{prefix}_COOKIE_NAME"]: prefix for prefix in _PREFIXES[:1]}
    for cookie in configured_cookies(subject.app):
        stem = f"{names.get(cookie.name, _PREFIXES[1])}_COOKIE"
        keys = {name: f"{stem}_{name.upper()}" for name in ("SameSite", "Domain", "Secure", "HttpOnly")}
        yield _Configured(cookie, keys, partial(cookie_fix, cookie))
    for other in library_cookies(subject.app):
        yield _Configured(other.attributes, other.keys, other.fix)


def _pairs(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield each front end with each origin of the API."""
    for policy in subject.trusting:
        for frontend in frontends_of(policy.config):
            for api in policy.config.own_examples:
                yield frontend.origin, api


def _of_front_ends(subject: Subject, found: _Configured) -> Iterator[Noted]:
    """Yield where a cookie works in some browsers only; one of Flask's that works in none does not build."""
    cookie = found.cookie
    for frontend, api in _pairs(subject):
        failing = shortcomings(cookie_fits(cookie, frontend, api))
        if failing and not _is_best(cookie, frontend, api):
            yield finding(
                FindingCode.COOKIE_SOME_BROWSERS,
                f"app.config['{found.keys['SameSite']}']",
                cookie=cookie.name,
                frontend=frontend,
                api=api,
                browsers=", ".join(failing),
                fix=found.fix(frontend, api),
            )


def _of_redirects(subject: Subject, cookie: CookieAttributes) -> Iterator[Noted]:
    """Yield what a sign-in by redirect cannot do: leave a partitioned cookie for the front end."""
    if not cookie.partitioned:
        return
    crossing = [pair for pair in _pairs(subject) if relation(*pair) is Relation.CROSS_SITE]
    place = _redirecting(subject) if crossing else ""
    for frontend, api in crossing if place else ():
        yield finding(FindingCode.REDIRECT_SIGN_IN, place, cookie=cookie.name, frontend=frontend, api=api)


def _redirecting(subject: Subject) -> str:
    """Return where the application redirects a person, as a sign-in does; empty if nowhere that was read."""
    for endpoint in subject.app.view_functions:
        for function in subject.functions_of(endpoint):
            if redirects(function):
                return place_of(function)
    return subject.app.import_name if signs_in_by_redirect(subject.app) else ""


def _of_tokens(subject: Subject) -> Iterator[Noted]:
    """Yield tokens in cookies, which pages of another host cannot read."""
    for library, cookie, status in unreachable_tokens(subject.app):
        for frontend, api in _pairs(subject):
            if parse_origin(frontend).host != parse_origin(api).host:
                yield finding(
                    FindingCode.TOKEN_OUT_OF_REACH,
                    library,
                    library=library,
                    cookie=cookie,
                    status=status,
                    frontend=frontend,
                )


def _is_best(cookie: CookieAttributes, frontend: str, api: str) -> bool:
    """Tell whether no other attributes would work in more browsers."""
    best = recommend(relation(frontend, api), secure=api.startswith("https://"))
    if best is None:
        return False
    ideal = cookie_fits(named(best, cookie.name), frontend, api)
    fits = cookie_fits(cookie, frontend, api)
    return all(fits[profile].works or not ideal[profile].works for profile in fits)
