"""What the policy makes of an entry of the list of front ends, and whether its cookies arrive."""

from typing import NamedTuple

from flask import Flask

from crossguard.browser.posture import cookie_fits, works_nowhere
from crossguard.console.cookies import posture_of
from crossguard.console.frontend_schemas import FrontEndState
from crossguard.core.config import load_config
from crossguard.core.issues import ConfigError
from crossguard.core.policy import compile_policy
from crossguard.flask import policy_for
from crossguard.flask.cookies import configured_cookies, cookie_fix, frontends_of


class Judgement(NamedTuple):
    """What is known of one entry.

    Attributes:
        state: whether it is in force in this process; ``passed-over`` if the policy would not take it.
        writes: whether pages that it covers may write.
        reason: why it is passed over, or why no browser sends its pages' cookies; empty if all is well.
        fix: what to write instead.
    """

    state: FrontEndState
    writes: bool
    reason: str
    fix: str


class Judge:
    """Judges entries by the policy in force in *app*, and by its session cookie."""

    def __init__(self, app: Flask) -> None:
        policy = policy_for(app)
        assert policy is not None  # noqa: S101 - tells the type checker; the application has one
        self._config = policy.config
        self._options = {**policy.config.to_options(), "readers": ()}
        self._listed = frozenset(entry for entry in policy.config.origins if isinstance(entry, str))
        self._cookie = configured_cookies(app)[0]

    def judge(self, entry: str) -> Judgement:
        """Ask a policy with the same options and *entry* alone what it makes of it."""
        try:
            alone = load_config(
                {**self._options, "origins": (entry,)}, is_public_suffix=self._config.is_public_suffix
            )
        except ConfigError as error:
            issue = error.issues[0]
            return Judgement("passed-over", False, issue.reason, issue.fix)  # noqa: FBT003 - one of four
        listed = str(alone.origins[0])
        # A pattern is no origin that could be asked about; one that it covers stands for it.
        pages = [frontend.origin for frontend in frontends_of(alone)]
        return Judgement(
            "in-force" if listed in self._listed else "pending",
            compile_policy(alone).may_write(pages[0] if pages else listed),
            *(self._about_the_cookie(pages[0]) if pages else ("", "")),
        )

    def _about_the_cookie(self, frontend: str) -> tuple[str, str]:
        """Return why no browser sends the session cookie with requests of *frontend*, and what to do."""
        api = self._config.public_origins[0]
        fits = posture_of(self._cookie, frontend, api).fits
        if not works_nowhere(cookie_fits(self._cookie, frontend, api)):
            return "", ""
        reason = f"no browser sends the cookie {self._cookie.name} along: {fits[0].explanation}"
        return reason, cookie_fix(self._cookie, frontend, api)
