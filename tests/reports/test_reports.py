"""Troubles of real users, each a program that ends with 0 once it is mended; 3 means that a package is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("program", sorted(HERE.glob("[0-9]*.py")), ids=lambda path: path.stem)
def test_the_trouble_is_gone(program):
    done = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONPATH": str(HERE)},
    )

    if done.returncode == 3:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
