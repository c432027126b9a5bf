"""The last known list of a source, in a file: for processes that start while the list cannot be read."""

import contextlib
import json
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

from crossguard.logs import logger, one_line

_NOT_BLOCKING: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)


#: A list of a million origins has about thirty megabytes.
MOST_BYTES: Final = 256 * 1024 * 1024
_TOO_LARGE: Final = f"it has more than {MOST_BYTES:,} bytes."


def read_kept(path: Path) -> tuple[str, ...] | None:
    """Return the list that is kept in *path*; None if there is none that can be trusted.

    A user who can write the file decides who may use the application. It must belong to the user that runs
    the application, or to root, and no other user may be able to write it.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        logger.error("%s", one_line(f"{path} cannot be read: {error}"))  # noqa: TRY400 - it says all there is
        return None


def _read(path: Path) -> tuple[str, ...]:
    # Neither to wait for what may be written into a pipe, nor to become the reader of a terminal.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NOT_BLOCKING)) as file:
        # Of the file that is open, which is no other one a moment later, wherever a link leads by then.
        reason = _distrusted(os.fstat(file.fileno()))
        if reason:
            raise OSError(reason)
        # One byte more than there may be, should it have grown since.
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise OSError(_TOO_LARGE)
    entries = json.loads(text)
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise ValueError("it does not hold a list of origins.")
    return tuple(entries)


def _distrusted(found: os.stat_result) -> str:
    """Return what speaks against a file; empty if nothing does."""
    if not stat.S_ISREG(found.st_mode):
        return "it is no regular file."
    if found.st_size > MOST_BYTES:
        return _TOO_LARGE
    if sys.platform == "win32":
        # Rights of a file are no bits there, and the folder of a user is the user's own.
        return ""
    if found.st_uid not in {os.geteuid(), 0}:
        return "it belongs to another user."
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "it can be written by others than its owner."
    return ""


def write_kept(path: Path, entries: tuple[str, ...]) -> None:
    """Keep *entries* in *path*, for the owner only; in one step, because other processes do the same.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(entries, file)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
