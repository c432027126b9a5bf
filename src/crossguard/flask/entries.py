"""What the policy of an application would make of an entry of ``origins``, before it is listed."""

from typing import NamedTuple

from flask import Flask

from crossguard.browser.posture import cookie_fits, works_nowhere
from crossguard.core.config import load_config
from crossguard.core.issues import ConfigError, ConfigIssue
from crossguard.core.policy import Policy, compile_policy
from crossguard.flask.cookie_table import fits_of
from crossguard.flask.cookies import check_cookies, configured_cookies, cookie_fix, frontends_of
from crossguard.flask.lookup import policy_for
from crossguard.suffixes import is_public_suffix


class Acceptance(NamedTuple):
    """What becomes of one entry.

    Attributes:
        entry: as browsers write it; as it was given if it is not accepted.
        accepted: whether the policy takes it.
        listed: whether the policy in force in this process has it.
        writes: whether pages that it covers may write.
        cookies: whether any browser sends the session cookie with their requests; true without a session.
        reason: why it is not accepted, or why no browser sends the cookie; empty if all is well.
        fix: what to write instead; empty if all is well.
    """

    entry: str
    accepted: bool
    listed: bool = False
    writes: bool = False
    cookies: bool = True
    reason: str = ""
    fix: str = ""


def would_accept(app: Flask, entry: str, path: str = "/") -> Acceptance:
    """Return what the policy that governs *path* in *app* would make of *entry* in ``origins``.

    Raises:
        ConfigError: the application's policies do not build.
        LookupError: no policy governs *path*.
    """
    policy = policy_for(app, path)
    if policy is None:
        raise LookupError(f"no policy governs {path}")
    config = policy.config
    options = {**config.to_options(), "origins": (entry,), "readers": ()}
    try:
        alone = load_config(options, is_public_suffix=config.is_public_suffix)
    except ConfigError as error:
        return Acceptance(entry, accepted=False, reason=error.issues[0].reason, fix=error.issues[0].fix)
    listed = str(alone.origins[0])
    # A pattern is no origin that could be asked about; one that it covers stands for it.
    page = next((frontend.origin for frontend in frontends_of(alone)), "")
    reason, fix = _about_the_cookie(app, page, config.public_origins) if page else ("", "")
    return Acceptance(
        listed,
        accepted=True,
        listed=listed in config.origins,
        writes=compile_policy(alone).may_write(page or listed),
        cookies=not reason,
        reason=reason,
        fix=fix,
    )


def check_options(app: Flask, **options: object) -> Policy:
    """Return the policy that *options* make, without declaring it.

    For an application whose list is kept elsewhere: what is written down is checked at the start, without
    asking for the list.

    Raises:
        ConfigError: with every mistake, a cookie of *app* that no listed origin could use included.
    """
    policy = compile_policy(load_config(options, is_public_suffix=is_public_suffix))
    issues: list[ConfigIssue] = []
    check_cookies(app, [policy], issues)
    if issues:
        raise ConfigError(issues)
    return policy


def _about_the_cookie(app: Flask, frontend: str, apis: tuple[str, ...]) -> tuple[str, str]:
    """Return why no browser sends the session cookie with requests of *frontend*, and what to do."""
    cookies = configured_cookies(app)
    if not cookies:
        return "", ""
    cookie, api = cookies[0], apis[0] if apis else frontend
    fits = fits_of(cookie, frontend, api)
    if not works_nowhere(cookie_fits(cookie, frontend, api)):
        return "", ""
    return (
        f"no browser sends the cookie {cookie.name} along: {fits[0].explanation}",
        cookie_fix(cookie, frontend, api),
    )
