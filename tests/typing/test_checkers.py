"""Both type checkers take what is right, and find each mistake in the options where it is."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from crossguard.core.options import GATE_OPTIONS, OPTION_NAMES, OPTIONS
from crossguard.declare import option_types as optiontypes
from tests.docs.markdown import ROOT

FOLDER = Path(__file__).parent
RIGHT, WRONG = FOLDER / "right.py", FOLDER / "wrong.py"
MISTAKES = {
    number for number, line in enumerate(WRONG.read_text().splitlines(), 1) if line.endswith("# wrong")
}


def run(*words, cwd):
    return subprocess.run(words, capture_output=True, text=True, cwd=cwd, check=False, timeout=600).stdout


def mypy(cwd):
    """Return the lines at which mypy reports something, by file."""
    output = run(
        sys.executable, "-m", "mypy", "--strict", "--output=json", "--config-file=", f"--cache-dir={cwd}",
        str(RIGHT), str(WRONG), cwd=cwd,
    )  # fmt: skip
    entries = [json.loads(line) for line in output.splitlines()]
    return [(Path(entry["file"]).name, entry["line"]) for entry in entries if entry["severity"] == "error"]


def pyright(cwd):
    """Return the lines at which pyright reports something, by file; basedpyright is pyright with Node from PyPI."""
    options = {
        "include": [str(RIGHT), str(WRONG)],
        "typeCheckingMode": "standard",
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
    }
    (cwd / "pyrightconfig.json").write_text(json.dumps(options))
    output = run(sys.executable, "-m", "basedpyright", "--outputjson", "-p", str(cwd), cwd=cwd)
    entries = json.loads(output)["generalDiagnostics"]
    return [
        (Path(entry["file"]).name, entry["range"]["start"]["line"] + 1)
        for entry in entries
        if entry["severity"] == "error"
    ]


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_type_checker_finds_each_mistake_and_nothing_else(checker, tmp_path):
    found = checker(tmp_path)

    assert [line for file, line in found if file == RIGHT.name] == []
    assert {line for file, line in found if file == WRONG.name} == MISTAKES


def test_every_option_has_a_type_and_its_meaning_beside_it():
    assert (*optiontypes.PolicyOptions.__annotations__,) == OPTION_NAMES
    tree = ast.parse(Path(optiontypes.__file__).read_text("utf-8"))
    (body,) = [
        node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "PolicyOptions"
    ]
    meanings = {field.target.id: text.value.value for field, text in zip(body[1::2], body[2::2], strict=True)}
    for option in (*OPTIONS, *GATE_OPTIONS):
        assert " ".join(meanings[option.name].split()).startswith(option.meaning)


def test_the_types_are_fresh():
    command = [sys.executable, "-m", "tools.option_types", "--check"]
    result = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


def test_the_package_says_that_it_is_typed():
    assert (Path(optiontypes.__file__).parents[1] / "py.typed").is_file()
    assert (
        "Typing :: Typed"
        in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    )
