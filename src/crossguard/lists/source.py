"""Lists of origins that are kept elsewhere, such as in a database, and change while the application runs."""

import abc
from pathlib import Path

from crossguard.core.issues import shown

# A query every twentieth of a second is as much as a list deserves.
_SHORTEST = 0.05
_LONGEST = 3600


class OriginSource(abc.ABC):
    """A list of origins that is kept elsewhere. Give it as ``origins`` or as one entry of them.

    One thread of each process asks for the version, and reads the list when that is another one; no
    request waits for it. As long as it cannot be read, the last known list stays in force.

    Args:
        seconds: how often the version is asked for, and so how long a change may stay unnoticed.
        keep: a file for the last known list, so that a process which starts while the list cannot be
            read begins with it. Without, such a process begins with an empty list.

    Raises:
        TypeError: *seconds* is not a number.
        ValueError: *seconds* is not from 0.05 to 3600.
    """

    seconds: float = 0.25
    keep: Path | None = None
    #: What follows it in this process; see :mod:`crossguard.lists.follower`.
    follower: object = None

    def __init__(self, *, seconds: float = 0.25, keep: str | Path | None = None) -> None:
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise TypeError(f"{type(self).__name__}: seconds={shown(seconds)} is not a number.")
        if not _SHORTEST <= seconds <= _LONGEST:
            raise ValueError(
                f"{type(self).__name__}: seconds={shown(seconds)} is not from {_SHORTEST} to {_LONGEST}."
            )
        self.seconds = seconds
        self.keep = None if keep is None else Path(keep)

    @abc.abstractmethod
    def version(self) -> object:
        """Return a value that is another one after every change of the list.

        Any exception means that the list cannot be reached now.
        """

    @abc.abstractmethod
    def read(self) -> list[str]:
        """Return the entries, as a person wrote them; what does not build is passed over and logged.

        Any exception means that the list cannot be reached now.
        """

    def after_fork(self) -> None:  # noqa: B027 - most sources have nothing to let go of
        """Let go of connections that a child process has inherited; runs in the child."""

    @abc.abstractmethod
    def __str__(self) -> str:
        """Name the source in the log, without a password."""
