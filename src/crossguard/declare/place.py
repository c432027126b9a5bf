"""The place in a program that called into the library."""

import sys
from pathlib import Path
from types import FrameType
from typing import Final

_PACKAGE: Final = Path(__file__).parent.parent
# The reference application uses the library like any other application, and is named where it does.
_LIBRARY: Final = frozenset(
    str(_PACKAGE / room) for room in ("", "adapters", "asgi", "declare", "flask", "wsgi")
)
# These put a middleware together later: what wrote it down has left the stack by then.
_DEFERRING: Final = frozenset({"starlette", "litestar"})


def place_of_caller() -> str:
    """Return the file and line outside this library that called into it, as ``file.py:12``.

    Empty where a framework called, which was told earlier, at a place that is no longer known.
    """
    frame, _ = frame_of_caller()
    if frame.f_globals.get("__name__", "").partition(".")[0] in _DEFERRING:
        return ""
    path = Path(frame.f_code.co_filename)
    shown_path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path.name
    return f"{shown_path}:{frame.f_lineno}"


def frame_of_caller() -> tuple[FrameType, int]:
    """Return the innermost frame outside this library, and how far up the caller's stack it is."""
    # The inspect module would read source files for this.
    frame, level = sys._getframe(1), 1  # noqa: SLF001 - see above
    while frame.f_back is not None and str(Path(frame.f_code.co_filename).parent) in _LIBRARY:
        frame, level = frame.f_back, level + 1
    return frame, level
