"""Dependency files: the lines that name the library, and what to write there."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from crossguard.migrate.files import read_file

_FILES: Final = re.compile(
    r"(?:.*requirements.*|constraints.*|.*\.req)\.(?:txt|in|pip)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile"
    r"|environment.*\.ya?ml|conda.*\.ya?ml|meta\.ya?ml|tox\.ini|Dockerfile.*|.*\.toml",
    re.IGNORECASE,
)
_LOCKS: Final = re.compile(
    r"(?:poetry|uv|pdm|conda|pixi)[\w.-]*\.lock|Pipfile\.lock|pylock.*\.toml|conda-lock\.yml"
)
_NAMES: Final = re.compile(rb"(?<![\w-])(?:flask|quart)[-_.]cors(?![\w-])", re.IGNORECASE)


def dependencies_in(paths: Iterable[Path]) -> list[str]:
    """Return a sentence for each line of a dependency file that names Flask-CORS or Quart-CORS."""
    return [sentence for path in paths for sentence in _sentences(path)]


def _sentences(path: Path) -> Iterator[str]:
    locked = _LOCKS.fullmatch(path.name) is not None
    if not locked and _FILES.fullmatch(path.name) is None and path.parent.name != "requirements":
        return
    try:
        lines = read_file(path).splitlines()
    except OSError:
        return
    for number, line in enumerate(lines, 1):
        match = _NAMES.search(line)
        if match is None or line.lstrip().startswith(b"#"):
            continue
        name = match[0].decode()
        if locked:
            yield f"{path}:{number} locks {name}: lock again when the other files are changed."
            return
        extra = "[flask]" if name.lower().startswith("flask") else ""
        yield f"{path}:{number} names {name}: write crossguard{extra}."
