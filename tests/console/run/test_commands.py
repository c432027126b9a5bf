"""The other commands."""

import json
import logging
import re
import shlex
import socket

import click
import pytest
from argon2.profiles import CHEAPEST
from click.testing import CliRunner

from crossguard.console.run import commands as cli
from crossguard.console.stops import CannotStart
from tests.console.processes import free_ports
from tests.console.support import PASSWORD, Page, close_app, make_app, make_settings


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in this process."""
    loggers = [logging.getLogger(name) for name in ("crossguard", "alembic", "waitress")]
    before = [(logger, logger.handlers, logger.level, logger.propagate) for logger in loggers]
    apps = []
    create_app = cli.create_app

    def remember(*arguments):
        apps.append(create_app(*arguments))
        return apps[-1]

    monkeypatch.setattr(cli, "create_app", remember)
    monkeypatch.setattr("crossguard.console.settings.RFC_9106_LOW_MEMORY", CHEAPEST)
    for name in ("DATABASE_URL", "API_PORT", "WEB_PORT", "CROSSGUARD_ADMIN_PASSWORD", "CROSSGUARD_ORIGINS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CROSSGUARD_INSTANCE", str(tmp_path / "instance"))
    yield lambda *arguments, **options: CliRunner().invoke(cli.main, arguments, **options)
    for app in apps:
        close_app(app)
    for logger, handlers, level, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_help_lists_the_commands(run):
    output = run("--help").output
    for name in ("run", "dev", "migrate", "create-user", "schema"):
        assert re.search(rf"^  {name} ", output, re.MULTILINE)


@pytest.mark.parametrize("name", cli.main.commands)
def test_the_help_of_each_command_shows_an_example_that_is_one(run, name):
    output = run(name, "--help").output
    (line,) = re.findall(r"^ +python -m crossguard\.console (.+)$", output, re.MULTILINE)
    first, *words = shlex.split(line.partition(" >")[0])
    assert first == name
    assert cli.main.commands[name].make_context(name, words)


def test_the_schema_is_printed_without_making_anything(run, tmp_path):
    result = run("schema")
    assert result.exit_code == 0
    assert "Decision" in json.loads(result.output)["$defs"]
    assert not (tmp_path / "instance").exists()


def test_migrating_names_the_database(run, tmp_path):
    for _ in range(2):
        result = run("migrate")
        assert result.exit_code == 0, result.output
        assert str(tmp_path / "instance" / "console.sqlite3") in result.output


def test_a_user_is_created_with_a_password_typed_twice(run, tmp_path):
    result = run("create-user", "bob", "--role", "admin", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert "Created admin 'bob'." in result.output
    assert PASSWORD not in result.output
    app = make_app(make_settings(tmp_path))
    response = Page(app).sign_in("bob")
    close_app(app)
    assert response.get_json()["user"]["role"] == "admin"


def test_a_user_is_created_with_a_generated_password(run, tmp_path):
    result = run("create-user", "bob", "--generate-password")
    password = re.search(r"Created member 'bob'\. Password: (\S+)\n", result.output)[1]
    app = make_app(make_settings(tmp_path))
    status = Page(app).sign_in("bob", password).status_code
    close_app(app)
    assert status == 200


@pytest.mark.parametrize(
    ("arguments", "typed", "expected"),
    [
        (["B"], "", "The user name must be 3 to 64 characters"),
        (["bob"], "short\nshort\n", "The password must be 12 to 256 characters"),
    ],
)
def test_a_user_that_cannot_be_is_refused(run, arguments, typed, expected):
    result = run("create-user", *arguments, input=typed)
    assert result.exit_code == 2
    assert expected in result.output


def test_a_name_that_is_taken_is_refused(run):
    assert run("create-user", "bob", "--generate-password").exit_code == 0
    result = run("create-user", "bob", "--generate-password")
    assert result.exit_code == 2
    assert "There is a user 'bob' already" in result.output


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"CROSSGUARD_ADMIN_PASSWORD": "short"}, "CROSSGUARD_ADMIN_PASSWORD: it has 5 characters"),
        ({"API_PORT": "http"}, "API_PORT: 'http' is not a port"),
        ({"DATABASE_URL": "mysql://h/d"}, "DATABASE_URL: 'mysql' is not supported"),
        (
            {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/d"},
            "Start the server, or correct DATABASE_URL",
        ),
        ({"CROSSGUARD_ORIGINS": '["localhost:8080"]'}, "CROSSGUARD_ORIGINS: origins[0]"),
        ({"CROSSGUARD_INSTANCE": "/dev/null/instance"}, "/dev/null/instance cannot be used"),
        ({"DATABASE_URL": "sqlite:////dev/null/x.db"}, "cannot be opened"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line_and_exit_code_2(run, monkeypatch, changes, expected):
    ports = free_ports(2)
    for name, value in ({"API_PORT": str(ports[0]), "WEB_PORT": str(ports[1])} | changes).items():
        monkeypatch.setenv(name, value)
    result = run("run")
    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("Cannot start: ")
    assert expected in line
    assert "hidden" not in line


def test_a_taken_port_is_named_before_anything_is_made(run, monkeypatch, tmp_path):
    api_port, web_port = free_ports(2)
    monkeypatch.setenv("API_PORT", str(api_port))
    monkeypatch.setenv("WEB_PORT", str(web_port))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", web_port))
        taken.listen()
        result = run("run")
    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert f"Port {web_port} is taken" in line
    assert f"WEB_PORT={web_port + 1}" in line
    assert not (tmp_path / "instance").exists()


def test_a_broken_database_file_is_named_and_kept(run, monkeypatch, tmp_path):
    file = tmp_path / "instance" / "console.sqlite3"
    file.parent.mkdir()
    file.write_bytes(b"not a database" * 100)
    for name, port in zip(("API_PORT", "WEB_PORT"), free_ports(2), strict=True):
        monkeypatch.setenv(name, str(port))
    result = run("run")
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert str(file) in line
    assert file.read_bytes() == b"not a database" * 100


def test_every_mistake_of_the_environment_has_a_line(run, monkeypatch):
    monkeypatch.setenv("API_PORT", "70000")
    monkeypatch.setenv("WEB_PORT", "http")
    lines = run("run").stderr.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["API_PORT", "WEB_PORT"]


def test_refusals_reach_the_terminal_and_migrations_do_not(run, capsys):
    run("schema")
    assert logging.getLogger("crossguard").isEnabledFor(logging.INFO)
    assert not logging.getLogger("alembic").isEnabledFor(logging.INFO)


def test_development_serves_the_api_with_the_debugger_and_prints_the_password(run, monkeypatch):
    served = {}
    monkeypatch.setenv("FLASK_DEBUG", "0")
    monkeypatch.setattr("flask.Flask.run", lambda app, **options: served.update(options, debugging=app.debug))
    result = run("dev")
    assert result.exit_code == 0, result.output
    assert re.search(r"Password: \S+", result.output)
    assert served["debugging"]
    assert served["debug"]
    assert (served["host"], served["port"]) == ("localhost", 5000)


def test_flasks_own_command_finds_the_application(tmp_path):
    import subprocess
    import sys

    from tests.console.processes import environment

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "crossguard.console", "routes"],
        env=environment(tmp_path, API_PORT="x"),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "Cannot start: API_PORT: 'x' is not a port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_does_not_exist_is_named(run):
    result = run("serve")
    assert result.exit_code == 2
    assert "No such command 'serve'" in result.stderr


def test_reasons_are_one_line_each(capsys):
    error = CannotStart("first\nreason  here", "second")
    error.show()
    assert isinstance(error, click.ClickException)
    assert capsys.readouterr().err == "Cannot start: first reason here\nCannot start: second\n"
