"""The cookies of a Flask application: what they are, what they should be, and whether they can work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flask import Flask
from flask.sessions import SessionInterface

from crossguard.browser.posture import (
    CROSS_SITE_ADVICE,
    CookieAttributes,
    Relation,
    cookie_fits,
    named,
    one_host_name,
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
from crossguard.flask.libraries import LibraryCookie, library_cookies
from crossguard.flask.remember import PARTITIONED_KEY

# What Flask's own sessions ask of the configuration, by the method that an interface of another hand calls.
_ATTRIBUTES: Final = {
    "Domain": "get_cookie_domain",
    "Secure": "get_cookie_secure",
    "HttpOnly": "get_cookie_httponly",
    "SameSite": "get_cookie_samesite",
    "Partitioned": "get_cookie_partitioned",
}
# A list of ten thousand customers has few kinds of origins; these stand for the rest.
_MOST_FRONTENDS: Final = 50


def configured_cookies(app: Flask) -> list[CookieAttributes]:
    """Return the cookies that sign users in to *app*, as configured: the session's, and Flask-Login's."""
    sessions = app.session_interface
    cookies = []
    if app.secret_key:
        # What an interface leaves out for good is told apart by reading its code, which may be wrong about
        # attributes that are old: only the newest is taken for left out here.
        partitioned = "Partitioned" not in _ignored(sessions) and sessions.get_cookie_partitioned(app)
        cookies.append(
            CookieAttributes(
                sessions.get_cookie_name(app),
                # Werkzeug adds Secure to what is Partitioned.
                secure=sessions.get_cookie_secure(app) or partitioned,
                http_only=sessions.get_cookie_httponly(app),
                same_site=sessions.get_cookie_samesite(app) or "",
                partitioned=partitioned,
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


def ignored_attributes(app: Flask) -> tuple[str, ...]:
    """Return what is configured of the session cookie of *app* and not written by its session interface."""
    sessions = app.session_interface
    ignored = _ignored(sessions) if app.secret_key else ()
    return tuple(name for name in ignored if getattr(sessions, _ATTRIBUTES[name])(app))


def interface_name(app: Flask) -> str:
    """Return how people call the session interface of *app*."""
    kind = type(app.session_interface)
    package = kind.__module__.partition(".")[0]
    return "Flask-Session" if package == "flask_session" else f"{kind.__module__}.{kind.__qualname__}"


def _ignored(sessions: SessionInterface) -> tuple[str, ...]:
    """Return the attributes that a session interface never asks for, by the code that saves a session."""
    asked: set[str] = set()
    waiting = ["save_session"]
    while waiting:
        name = waiting.pop()
        for kind in type(sessions).__mro__:
            code = getattr(kind.__dict__.get(name), "__code__", None)
            if code is not None:
                # What it calls of its own may ask, and so may the method that it overrides.
                waiting += [called for called in code.co_names if called not in asked]
                asked.update(code.co_names)
                if "super" not in code.co_names:
                    break
    return tuple(name for name, method in _ATTRIBUTES.items() if method not in asked)


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
            port = ":8080" if rule.any_port else "" if rule.port is None else f":{rule.port}"
            found.append(Frontend(f"{rule.scheme}://{rule.sample}{port}", exact=False))
    return found


def apply_posture(app: Flask, config: CorsConfig) -> None:
    """Set the cookies of *app* as ``cookies=`` of *config* asks, over what stands in ``app.config``.

    Between http origins the cookie is plain, so that development works in every browser.
    """
    if config.cookies == "as-configured":
        return
    origins = [frontend.origin for frontend in frontends_of(config)]
    apis = config.own_examples
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
    others = library_cookies(app)
    used = False
    for policy in policies:
        for frontend in frontends_of(policy.config):
            used = True
            lines |= dict.fromkeys(_of_libraries(others, frontend.origin, policy.config.own_examples))
            # Where the API is unknown it is taken for the front end's own origin: what fails even
            # there fails everywhere.
            for api in policy.config.own_examples or (frontend.origin,):
                for cookie in cookies:
                    _check(cookie, frontend, api, issues, lines)
    if used and (ignored := ignored_attributes(app)):
        lines[
            f"the session interface ({interface_name(app)}) writes its cookie without {' and '.join(ignored)}"
            ", although app.config asks for them. Use Flask's own sessions, or "
            "an interface that writes it."
        ] = None
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
        advice = one_host_name(frontend.origin, api) or CROSS_SITE_ADVICE
        lines[f"the cookie {cookie.name} does not work for {where} in {reasons}: {advice}"] = None


def _of_libraries(others: list[LibraryCookie], frontend: str, apis: Iterable[str]) -> Iterator[str]:
    """Say where cookies that other libraries write do not work; they are configured by themselves."""
    for api in apis:
        for other in others:
            if failing := shortcomings(cookie_fits(other.attributes, frontend, api)):
                yield (
                    f"the cookie {other.attributes.name} of {other.library} does not work for {frontend} "
                    f"with {api} in {', '.join(failing)}; cookies= does not reach it. "
                    f"{other.fix(frontend, api)}"
                )


def cookie_fix(cookie: CookieAttributes, frontend: str, api: str) -> str:
    """Return what to write so that *cookie*, set by *api*, works for *frontend* in more browsers."""
    # SameSite=None says that the sites differ, also where the API is unknown.
    situation = Relation.CROSS_SITE if cookie.same_site == "None" else relation(frontend, api)
    page, server = parse_origin(frontend), parse_origin(api)
    crossing = situation is Relation.CROSS_SITE
    # Browsers take Secure cookies from this machine under any scheme (Secure Contexts 3.1).
    secure = server.scheme == "https" or (crossing and server.is_loopback)
    recommendation = recommend(situation, secure=secure)
    if recommendation is None:
        return "no cookie works between http sites: serve both over https, or from one host."
    mode = "cross-site" if crossing else "same-site"
    text = f'set {named(recommendation, "session").set_cookie("…")}, or let CORS(…, cookies="{mode}") do it.'
    if page.is_loopback and server.is_loopback and page.host != server.host:
        return f"open the front end as {Origin(page.scheme, server.host, page.port)} and list that, or {text}"
    return text
