"""What became of one value."""

from dataclasses import dataclass, field
from typing import Any

from crossguard.migrate.differences import Difference, DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode


@dataclass(slots=True)
class Converted:
    """One value, as it is to be written.

    Attributes:
        value: the new value, for checking whether it builds; UNKNOWN if only a run would tell.
        changed: whether the source has to change.
        differences: what behaves differently.
        doubts: why a person has to look.
        dropped: whether the option goes away altogether.
        meant: entries that matched no origin, and match here what they say.
    """

    value: Any
    changed: bool = False
    differences: list[Difference] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    dropped: bool = False
    meant: list[str] = field(default_factory=list)

    def note(self, code: DifferenceCode, **fills: str) -> None:
        """Add a difference."""
        self.differences.append(difference(code, **fills))

    def doubt(self, code: DoubtCode, text: str) -> None:
        """Add a reason why a person has to look."""
        self.doubts.append(Doubt(code, text))
