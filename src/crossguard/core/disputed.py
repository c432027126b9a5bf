"""What governs a path that can be read in more than one way, where the readings find different policies."""

from collections.abc import Iterable
from typing import Final

from crossguard.core.compiled import CompiledPolicy
from crossguard.core.config import CorsConfig
from crossguard.core.decision import Reason
from crossguard.core.policy import Policy

_REFUSES_ALL: Final = CompiledPolicy(CorsConfig(origins=()), empty=Reason.AMBIGUOUS_PATH)


class DisputedPolicy(Policy):
    """Refuses every origin, because policies that could govern disagree; carries the names of all of them."""

    __slots__ = ()

    def __init__(self, policies: Iterable[Policy]) -> None:
        # Made for one request, from what is compiled already. No caller replaces its options.
        self.compiled = _REFUSES_ALL
        self.name = names_of(policies)
        self.place = self.origins_from = ""


def names_of(policies: Iterable[Policy]) -> str:
    """Return the names of *policies* and where they stand, joined."""
    return " and ".join(
        f"{policy.name or 'a policy'} ({policy.place})" if policy.place else policy.name or "a policy"
        for policy in policies
    )


def settle(policies: tuple[Policy, ...], origin: str | None) -> Policy:
    """Return the policy whose headers a path gets that *policies* could govern.

    The first, which is that of the canonical path, if all of them answer *origin* alike; otherwise one that
    refuses every origin.
    """
    first, *others = policies
    for other in others:
        if other.compiled.actual_edits(origin) != first.compiled.actual_edits(origin):
            return DisputedPolicy(policies)
        if origin and other.compiled.preflight_edits(origin) != first.compiled.preflight_edits(origin):
            return DisputedPolicy(policies)
    return first
