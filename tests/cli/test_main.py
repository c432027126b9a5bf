"""The command itself: what it can do, and which version it is."""

import re
import shlex
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

import crossguard
from crossguard.cli.main import command_parser, main
from crossguard.flask.commands import cors


def test_alone_it_shows_what_it_can_do(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {name} " in shown for name in ("check", "verify", "export"))
    assert all(f"flask cors {name}" in shown for name in cors.commands)
    for words in examples(shown, "crossguard"):
        command_parser().parse_args(words)


def examples(text, program):
    """Return the examples of a help text, without the name of the program."""
    found = re.findall(rf"^ {{2,4}}{program} (?!cors \w+ {{2,}})(.+)$", text, re.MULTILINE)
    assert found
    return [shlex.split(line) for line in found]


@pytest.mark.parametrize("name", ["check", "verify", "export"])
def test_the_help_of_each_command_shows_an_example_that_is_one(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])

    for words in examples(capsys.readouterr().out, "crossguard"):
        assert command_parser().parse_args(words).command == name


@pytest.mark.parametrize("name", cors.commands)
def test_the_help_of_each_command_of_flask_shows_an_example_that_is_one(name):
    shown = CliRunner().invoke(cors, [name, "--help"]).output

    for words in examples(shown, "flask cors"):
        command = cors.commands[words[0]]
        assert words[0] == name
        assert isinstance(command.make_context(name, words[1:]), click.Context)


def test_it_tells_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"crossguard {version('crossguard')}\n"
    assert crossguard.__version__ == version("crossguard")
