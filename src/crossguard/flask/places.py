"""Places: where something stands in the user's own code, as ``file.py:12``."""

import sys
import sysconfig
import traceback
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = str(Path(__file__).parent.parent)
# The reference application uses the library like any application.
_CONSOLE: Final = str(Path(_PACKAGE) / "console")
_STANDARD: Final = sysconfig.get_paths()["stdlib"]


def place_of_error(error: BaseException) -> str:
    """Return the line of the user's own code that raised *error*, as ``file.py:12``."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(_CONSOLE)
        or not (
            frame.filename.startswith((_PACKAGE, sys.prefix, sys.base_prefix, "<frozen"))
            or "site-packages" in frame.filename
        )
    ]
    return place(own[-1].filename, own[-1].lineno or 0) if own else ""


def is_own_file(filename: str) -> bool:
    """Tell whether a file is the application's: not Python's, this library's, or an installed package's."""
    if filename.startswith(_CONSOLE):
        return True
    return "site-packages" not in filename and not filename.startswith((_PACKAGE, _STANDARD, "<frozen"))


def place(filename: str, line: int) -> str:
    """Return where something stands, as declarations are shown: ``file.py:12``."""
    path = Path(filename)
    shown_path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path.name
    return f"{shown_path}:{line}"


def place_of(function: Any) -> str:
    """Return where a function stands, as ``file.py:12``; its name if that is unknown."""
    code = getattr(function, "__code__", None)
    if code is None:
        return str(getattr(function, "__qualname__", type(function).__name__))
    return place(code.co_filename, code.co_firstlineno)
