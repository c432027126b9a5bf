"""The command itself: what it can do, and which version it is."""

from importlib.metadata import version

import pytest

import crossguard
from crossguard.cli.main import main


def test_alone_it_shows_what_it_can_do(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("check", "verify", "export", "flask cors"))


def test_it_tells_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"crossguard {version('crossguard')}\n"
    assert crossguard.__version__ == version("crossguard")
