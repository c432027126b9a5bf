"""What a proxy cannot hold: refused with the reason and what to do, never approximated."""

from collections.abc import Iterable
from typing import NamedTuple


class Obstacle(NamedTuple):
    """One thing that cannot be written for a proxy.

    Attributes:
        where: the policy, the rule or the option.
        reason: why not.
        fix: what to do instead.
        path: the decoded path below which it matters; empty if everywhere.
    """

    where: str
    reason: str
    fix: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason} Instead: {self.advice}"

    @property
    def advice(self) -> str:
        """The fix, and that the paths may be left to the application where it matters for some only."""
        if not self.path:
            return self.fix
        return f"{self.fix.rstrip('.')}, or leave these paths to the application: --leave {self.path}"


class ExportRefusedError(ValueError):
    """A policy cannot be written for a target.

    Attributes:
        obstacles: everything that stands in the way.
    """

    def __init__(self, obstacles: Iterable[Obstacle]) -> None:
        self.obstacles = tuple(dict.fromkeys(obstacles))
        super().__init__("\n".join(map(str, self.obstacles)))
