"""Files: which ones there are, and how one is replaced."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_SKIPPED: Final = frozenset({"__pycache__", "build", "dist", "node_modules", "site-packages"})
_MARKS: Final = (b"flask_cors", b"CORS_", b".init_app")


def python_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the Python files in *paths*, each once, virtual environments and hidden folders left out."""
    seen = set()
    for path in paths:
        for found in _below(path):
            resolved = found.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield found


def may_matter(path: Path) -> bool:
    """Tell whether a file can have to do with Flask-CORS, without parsing it."""
    try:
        raw = path.read_bytes()
    except OSError:
        # Whoever reads it next says why.
        return True
    return any(mark in raw for mark in _MARKS)


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
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(".py"))
