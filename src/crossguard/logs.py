"""The log of the library, and what keeps strangers from filling it or breaking its lines."""

import logging
import threading
import time
from collections.abc import Hashable
from typing import Final, NamedTuple

logger: Final = logging.getLogger("crossguard")

#: So many kinds of lines are told apart at a time: a stranger chooses the origins, and so the sites.
MOST_KINDS: Final = 512
_SECOND: Final = 1.0


def one_line(text: str) -> str:
    """Escape everything that could start a new line or steer a terminal (CVE-2024-1681)."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )


class LeftOut(NamedTuple):
    """How many lines were left out before one that is written.

    Attributes:
        alike: those of its own kind.
        others: those of kinds that are not told apart any longer.
    """

    alike: int = 0
    others: int = 0

    def __str__(self) -> str:
        parts = [
            f"{count} {what}"
            for count, what in ((self.alike, "more like it"), (self.others, "others"))
            if count
        ]
        return f" ({' and '.join(parts)} left out)" if parts else ""


class Limiter:
    """Lets one line of each kind through in a second, and counts those that are left out.

    Kinds that are new while as many as may be are known share one line a second.
    """

    __slots__ = ("_clock", "_kinds", "_lock", "_others")

    def __init__(self) -> None:
        self._clock = time.monotonic
        self._lock = threading.Lock()
        # By kind: until when it is silent, and how many were left out. The first falls silent first.
        self._kinds: dict[Hashable, tuple[float, int]] = {}
        self._others = 0

    def admit(self, kind: Hashable) -> LeftOut | None:
        """Return what was left out before this line; None if this one is left out, too."""
        with self._lock:
            now = self._clock()
            until, alike = self._kinds.get(None, (now, 0))
            if alike and until <= now:
                del self._kinds[None]
                self._others += alike
            known = self._kinds.get(kind)
            if known is None and len(self._kinds) >= MOST_KINDS:
                self._forget(now)
                if len(self._kinds) >= MOST_KINDS:
                    kind = None
                    known = self._kinds.get(kind)
            until, alike = known or (now, 0)
            if until > now:
                self._kinds[kind] = until, alike + 1
                return None
            self._kinds.pop(kind, None)
            self._kinds[kind] = now + _SECOND, 0
            others, self._others = self._others, 0
            return LeftOut(alike, others)

    def _forget(self, now: float) -> None:
        """Forget the kinds that may be written again; what they left out is told of with the next line."""
        while self._kinds:
            kind = next(iter(self._kinds))
            until, alike = self._kinds[kind]
            if until > now:
                return
            del self._kinds[kind]
            self._others += alike
