"""Troubles of users as small programs: each ends with 0 where it is gone, with 3 where a package is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("program", sorted(FOLDER.glob("[0-9]*.py")), ids=lambda program: program.stem)
def test_the_trouble_is_gone(program, tmp_path):
    done = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(FOLDER)},
        timeout=300,
        check=False,
    )
    if done.returncode == 3:
        pytest.skip(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
