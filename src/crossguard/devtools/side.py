"""What is asked of an adapter: the policies, the cookies, and an answer without running the application."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from crossguard.core.issues import ConfigError
from crossguard.core.policy import Policy

# Recording does without the browser model, which takes 41 ms.
if TYPE_CHECKING:
    from crossguard.browser.posture import CookieAttributes
    from crossguard.browser.values import HttpRequest, Send


class PolicyLine(NamedTuple):
    """What one policy governs.

    Attributes:
        level: ``view``, ``blueprint``, ``path``, ``app``, or ``none`` where nothing governs.
        rule: a path or a rule.
        methods: the methods; empty for all.
        policy: the policy; None if there is none.
    """

    level: str
    rule: str
    methods: tuple[str, ...]
    policy: Policy | None


class Side(Protocol):
    """One application, as its adapter knows it. Nothing of the application runs."""

    def broken(self) -> ConfigError | None:
        """Return why the policies do not build, for which requests fail; None where they do build."""

    def lines(self) -> Iterable[PolicyLine]:
        """Return what governs what."""

    def cookies(self) -> "Iterable[CookieAttributes]":
        """Return the cookies that sign users in, as configured; none where that is not known."""

    def policy_of(self, request: "HttpRequest") -> Policy | None:
        """Return the policy that governs a request; None if there is none."""

    def route_of(self, request: "HttpRequest") -> str | None:
        """Return what marks call the route of a request: its endpoint, or its path; None if it is unknown."""

    def dry_run(self) -> "Send":
        """Return what answers as the application would by its routing and its policies alone."""
