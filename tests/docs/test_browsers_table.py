"""The table of differences between engines is fresh, has thirty rows, and each is a difference."""

import subprocess
import sys

from tests.docs.markdown import ROOT
from tools.browsers import DIFFERENCES, PROFILES, rows


def test_the_table_is_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "tools.browsers", "--check"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_there_are_thirty_and_each_is_one():
    assert len(DIFFERENCES) == 30
    for name, _, *cells, advice in rows():
        assert len(cells) == len(PROFILES)
        assert len(set(cells[:3])) > 1, name
        assert advice
