"""docs/commands.md: every sample is what the commands print, and every table is the source's."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crossguard.cli.main import main
from crossguard.flask.commands import cors
from tests.commands import page
from tests.docs.markdown import ROOT, Block

PAGES = (page.PAGE, page.EDGE)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_sample_is_what_a_reader_sees(path: Path):
    stale = []
    with page.shell(path) as shell:
        # In the order of the page, as a reader runs them.
        for block in page.sessions(path):
            printed = shell.session(block.text)
            if printed != block.text:
                stale.append(f"{block}\n{printed}")
    assert not stale, "run python -m tests.commands.page\n" + "\n".join(stale)


@pytest.mark.parametrize("block", [block for path in PAGES for block in page.sessions(path)], ids=str)
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
    assert "crossguard verify" in text
    assert "crossguard export" in text


def test_every_option_of_the_page_exists(capsys):
    text = page.PAGE.read_text("utf-8")
    helps = [CliRunner().invoke(cors, [name, "--help"]).output for name in cors.commands]
    for name in ("check", "verify", "export"):
        with pytest.raises(SystemExit):
            main([name, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", " ".join([*helps, capsys.readouterr().out])))
    assert set(re.findall(r"`(--[a-z][a-z-]+)", text)) <= known | {"--app"}
