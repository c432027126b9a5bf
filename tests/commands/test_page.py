"""docs/commands.md: every sample is what the commands print, and every table is the source's."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from crossguard.cli.main import main
from crossguard.flask.commands import cors
from tests.commands import page
from tests.docs.markdown import ROOT, Block


@pytest.fixture(scope="module")
def shell():
    with page.shell() as running:
        yield running


# In the order of the page, as a reader runs them.
def test_every_sample_is_what_a_reader_sees(shell: page.Shell):
    stale = []
    for block in page.sessions():
        printed = shell.session(block.text)
        if printed != block.text:
            stale.append(f"{block}\n{printed}")
    assert not stale, "run python -m tests.commands.page\n" + "\n".join(stale)


@pytest.mark.parametrize("block", page.sessions(), ids=str)
def test_every_sample_fits(block: Block):
    code = [line for line in block.text.splitlines() if not line.startswith(("$", "{", " ", "}", "-", "+"))]
    assert all(len(line) <= 80 for line in code)


def test_the_tables_are_fresh():
    command = [sys.executable, "-m", "tools.commands", "--check"]
    result = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


def test_every_command_is_on_the_page():
    text = page.PAGE.read_text("utf-8")
    for name in cors.commands:
        assert f"## flask cors {name}\n" in text
    assert "## crossguard check\n" in text


def test_every_option_of_the_page_exists(capsys):
    text = page.PAGE.read_text("utf-8")
    helps = [CliRunner().invoke(cors, [name, "--help"]).output for name in cors.commands]
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", " ".join([*helps, capsys.readouterr().out])))
    assert set(re.findall(r"`(--[a-z][a-z-]+)", text)) <= known | {"--app"}
