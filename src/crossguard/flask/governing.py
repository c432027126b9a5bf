"""What governs a request: a policy, the level at which it was found, and what a gate needs besides."""

from typing import Literal, NamedTuple

from crossguard.core.disputed import settle
from crossguard.core.paths import Several
from crossguard.core.policy import Policy
from crossguard.core.request import NO_MARKS, RouteMarks
from crossguard.flask.routing import Route
from crossguard.wsgi.environ import Environ

Level = Literal["view", "blueprint", "path", "app", "none"]


class Governing(NamedTuple):
    """A policy and the level at which it was found.

    Attributes:
        level: the level.
        policy: the policy; of a path that can be read in several ways, one that all of them agree to.
        rivals: the policies of all readings, where they find several.
    """

    level: Level
    policy: Policy | None
    rivals: tuple[Policy, ...] = ()

    @property
    def asked(self) -> tuple[Policy, ...]:
        """The policies whose gates a request must pass."""
        return self.rivals or (() if self.policy is None else (self.policy,))


class ForGate(NamedTuple):
    """What a gate needs to know of a request.

    Attributes:
        governing: what governs it.
        marks: how its route is marked.
        route: its route; None if it is unknown, or was not asked for.
    """

    governing: Governing
    marks: RouteMarks = NO_MARKS
    route: Route | None = None


def settled(found: Governing | Several[Governing], environ: Environ) -> Governing:
    """Return what governs a path: what was found, or what all that was found agrees to."""
    if isinstance(found, Governing):
        return found
    policies = tuple(governing.policy for governing in found.values if governing.policy is not None)
    return Governing(found.values[0].level, settle(policies, environ.get("HTTP_ORIGIN")), policies)
