"""Doubts that a person settles, the sure part alone, and what is said of other files and libraries."""

import os
import sys

import pytest

from crossguard.migrate import DoubtCode, plan_migration, stubs
from tests.commands.migrations import HEAD, NEW_HEAD, ONE
from tests.commands.test_migrate import migrate, write

RUN_TIME = f'{HEAD}import os\nCORS(app, origins=os.environ["FRONT_ENDS"])\n'
VIEW = "from flask import Blueprint\nfrom flask_cors import cross_origin\n\nbp = Blueprint('b', __name__)\n\n\n@bp.get('/x')\n@cross_origin(origins='https://a.example')\ndef x():\n    return ''\n"


def flat(result):
    return " ".join(result.output.split())


@pytest.mark.parametrize("word", ["{path}:6", "{path}:6:run-time", "{path}:run-time"])
def test_a_doubt_is_accepted_by_its_place(word, tmp_path):
    path = write(tmp_path, text=RUN_TIME)
    assert migrate("--write", path).exit_code == 1
    result = migrate("--write", "--accept", word.format(path=path), path)
    assert result.exit_code == 0
    assert "accepted:" in result.output
    assert path.read_text() == RUN_TIME.replace("flask_cors", "crossguard.flask")


@pytest.mark.parametrize(
    "comment", ["# migrate: accept", "# migrate: accept run-time", "# migrate: accept gain, run-time"]
)
def test_a_doubt_is_accepted_by_a_comment(comment, tmp_path):
    path = write(tmp_path, text=RUN_TIME.rstrip() + f"  {comment}\n")
    assert migrate("--write", path).exit_code == 0


def test_a_comment_accepts_what_it_names(tmp_path):
    path = write(tmp_path, text=RUN_TIME.rstrip() + "  # migrate: accept gain\n")
    assert migrate(path).exit_code == 1


def test_what_would_not_start_is_not_accepted(tmp_path):
    path = write(tmp_path, text=f"{HEAD}CORS(app, supports_credentials=True)  # migrate: accept\n")
    assert migrate(path).exit_code == 1
    assert migrate("--accept", f"{path}:5", path).exit_code == 2


def test_a_word_that_accepts_nothing_is_wrong_use(tmp_path):
    path = write(tmp_path)
    result = migrate("--accept", f"{path}:1", path)
    assert result.exit_code == 2
    assert "there is no doubt that this accepts" in flat(result)


def test_a_file_that_does_not_parse_may_be_left_out(tmp_path):
    broken = write(tmp_path, "broken.py", f"{HEAD}CORS(app,,)\n")
    sure = write(tmp_path, "a.py")
    assert migrate("--write", "--accept", broken, tmp_path).exit_code == 0
    assert "crossguard" in sure.read_text()
    assert "flask_cors" in broken.read_text()


def test_the_sure_part_is_written_alone(tmp_path):
    unsure = write(tmp_path, "app.py", RUN_TIME)
    views = write(tmp_path, "views.py", VIEW)
    result = migrate("--write", "--sure-part", tmp_path)
    assert result.exit_code == 1
    assert "1 of 2 files" in flat(result)
    assert "crossguard.flask" in views.read_text()
    assert unsure.read_text() == RUN_TIME


def test_a_policy_of_the_application_waits_for_its_views(tmp_path):
    sure = write(tmp_path, "app.py")
    write(tmp_path, "views.py", VIEW.replace("'https://a.example'", "WHO"))
    before = sure.read_text()
    assert migrate("--write", "--sure-part", tmp_path).exit_code == 1
    assert sure.read_text() == before


def test_the_sure_part_needs_write(tmp_path):
    assert migrate("--sure-part", write(tmp_path)).exit_code == 2


def test_equal_doubts_are_said_once_with_their_places(tmp_path):
    views = "".join(
        f'\n\n@app.get("/{n}")\n@cross_origin(origins=WHO)\ndef view{n}():\n    return ""\n'
        for n in range(30)
    )
    output = flat(migrate(write(tmp_path, text=f"{HEAD}{views}")))
    assert output.count("only known when the application runs") == 1
    assert "30 places" in output


