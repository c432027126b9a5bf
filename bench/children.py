"""Runs a piece of Python in an interpreter of its own, and reads the JSON that it prints."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
#: Long enough for a million origins, with the allocator watched.
_PATIENCE = 240


def child(*arguments: str) -> Any:
    """Run Python with *arguments* and return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        cwd=ROOT,
        # The same hashes each time, and byte code that is there already.
        env=os.environ | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
    )
    return json.loads(done.stdout)
