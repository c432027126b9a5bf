"""Shells complete the command: real ones, in a terminal."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crossguard.cli.completion import SHELLS
from crossguard.cli.main import main
from tests.docs.markdown import ROOT, table_under

#: What each shell is started with, and what it has to read before it can complete anything.
INTERACTIVE = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ""),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u; "),
}
HOME = "\x01"
#: The words that a person types, and what stands there after the tabulator key.
TYPED = [
    ("crossguard ver", "crossguard verify"),
    ("crossguard check --ori", "crossguard check --origin"),
    ("crossguard export hap", "crossguard export haproxy"),
]


def environment(tmp_path: Path) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if not name.startswith("COV_CORE")}
    found |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb"}
    return found | {"HOME": str(tmp_path), "ZDOTDIR": str(tmp_path), "PS1": "$ "}


def completed(shell: str, typed: str, tmp_path: Path) -> str:
    """Return the line that stands in the terminal after the tabulator key."""
    command, before = INTERACTIVE[shell]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(tmp_path), cwd=tmp_path
    )
    os.close(theirs)
    try:
        os.write(ours, f'{before}eval "$(crossguard --completion {shell})"; echo re"ady"\n'.encode())
        read_until(ours, rb"ready\r?\n")
        # The line is completed, and then, instead of being run, put behind an echo.
        os.write(ours, f"{typed}\t{HOME}echo '<'\"$(echo :)\" \x05 '>'\n".encode())
        return read_until(ours, rb"<: (.*?) ?>\r?\n")
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read_until(terminal: int, pattern: bytes) -> str:
    """Read from *terminal* until *pattern* is there; return its group."""
    seen, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.5)[0]:
            seen += os.read(terminal, 4096)
        if found := re.search(pattern, seen):
            return found[found.lastindex or 0].decode()
    raise AssertionError(seen.decode(errors="replace"))


@pytest.mark.parametrize(("typed", "expected"), TYPED)
@pytest.mark.parametrize("shell", INTERACTIVE)
def test_a_shell_completes_a_command_an_option_and_a_choice(shell, typed, expected, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell}")
    assert completed(shell, typed, tmp_path).strip() == expected


@pytest.mark.parametrize(("typed", "expected"), TYPED)
def test_fish_completes_them_too(typed, expected, tmp_path):
    if not shutil.which("fish"):
        pytest.skip("there is no fish")
    script = f'crossguard --completion fish | source; complete -C "{typed}"'
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert expected.split()[-1] in {line.split("\t")[0].strip() for line in done.stdout.splitlines()}


@pytest.mark.parametrize("typed", ["flask cors expl", "flask cors explain --ori"])
def test_flask_completes_its_own_commands(typed, tmp_path):
    """The group ``cors`` is click's, and Flask's completion reads it."""
    words = typed.split()
    asked = environment(tmp_path) | {
        "_FLASK_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        ["flask"], env=asked, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert any(line.startswith(f"plain,{words[-1]}") for line in done.stdout.splitlines()), done


def test_without_argcomplete_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    with pytest.raises(SystemExit) as ended:
        main(["--completion", "bash"])
    assert ended.value.code == 2
    assert "pip install 'crossguard[completion]'" in " ".join(capsys.readouterr().err.split())


def test_only_shells_that_are_asked_here_are_offered_and_described():
    assert {*INTERACTIVE, "fish"} == set(SHELLS)
    lines = {cells[0]: cells[2] for cells in table_under(ROOT / "docs" / "install.md", "Completion")}
    assert lines.keys() == set(SHELLS)
    assert all(f"crossguard --completion {shell}" in line for shell, line in lines.items())
