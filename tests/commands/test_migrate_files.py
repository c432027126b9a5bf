"""``flask cors migrate --write``: which files it changes, how, and which it leaves alone."""

import os
import stat
import sys

import pytest

from crossguard.migrate import plan_migration
from tests.commands.migrations import HEAD, ONE
from tests.commands.running import in_process_of_its_own
from tests.commands.test_migrate import migrate, write


def test_every_file_is_written_or_none(tmp_path):
    sure = write(tmp_path, "a.py")
    write(tmp_path, "b.py", f"{HEAD}CORS(app, supports_credentials=True)\n")
    before = sure.read_bytes()
    result = migrate("--write", tmp_path)
    assert result.exit_code == 1
    assert "Nothing was written" in result.output
    assert "origins=['https://app.example.com']" in " ".join(result.output.split())
    assert sure.read_bytes() == before


def test_a_file_that_does_not_parse_is_named_and_left_alone(tmp_path):
    broken = write(tmp_path, "broken.py", f"{HEAD}CORS(app,,)\n")
    sure = write(tmp_path, "a.py")
    before = sure.read_bytes(), broken.read_bytes()
    result = migrate("--write", tmp_path)
    assert result.exit_code == 1
    assert "broken.py is not touched: line 5" in " ".join(result.output.split())
    assert (sure.read_bytes(), broken.read_bytes()) == before


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe from flask_cors",
        b"# coding: nothing\nfrom flask_cors import CORS\n",
        b"\0 flask_cors",
        b"(" * 5000 + b" # flask_cors",
    ],
)
def test_what_is_no_source_is_named(raw, tmp_path):
    (tmp_path / "app.py").write_bytes(raw)
    result = migrate("--write", tmp_path)
    assert result.exit_code == 1
    assert "is not touched" in " ".join(result.output.split())
    assert (tmp_path / "app.py").read_bytes() == raw


def test_a_file_that_has_nothing_to_do_with_it_may_be_broken(tmp_path):
    write(tmp_path, "broken.py", "Flask(\n")
    write(tmp_path)
    assert migrate(tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("encoding", "head"),
    [("utf-8", ""), ("utf-8-sig", ""), ("latin-1", "# -*- coding: latin-1 -*-\n")],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_line_breaks_stay(encoding, head, newline, tmp_path):
    text = f"{head}{HEAD}NAME = 'Tür'; CORS({ONE}, send_wildcard=True)  # für\n".replace("\n", newline)
    path = tmp_path / "app.py"
    path.write_bytes(text.encode(encoding))
    assert migrate("--write", path).exit_code == 0
    after = path.read_bytes().decode(encoding)
    assert after == text.replace(", send_wildcard=True", "").replace("flask_cors", "crossguard.flask")


def test_mode_and_links_stay(tmp_path):
    real = write(tmp_path, "real.py")
    real.chmod(0o640)
    (tmp_path / "project").mkdir()
    link = tmp_path / "project" / "app.py"
    link.symlink_to(real)
    assert migrate("--write", link).exit_code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "crossguard.flask" in real.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project", "real.py"]


def test_a_file_that_changed_in_the_meantime_is_not_written(tmp_path, monkeypatch):
    path = write(tmp_path)
    plan = plan_migration([path])
    monkeypatch.setattr("crossguard.flask.commands.migrate.plan_migration", lambda _: plan)
    path.write_text("# new\n")
    result = migrate("--write", path)
    assert result.exit_code == 1
    assert "it has changed in the meantime" in " ".join(result.output.split())
    assert path.read_text() == "# new\n"


def test_environments_and_hidden_folders_are_left_out(tmp_path):
    for folder in ("venv", ".tox", "node_modules", "__pycache__"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    assert migrate(tmp_path).output == "Nothing here uses Flask-CORS.\n"


def test_an_extension_of_another_file_is_followed(tmp_path):
    write(tmp_path, "extensions.py", "from flask_cors import CORS\n\ncors = CORS()\n")
    factory = write(
        tmp_path,
        "factory.py",
        "from flask import Flask\nfrom extensions import cors\n\n\ndef create_app():\n    app = Flask(__name__)\n"
        "    cors.init_app(app, origins='https://a.example/', vary_header=True)\n    return app\n",
    )
    assert migrate("--write", tmp_path).exit_code == 0
    assert "    cors.init_app(app, origins='https://a.example')\n" in factory.read_text()


def test_a_path_that_is_not_there_is_wrong_use():
    result = migrate("/nothing/there")
    assert result.exit_code == 2
    assert "does not exist" in result.output


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    path = write(tmp_path)
    tmp_path.chmod(0o500)
    try:
        result = migrate("--write", path)
    finally:
        tmp_path.chmod(0o700)
    assert result.exit_code == 1
    assert "was not written" in result.output


def test_it_runs_without_an_application(tmp_path):
    write(tmp_path, text=f"{HEAD}raise SystemExit\nCORS({ONE})\n")
    run = in_process_of_its_own(tmp_path, "cors", "migrate")
    assert (run.returncode, run.stderr) == (0, "")
    assert "Everything is sure" in run.stdout
