"""Every command on a page is one that exists, and every command has a rule that says how that is known."""

import re
import shlex
import tomllib
from collections.abc import Callable
from importlib.util import find_spec

import pytest
from flask.cli import ScriptInfo

from crossguard.cli.main import command_parser
from crossguard.console import create_app, environment
from crossguard.console.database import migrate
from crossguard.console.run import commands as cli
from crossguard.console.services import services_of
from crossguard.flask.commands import cors
from tests.docs.both import preflight
from tests.docs.markdown import PAGES, ROOT, Block, blocks, table_under

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
EXAMPLE = ROOT / "docs" / "example-application.md"
#: The front end, which is a target of its own.
BUILT = "src/crossguard/console/static/index.html"
VARIABLES = set(environment._VARIABLES)

#: What needs the network, or belongs to the shell itself. The tutorial's folder is made by its test, and what
#: the way to production consists of is followed by tests/deploy, but for podman, of which the page says so.
TRUSTED = (
    "cd",
    "mkdir",
    "cp",
    "export",
    "git",
    "npm",
    ".",
    "curl",
    "pg_dump",
    "pg_restore",
    "sqlite3",
    "podman",
)


def check_make(words: list[str]) -> None:
    for word in words[1:]:
        assert word in TARGETS or word == BUILT or word.partition("=")[0] in {"PYTEST", "PYTHON"}, word


def check_pip(words: list[str]) -> None:
    if words[1:] in (
        ["wheel", "--no-deps", "--wheel-dir", "dist", "."],
        ["uninstall", "--yes", "flask-cors"],
    ):
        return
    assert words[1] == "install"
    extras = {extra for word in words for part in re.findall(r"\[(.*)\]", word) for extra in part.split(",")}
    assert extras <= set(PROJECT["optional-dependencies"]), extras


def check_flask(words: list[str]) -> None:
    if "--app" in words:
        file = words[words.index("--app") + 1]
        assert ScriptInfo(app_import_path=str(ROOT / file)).load_app().url_map
    elif words[1] == "cors":
        # Fails for an option that does not exist.
        cors.commands[words[2]].make_context(words[2], words[3:])
    else:
        # The tutorial's and the start page's, which test_tutorial.py and test_start.py run.
        assert words in (["flask", "run", "--debug", "--port", "5000"], ["flask", "run", "--debug"])


def check_python(words: list[str]) -> None:
    match words[1:]:
        case ["-m", "venv", _]:
            pass
        case ["-m", "http.server", *rest]:
            assert rest[:-1] == ["8080", "--bind", "127.0.0.1", "--directory"]
            assert rest[-1] in {"web", "page"}
        case ["-m", "crossguard", *rest]:
            check_crossguard(["crossguard", *rest])
        case ["-m", "pytest", *paths]:
            assert all((ROOT / path).exists() for path in paths if not path.startswith("-")), paths
        case ["-m", "crossguard.console", command, *_]:
            assert command in cli.main.commands
        case _:
            pytest.fail(f"no rule for {words}")


def check_crossguard(words: list[str]) -> None:
    if words[1:] == ["--version"]:
        return
    # Fails for an option that does not exist.
    command_parser().parse_args(words[1:])


def check_gunicorn(words: list[str]) -> None:
    assert words[1:] == ["-c", "python:crossguard.console.run.gunicorn"]
    assert find_spec("crossguard.console.run.gunicorn")


def check_systemctl(words: list[str]) -> None:
    for unit in words[3:]:
        assert (ROOT / "deploy" / f"{unit.partition('@')[0]}@.service").is_file()


RULES: dict[str, Callable[[list[str]], None]] = {
    "make": check_make,
    "pip": check_pip,
    "crossguard": check_crossguard,
    "flask": check_flask,
    "gunicorn": check_gunicorn,
    "systemctl": check_systemctl,
    "python": check_python,
    "python3": check_python,
}

COMMANDS = [
    (block, line)
    for path in PAGES
    for block in blocks(path)
    if block.language == "sh"
    for line in block.text.splitlines()
]


@pytest.mark.parametrize(
    ("block", "line"), COMMANDS, ids=[f"{block}-{line[:30]}" for block, line in COMMANDS]
)
def test_a_command_exists(block: Block, line: str):
    words = shlex.split(line, comments=True)
    while re.match(r"[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        assert name in VARIABLES or name.startswith("FLASK_CORS_"), name
        if name in VARIABLES:
            environment.read_settings({name: value})
    program = words[0].removeprefix(".venv/bin/")
    if program not in TRUSTED:
        RULES[program](words)


def test_the_table_of_variables_has_the_defaults_that_hold():
    rows = {cells[0].strip("`"): cells[1] for cells in table_under(EXAMPLE, "Run it")}
    assert rows.keys() <= VARIABLES
    settings = environment.read_settings({})
    assert rows["API_PORT"] == f"`{settings.api_port}`"
    assert rows["WEB_PORT"] == f"`{settings.web_port}`"
    assert settings.allowed_origins == (settings.web_origin,)


def test_the_variable_that_locks_the_front_end_out_does(tmp_path, caplog):
    page = EXAMPLE.read_text("utf-8")
    (listed,) = re.findall(r"CROSSGUARD_ORIGINS='(.*)' make run", page)
    variables = {"CROSSGUARD_ORIGINS": listed, "CROSSGUARD_INSTANCE": str(tmp_path)}
    app = create_app(environment.read_settings(variables))
    caplog.set_level("INFO", "crossguard")
    migrate(app)
    answer = preflight(app, "POST", "/auth/sign-in", origin="http://localhost:8080", headers="content-type")
    services_of(app).close()
    assert answer.allow_origin is None
    assert "add 'http://localhost:8080' to the front ends at" in caplog.text
    assert "CROSSGUARD_ORIGINS" in caplog.text


def test_the_table_of_extras_is_complete():
    rows = {cells[0].strip("`") for cells in table_under(ROOT / "docs" / "install.md", "Extras")}
    assert rows == set(PROJECT["optional-dependencies"])


def test_every_target_of_make_is_described():
    described = set(re.findall(r"`make ([a-z-]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert described >= TARGETS - {"help"}


def test_every_variable_is_described_with_the_default_that_holds():
    rows = table_under(ROOT / "docs/production.md", "Settings")
    described = {name: cells[1] for cells in rows for name in re.findall(r"`([A-Z_]+)`", cells[0])}
    assert described.keys() == VARIABLES | {"WEB_CONCURRENCY"}
    settings = environment.read_settings({})
    for name, value in (
        ("CROSSGUARD_THREADS", settings.threads),
        ("CROSSGUARD_FEEDS", settings.feed_limit),
        ("CROSSGUARD_SIGN_IN_LIMIT", settings.sign_in_limit),
        ("CROSSGUARD_DECISIONS", settings.decision_limit),
        ("CROSSGUARD_PROXIES", settings.trusted_proxies),
    ):
        assert described[name] == f"`{value}`"
    assert settings.pool_size == settings.threads + 4


def test_the_commands_say_what_can_be_set():
    assert set(re.findall(r"[A-Z_]{5,}", cli.main.help)) == VARIABLES
