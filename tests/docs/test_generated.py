"""What is written by `make docs` is what `make docs` would write now."""

import json
import re
import subprocess
import sys
import tomllib

import pytest

from crossguard import IssueCode
from tests.docs.markdown import ROOT
from tools import pictures


@pytest.mark.parametrize("tool", ["tools.reference", "tools.figures"])
def test_the_reference_and_the_figures_are_fresh(tool):
    command = [sys.executable, "-m", tool, "--check"]
    result = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


def test_the_pictures_of_the_protocol_are_fresh_and_shown():
    drawn = pictures.drawn()

    assert {name: (pictures.FOLDER / name).read_text("utf-8") for name in drawn} == drawn
    assert {path.name for path in pictures.FOLDER.iterdir()} == drawn.keys()
    page = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    assert [name for name in drawn if f"images/protocol/{name}" not in page] == []


def test_the_direction_of_imports_is_the_one_that_is_held():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    assert "\n".join(["```text", *layers, "```"]) in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert len(layers) <= 11


def test_every_mistake_has_an_example():
    text = (ROOT / "tools" / "mistakes.py").read_text("utf-8")
    missing = {code.name for code in IssueCode} - set(
        re.findall(r"^    IssueCode\.(\w+):", text, re.MULTILINE)
    )
    assert not missing, "add an example to tools/mistakes.py and run `make docs`"


def test_the_figures_are_of_the_pinned_versions():
    """Figures of other versions would compare with something that nobody can install from here."""
    versions = json.loads((ROOT / "bench" / "results.json").read_text("utf-8"))["versions"]
    pins = dict(
        line.lower().split("==")
        for name in ("run.txt", "dev.txt", "bench.txt")
        for line in (ROOT / "requirements" / name).read_text("utf-8").split()
        if "==" in line
    )
    assert versions == {name: pins[name] for name in versions}
