"""Files that a tool writes from the source: written, or with ``--check`` compared."""

import sys
from collections.abc import Mapping
from pathlib import Path


def settle(texts: Mapping[Path, str]) -> int:
    """Write each file that is stale; with ``--check`` name it and leave it. Return the exit code."""
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stdout.write(f"{path.name} is stale: run `make docs`\n")
        return int(bool(stale))
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], "utf-8")
    return 0
