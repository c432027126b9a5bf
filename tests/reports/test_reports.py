"""Troubles of users as small programs: each ends with 0 where it is gone, with 3 where a package is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
#: What needs Flask-JWT-Extended, and Flask-Security with Flask-SQLAlchemy.
OF_RECIPES = ("27-", "36-")


def marked(program):
    """Return a program as a parameter; those that need the packages of the recipes run with them."""
    marks = [pytest.mark.recipes] if program.name.startswith(OF_RECIPES) else []
    return pytest.param(program, marks=marks, id=program.stem)


@pytest.mark.parametrize("program", [*map(marked, sorted(FOLDER.glob("[0-9]*.py")))])
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
