"""Findings about the cookies that sign users in."""

from collections.abc import Iterator

from crossguard.browser.posture import CookieAttributes, cookie_fits, named, recommend, relation, shortcomings
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.subject import Subject
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.cookies import (
    configured_cookies,
    cookie_fix,
    frontends_of,
    ignored_attributes,
    interface_name,
)

_PREFIXES = ("SESSION", "REMEMBER")


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
    for cookie, key in _cookies(subject):
        secure = any(origin.startswith("https://") for origin in subject.public_origins)
        where = f"app.config['{key}_…']"
        if not cookie.same_site:
            yield finding(FindingCode.COOKIE_SAMESITE_UNSET, where, cookie=cookie.name, key=f"{key}_SAMESITE")
        if cookie.domain:
            yield _of_key(FindingCode.COOKIE_DOMAIN, cookie, f"{key}_DOMAIN")
        if secure and not cookie.secure:
            yield _of_key(FindingCode.COOKIE_NOT_SECURE, cookie, f"{key}_SECURE")
        if not cookie.http_only:
            yield _of_key(FindingCode.COOKIE_SCRIPT_READABLE, cookie, f"{key}_HTTPONLY")
        yield from _of_front_ends(subject, cookie, f"app.config['{key}_SAMESITE']")


def _of_key(code: FindingCode, cookie: CookieAttributes, key: str) -> Noted:
    return finding(code, f"app.config['{key}']", cookie=cookie.name, domain=cookie.domain, key=key)


def _cookies(subject: Subject) -> Iterator[tuple[CookieAttributes, str]]:
    """Yield the cookies, each with how its keys in ``app.config`` begin."""
    names = {subject.app.config[f"{prefix}_COOKIE_NAME"]: prefix for prefix in _PREFIXES[:1]}
    for cookie in configured_cookies(subject.app):
        yield cookie, f"{names.get(cookie.name, _PREFIXES[1])}_COOKIE"


def _of_front_ends(subject: Subject, cookie: CookieAttributes, where: str) -> Iterator[Noted]:
    """Yield where a cookie works in some browsers only; one that works in none does not build."""
    for policy in subject.trusting:
        for frontend in frontends_of(policy.config):
            for api in policy.config.own_examples:
                fits = cookie_fits(cookie, frontend.origin, api)
                failing = shortcomings(fits)
                if failing and not _is_best(cookie, frontend.origin, api):
                    yield finding(
                        FindingCode.COOKIE_SOME_BROWSERS,
                        where,
                        cookie=cookie.name,
                        frontend=frontend.origin,
                        api=api,
                        browsers=", ".join(failing),
                        fix=cookie_fix(cookie, frontend.origin, api),
                    )


def _is_best(cookie: CookieAttributes, frontend: str, api: str) -> bool:
    """Tell whether no other attributes would work in more browsers."""
    best = recommend(relation(frontend, api), secure=api.startswith("https://"))
    if best is None:
        return False
    ideal = cookie_fits(named(best, cookie.name), frontend, api)
    fits = cookie_fits(cookie, frontend, api)
    return all(fits[profile].works or not ideal[profile].works for profile in fits)
