"""The instance folder, and the key that signs session cookies."""

import os
import secrets
import time
from pathlib import Path
from typing import Final

from crossguard.console.stops import CannotStart

_KEY_FILE: Final = "secret_key"
_SHORTEST_KEY: Final = 32


def prepare_instance(folder: Path, given: str | None = None) -> str:
    """Make the instance folder and, where no key is *given*, its secret key, if they are not there yet.

    Returns:
        The key that signs session cookies.

    Raises:
        CannotStart: if the folder cannot be made or written, or the key file is damaged.
    """
    file = folder / _KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = given or _read_key(file)
        if key is None:
            key = _create_key(file) or _read_key(file) or ""
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its secret_key is not text"
        raise CannotStart(
            f"The instance folder {folder} cannot be used: {reason}. Let this user write there, "
            "or name another folder by CROSSGUARD_INSTANCE."
        ) from error
    if len(key) < _SHORTEST_KEY:
        raise CannotStart(
            f"The secret key in {file} is damaged. Put a backup in its place, or delete the file: a new key "
            "is made, and every user has to sign in again."
        )
    return key


def _read_key(file: Path) -> str | None:
    """Return the key; None if there is no file."""
    for _ in range(20):
        try:
            key = file.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        if key:
            return key
        # Another process, started at the same time, has made the file and is about to write to it.
        time.sleep(0.05)
    return ""


def _create_key(file: Path) -> str | None:
    """Make the file with a new key; None if another process was first."""
    key = secrets.token_hex(32)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    try:
        os.write(descriptor, f"{key}\n".encode("ascii"))
    finally:
        os.close(descriptor)
    return key