def test_expressions_beside_what_only_a_run_would_tell_are_written(tmp_path):
    text = f'{HEAD}import os\nCORS(app, origins=[os.environ["A"], r"https://.*\\.example\\.com"])\n'
    plan = plan_migration([write(tmp_path, text=text)])
    assert 'CORS(app, origins=[os.environ["A"], "https://*.example.com"])' in plan.files[0].after
    doubts = [doubt for change in plan.files[0].changes for doubt in change.doubts]
    assert [doubt.code for doubt in doubts] == [DoubtCode.RUN_TIME]
    assert 'write "https://*.example.com"' in doubts[0]


def test_what_is_not_ascii_is_printed_as_it_is(tmp_path):
    output = migrate(write(tmp_path, text=f'{HEAD}CORS(app, origins=names("Türen …"))\n')).output
    assert "names('Türen …')" in output
    assert "\\u" not in output


DEPENDENCIES = {
    "requirements.txt": "flask\nFlask-Cors==4.0.0\n",
    "requirements/dev.txt": "flask_cors\n",
    "pyproject.toml": '[project]\ndependencies = ["flask-cors>=3"]\n',
    "Pipfile": '[packages]\nflask-cors = "*"\n',
    "setup.py": "install_requires=['flask-cors']\n",
    "setup.cfg": "install_requires =\n    Flask-CORS\n",
    "environment.yml": "dependencies:\n  - flask-cors\n",
    "poetry.lock": '[[package]]\nname = "flask-cors"\n',
    "uv.lock": '[[package]]\nname = "flask-cors"\n',
    "Pipfile.lock": '{"flask-cors": {}}\n',
}


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_dependency_files_are_named(name, tmp_path):
    write(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write(tmp_path, name, DEPENDENCIES[name])
    result = migrate(tmp_path)
    assert result.exit_code == 0
    assert f"{name}:" in flat(result).replace(" ", "")


OTHERS = {
    "django-cors-headers": 'INSTALLED_APPS = ["corsheaders"]\n',
    "Flask-Talisman": "from flask_talisman import Talisman\n",
    "aiohttp-cors": "import aiohttp_cors\n",
    "falcon-cors": "from falcon_cors import CORS\n",
    "wsgicors": "from wsgicors import CORS\n",
    "Tornado": 'self.set_header("Access-Control-Allow-Origin", "*")\n',
    "sanic-cors": "from sanic_cors import CORS\n",
    "Litestar": "cors = CORSConfig(allow_origins=[])\n",
    "Socket.IO": 'socketio = SocketIO(app, cors_allowed_origins="*")\n',
    "by hand": 'response.headers["Access-Control-Allow-Origin"] = "*"\n',
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_libraries_are_named_with_a_page_that_exists(name, tmp_path):
    result = migrate(write(tmp_path, text=OTHERS[name]))
    assert result.exit_code == 1
    assert name in flat(result)
    assert "docs/" in result.output
    assert "sure" not in result.output


def test_without_the_other_library_nothing_is_sure(tmp_path, monkeypatch):
    monkeypatch.setattr("crossguard.migrate.proof.installed", lambda _: False)
    path = write(tmp_path)
    result = migrate(path)
    assert result.exit_code == 1
    assert "nothing could be proved" in flat(result)
    assert migrate("--write", "--accept", f"{path}:no-proof", path).exit_code == 0
    assert path.read_text() == f"{NEW_HEAD}CORS({ONE})\n"


def test_what_is_installed_is_found():
    assert stubs.installed("flask_cors")
    assert not stubs.installed("no_such_library")


def test_a_link_out_of_the_folder_is_not_written(tmp_path):
    outside = write(tmp_path, "outside.py")
    before = outside.read_text()
    inside = tmp_path / "project"
    inside.mkdir()
    (inside / "app.py").symlink_to(outside)
    write(inside, "other.py")
    result = migrate("--write", inside)
    assert result.exit_code == 1
    assert "outside of the folder" in flat(result)
    assert outside.read_text() == before


def test_links_in_a_circle_are_passed_over(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing.py")
    path = write(tmp_path)
    assert migrate("--write", tmp_path).exit_code == 0
    assert "crossguard" in path.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no names there")
def test_a_pipe_does_not_keep_it_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path)
    assert migrate(tmp_path).exit_code == 0
    result = migrate(tmp_path / "pipe.py")
    assert result.exit_code == 1
    assert "it is no file" in result.output


def test_a_script_without_an_ending_is_read_if_it_is_named(tmp_path):
    path = write(tmp_path, "server")
    assert migrate("--write", path).exit_code == 0
    assert "crossguard" in path.read_text()
    assert "Nothing here" in migrate(tmp_path).output
