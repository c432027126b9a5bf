"""A bar that shows how far a command is, on a terminal only."""

from collections.abc import Callable
from typing import Final

from crossguard.cli.screen import Stream

_WIDTH: Final = 40


def progress_bar(stream: Stream, what: str) -> Callable[[int, int], None]:
    """Return what draws a bar on *stream*, and removes it at the end; nothing where it is no terminal."""
    if not stream.isatty():
        return lambda _done, _total: None
    drawn = [-1]

    def draw(done: int, total: int) -> None:
        filled = _WIDTH * done // max(total, 1)
        if done >= total:
            stream.write("\r\x1b[K")
        elif filled != drawn[0]:
            drawn[0] = filled
            stream.write(f"\r[{'#' * filled}{' ' * (_WIDTH - filled)}] {done} of {total} {what}")

    return draw
