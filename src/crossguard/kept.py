"""The last known list of a source, in a file: for processes that start while the list cannot be read."""

import contextlib
import json
import os
import stat
import tempfile
from pathlib import Path

from crossguard.logs import logger, one_line


def read_kept(path: Path) -> tuple[str, ...] | None:
    """Return the list that is kept in *path*; None if there is none that can be trusted.

    Whoever can write the file decides who may use the application, so that it must not be anybody.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                logger.error("%s can be written by others than its owner, and is not read.", path)
                return None
            entries = json.load(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.error("%s", one_line(f"{path} cannot be read: {error}"))  # noqa: TRY400 - it says all there is
        return None
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        logger.error("%s does not hold a list of origins, and is not read.", path)
        return None
    return tuple(entries)


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
