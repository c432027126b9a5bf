"""Files: which ones there are, and how one is read and replaced."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

#: Bytes of a file that is read; hand-written modules are a hundred times smaller.
MAX_SIZE: Final = 2_000_000

_SKIPPED: Final = frozenset({"__pycache__", "build", "dist", "node_modules", "site-packages"})


class NoFile(OSError):  # noqa: N818 - what was found is no file
    """Something that is not read: a pipe, a device, a loop of links, a link out of the folder."""


def files_in(paths: Iterable[Path]) -> Iterator[tuple[Path, Path | None]]:
    """Yield the files in *paths*, each once, with the folder that it was found in; None if it was named.

    Virtual environments and hidden folders are left out; links to folders are not followed.
    """
    seen = set()
    for path in paths:
        for found in _below(path):
            identity = _identity(found)
            if identity not in seen:
                seen.add(identity)
                yield found, path if path.is_dir() else None


def refuse_foreign(path: Path, folder: Path | None) -> None:
    """Refuse what was found in *folder* and is no file of it.

    Raises:
        NoFile: it is a link that leads out of the folder, or in a circle.
    """
    if folder is None or not path.is_symlink():
        return
    try:
        target = path.resolve(strict=True)
        home = folder.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise NoFile("it is a link that leads nowhere") from error
    if not target.is_relative_to(home):
        raise NoFile(f"it is a link to {target}, outside of the folder. Name that file to change it")


def read_file(path: Path) -> bytes:
    """Return the content of a file of ordinary size; does not wait for the other end of a pipe.

    Raises:
        NoFile: it is no file, or larger than any module.
        OSError: it cannot be read.
    """
    # O_NONBLOCK: a pipe without a writer would keep the command for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoFile("it is no file")
        raw = file.read(MAX_SIZE + 1)
    if len(raw) > MAX_SIZE:
        raise NoFile(f"it is larger than {MAX_SIZE} bytes")
    return raw


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Replace the content of a file, all at once.

    Raises:
        OSError: it cannot be written, or has changed since it was read.
    """
    target = path.resolve()
    if target.read_bytes() != before:
        raise OSError("it has changed in the meantime")
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
        shutil.copymode(target, name)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _identity(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return str(path)
    return found.st_dev, found.st_ino


def _below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED
            and not name.startswith(".")
            and not (Path(folder) / name / "pyvenv.cfg").exists()
        )
        yield from (Path(folder) / name for name in sorted(names))
