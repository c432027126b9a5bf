"""What the policy makes of an entry of the list of front ends, and whether its cookies arrive."""

from typing import NamedTuple

from flask import Flask

from crossguard.console.front_ends.schemas import FrontEndState
from crossguard.flask import would_accept


class Judgement(NamedTuple):
    """What is known of one entry.

    Attributes:
        state: whether it is in force in this process; ``passed-over`` if the policy would not take it.
        writes: whether pages that it covers may write.
        reason: why it is passed over, or why no browser sends its pages' cookies; empty if all is well.
        fix: what to do about it.
    """

    state: FrontEndState
    writes: bool
    reason: str
    fix: str


def judge(app: Flask, entry: str) -> Judgement:
    """Ask a policy with the same options as that of *app*, and *entry* alone, what it makes of it."""
    found = would_accept(app, entry)
    state: FrontEndState = "pending"
    if not found.accepted:
        state = "passed-over"
    elif found.listed:
        state = "in-force"
    return Judgement(state, found.writes, found.reason, found.fix)
