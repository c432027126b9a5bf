"""The cookies of a Flask application: what they are, what they should be, and whether they can work."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Flask

from crossguard.browser.posture import (
    CROSS_SITE_ADVICE,
    CookieAttributes,
    Relation,
    cookie_fits,
    named,
    recommend,
    relation,
    shortcomings,
    works_nowhere,
)
from crossguard.core.config import CorsConfig
from crossguard.core.issues import ConfigIssue, IssueCode
from crossguard.core.origins import DEFAULT_PORTS, Origin, parse_origin
from crossguard.core.patterns import OriginPattern, parse_rule
from crossguard.core.policy import Policy
from crossguard.flask.remember import PARTITIONED_KEY

# A list of ten thousand customers has few kinds of origins; these stand for the rest.
_MOST_FRONTENDS: Final = 50


def configured_cookies(app: Flask) -> list[CookieAttributes]:
    """Return the cookies that sign users in to *app*, as configured: the session's, and Flask-Login's."""
    sessions = app.session_interface
    cookies = []
    if app.secret_key:
        cookies.append(
            CookieAttributes(
                sessions.get_cookie_name(app),
                # Werkzeug adds Secure to what is Partitioned.
                secure=sessions.get_cookie_secure(app) or sessions.get_cookie_partitioned(app),
                http_only=sessions.get_cookie_httponly(app),
                same_site=sessions.get_cookie_samesite(app) or "",
                partitioned=sessions.get_cookie_partitioned(app),
                domain=sessions.get_cookie_domain(app) or "",
                path=sessions.get_cookie_path(app),
            )
        )
    if hasattr(app, "login_manager"):
        config = app.config
        cookies.append(
            CookieAttributes(
                config.get("REMEMBER_COOKIE_NAME", "remember_token"),
                secure=bool(config.get("REMEMBER_COOKIE_SECURE", False)),
                http_only=bool(config.get("REMEMBER_COOKIE_HTTPONLY", True)),
                same_site=config.get("REMEMBER_COOKIE_SAMESITE") or "",
                partitioned=bool(config.get(PARTITIONED_KEY, False)),
                domain=config.get("REMEMBER_COOKIE_DOMAIN") or "",
                path=config.get("REMEMBER_COOKIE_PATH") or "/",
            )
        )
    return cookies


@dataclass(frozen=True, slots=True)
class Frontend:
    """A front end that uses credentials.

    Attributes:
        origin: its serialized origin; of a pattern, one that it covers.
        exact: whether it is listed as it is.
    """

    origin: str
    exact: bool


def frontends_of(config: CorsConfig) -> list[Frontend]:
    """Return the front ends of a policy that use credentials, with one to stand for each pattern."""
    found: list[Frontend] = []
    for entry in config.origins[:_MOST_FRONTENDS] if config.supports_credentials else ():
        rule = parse_rule(entry)
        if isinstance(rule, Origin) and rule.scheme in DEFAULT_PORTS:
            found.append(Frontend(str(rule), exact=True))
        elif isinstance(rule, OriginPattern):
            host = f"app.{rule.host}" if rule.subdomains else rule.host
            port = ":8080" if rule.any_port else "" if rule.port is None else f":{rule.port}"
            found.append(Frontend(f"{rule.scheme}://{host}{port}", exact=False))
    return found


def apply_posture(app: Flask, config: CorsConfig) -> None:
    """Set the cookies of *app* as ``cookies=`` of *config* asks, over what stands in ``app.config``.

    Between http origins the cookie is plain, so that development works in every browser.
    """
    if config.cookies == "as-configured":
        return
    origins = [frontend.origin for frontend in frontends_of(config)]
    apis = config.public_origins
    crossing = any(relation(origin, api) is Relation.CROSS_SITE for origin in origins for api in apis)
    mode = Relation.SAME_SITE
    if config.cookies == "cross-site" or (config.cookies == "auto" and crossing):
        mode = Relation.CROSS_SITE
    known = apis or (origins if app.debug else ())
    plain = bool(known) and all(origin.startswith("http://") for origin in known)
    recommendation = recommend(mode, secure=not plain or mode is Relation.CROSS_SITE)
    if recommendation is None:  # pragma: no cover - the table has both modes for https
        return
    stems = {
        "SESSION": app.config["SESSION_COOKIE_NAME"],
        "REMEMBER": app.config.get("REMEMBER_COOKIE_NAME", "remember_token"),
    }
    for prefix, stem in stems.items():
        cookie = named(recommendation, stem)
        app.config.update(
            {
                f"{prefix}_COOKIE_NAME": cookie.name,
                f"{prefix}_COOKIE_SECURE": cookie.secure,
                f"{prefix}_COOKIE_HTTPONLY": cookie.http_only,
                f"{prefix}_COOKIE_SAMESITE": cookie.same_site,
                f"{prefix}_COOKIE_PARTITIONED": cookie.partitioned,
                f"{prefix}_COOKIE_DOMAIN": None,
                f"{prefix}_COOKIE_PATH": "/",
            }
        )


def check_cookies(app: Flask, policies: Iterable[Policy], issues: list[ConfigIssue]) -> list[str]:
    """Compare the configured cookies with every front end that uses credentials.

    A cookie that works in no browser for a listed front end is appended to *issues*. What works in some
    browsers only, or more widely than is wise, is returned as lines for the log.
    """
    lines: dict[str, None] = {}
    cookies = configured_cookies(app)
    used = False
    for policy in policies:
        for frontend in frontends_of(policy.config):
            used = True
            # Where the API is unknown it is taken for the front end's own origin: what fails even
            # there fails everywhere.
            for api in policy.config.public_origins or (frontend.origin,):
                for cookie in cookies:
                    _check(cookie, frontend, api, issues, lines)
    for cookie in cookies if used else ():
        if not cookie.same_site:
            lines[
                f"the cookie {cookie.name} has no SameSite: Firefox sends it with every cross-site form, "
                'Chromium for two minutes. Set it to "Lax", or let CORS(…, cookies="auto") do it.'
            ] = None
        if cookie.domain:
            lines[
                f"the cookie {cookie.name} has Domain={cookie.domain}: every host below it can read it and "
                "replace it."
            ] = None
    return list(lines)


def _check(
    cookie: CookieAttributes,
    frontend: Frontend,
    api: str,
    issues: list[ConfigIssue],
    lines: dict[str, None],
) -> None:
    fits = cookie_fits(cookie, frontend.origin, api)
    failing = {profile: fit for profile, fit in fits.items() if not fit.works}
    where = f"{frontend.origin} with {api}" if frontend.origin != api else frontend.origin
    if works_nowhere(fits) and frontend.exact:
        first = next(iter(failing.values()))
        issue = ConfigIssue(
            IssueCode.COOKIE_CANNOT_WORK,
            f"cookie {cookie.name} for {where}",
            cookie.set_cookie("…"),
            f"no browser stores it and sends it back: {first.reason} ({first.step}).",
            cookie_fix(cookie, frontend.origin, api),
        )
        if issue not in issues:
            issues.append(issue)
    elif failing:
        reasons = ", ".join(shortcomings(fits))
        lines[f"the cookie {cookie.name} does not work for {where} in {reasons}: {CROSS_SITE_ADVICE}"] = None


def cookie_fix(cookie: CookieAttributes, frontend: str, api: str) -> str:
    """Return what to write so that *cookie*, set by *api*, works for *frontend* in more browsers."""
    # SameSite=None is written by whoever knows that the sites differ, also where the API is unknown.
    situation = Relation.CROSS_SITE if cookie.same_site == "None" else relation(frontend, api)
    page, server = parse_origin(frontend), parse_origin(api)
    crossing = situation is Relation.CROSS_SITE
    # Browsers take Secure cookies from this machine, whatever the scheme (Secure Contexts 3.1).
    secure = server.scheme == "https" or (crossing and server.is_loopback)
    recommendation = recommend(situation, secure=secure)
    if recommendation is None:
        return "no cookie works between http sites: serve both over https, or from one host."
    mode = "cross-site" if crossing else "same-site"
    text = f'set {named(recommendation, "session").set_cookie("…")}, or let CORS(…, cookies="{mode}") do it.'
    if page.is_loopback and server.is_loopback and page.host != server.host:
        return f"open the front end as {Origin(page.scheme, server.host, page.port)} and list that, or {text}"
    return text
