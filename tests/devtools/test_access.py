"""The token: one for a process, in a file for this user, compared in constant time, printed once."""

import json
import logging
import os
import stat
import subprocess
import sys

import pytest

from crossguard.devtools import access as module
from crossguard.devtools.access import Access, access, is_switched_off
from tests.devtools.ways import SENDERS

TOKEN = "t" * 43


def test_there_is_one_token_for_a_process(token_file):
    assert access(token_file) is access(token_file)
    assert len(access(token_file).token) == 43


@pytest.mark.parametrize(
    "given", [None, "", "t", TOKEN[:-1], TOKEN + "t", "é" * 43, "\udcff" * 43, "t" * 10**6]
)
def test_only_the_token_opens(given):
    opened = Access(TOKEN, inherited=False)

    assert not opened.opens(given)
    assert opened.opens(TOKEN)


def test_the_file_is_for_this_user_only_whatever_the_mask_says(token_file):
    before = os.umask(0)
    try:
        Access(TOKEN, inherited=False).write(token_file)
    finally:
        os.umask(before)

    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    found = json.loads(token_file.read_text())
    assert (found["version"], found["token"], found["prefix"]) == (1, TOKEN, "/_crossguard")
    assert list(token_file.parent.iterdir()) == [token_file]


def test_the_folder_of_the_file_is_made_for_this_user(tmp_path):
    path = tmp_path / "instance" / "devtools.json"
    Access(TOKEN, inherited=False).write(path)

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_link_is_replaced_and_not_followed(tmp_path, token_file):
    target = tmp_path / "elsewhere"
    target.write_text("kept")
    token_file.symlink_to(target)
    Access(TOKEN, inherited=False).write(token_file)

    assert target.read_text() == "kept"
    assert not token_file.is_symlink()


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    Access(TOKEN, inherited=False).write(tmp_path / "file" / "devtools.json")

    assert "could not be written" in caplog.text
    assert TOKEN not in caplog.text


def written(path, mode=0o600, **more):
    path.write_text(json.dumps({"version": 1, "token": TOKEN, "parent": os.getppid()} | more))
    path.chmod(mode)


def test_a_process_that_is_reloaded_has_the_token_of_the_one_before(token_file):
    written(token_file)

    assert access(token_file).token == TOKEN
    assert access(token_file).inherited


@pytest.mark.parametrize(
    "more", [{"parent": -1}, {"token": "short"}, {"token": 5}, {"mode": 0o644}, {"mode": 0o660}], ids=str
)
def test_the_token_of_any_other_file_is_not_taken(token_file, more):
    written(token_file, **more)

    assert access(token_file).token != TOKEN


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 4000, "\xff"])
def test_a_file_that_says_nothing_is_replaced(token_file, text):
    token_file.write_text(text)
    token_file.chmod(0o600)

    assert not access(token_file).inherited


def test_a_pipe_in_the_place_of_the_file_keeps_nothing_waiting(token_file):
    os.mkfifo(token_file, 0o600)

    assert not access(token_file).inherited


def test_the_token_of_the_environment_is_taken_by_a_process_of_a_reloader_only(token_file, monkeypatch):
    monkeypatch.setenv("CROSSGUARD_DEVTOOLS_TOKEN", TOKEN)
    assert access(token_file).token != TOKEN

    monkeypatch.setattr(module, "_made", [])
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    assert access(token_file).token == TOKEN


@pytest.mark.parametrize(
    ("text", "off"), [("0", True), (" No ", True), ("off", True), ("", False), ("1", False)]
)
def test_it_is_switched_off_by_the_environment(monkeypatch, text, off):
    monkeypatch.setenv("CROSSGUARD_DEVTOOLS", text)

    assert is_switched_off() is off


def test_the_address_is_printed_once_and_never_logged(way, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    served = way.served()
    served.ask()
    served.ask()

    printed = [line for line in capsys.readouterr().err.splitlines() if "token=" in line]
    address = f"http://127.0.0.1:5000/_crossguard/?token={served.token}"
    assert printed == [f"Crossguard: what browsers are refused, and why: {address}"]
    assert served.token not in caplog.text


def test_the_host_of_a_request_is_not_printed(way, capsys):
    way.served().ask(base="http://evil.example:81")
    printed = [line for line in capsys.readouterr().err.splitlines() if "token=" in line]

    assert len(printed) == 1
    assert "http://127.0.0.1:81/_crossguard/?token=" in printed[0]
    assert "evil" not in printed[0]


def test_a_mount_is_printed_as_far_as_it_is_plain(way, capsys):
    way.served().ask(root="/api")

    assert "http://127.0.0.1:5000/api/_crossguard/?token=" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["werkzeug", "uvicorn.access", "gunicorn.access", "hypercorn.access"])
@pytest.mark.parametrize(
    "line",
    [
        f"GET /_crossguard/?token={TOKEN} HTTP/1.1",
        f"GET /_crossguard/page.js?a=1&token={TOKEN}&b=2",
        f"referer {TOKEN}",
        "GET /_crossguard/?token=%74" + TOKEN[1:],
    ],
)
def test_no_access_log_names_the_token(monkeypatch, token_file, caplog, name, line):
    written(token_file)
    access(token_file)
    caplog.set_level(logging.INFO, logger=name)
    log = logging.getLogger(name)
    log.info(line)
    log.info("%s %s", line, 200)
    log.info("%(r)s %(s)s", {"r": line, "s": 200})

    assert len(caplog.messages) == 3
    for message in caplog.messages:
        assert TOKEN[1:] not in message
        assert "…" in message


def test_comparing_takes_as_long_wherever_the_texts_differ():
    """Not measured, which would depend on the machine: it is what the standard library compares with."""
    import inspect

    assert "hmac.compare_digest" in inspect.getsource(Access.opens)


QUIET = """
import sys
from crossguard import asgi, wsgi
from crossguard.flask import CORS
from flask import Flask

app = Flask("quiet")
CORS(app, origins=["https://app.example.com"])
app.test_client().get("/")
wsgi.Crossguard(lambda environ, start: [], origins=["https://app.example.com"])
async def inner(scope, receive, send): ...
asgi.Crossguard(inner, origins=["https://app.example.com"])
print([name for name in sys.modules if name.startswith("crossguard.devtools") or "watching" in name])
"""


def test_outside_debug_nothing_of_it_is_loaded_or_written(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", QUIET],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != module.FILE_VARIABLE},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert done.stdout.strip() == "[]"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_an_application_that_is_tested_has_no_such_addresses(token_file, capsys):
    served = SENDERS[0].served()
    served.app.testing = True
    served.fetch("http://localhost:8080")

    assert not token_file.exists()
    assert "token=" not in capsys.readouterr().err


def test_recording_loads_no_browser_model():
    program = "import sys, crossguard.devtools.devtools; print('crossguard.browser' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("reloaded", "stays"), [("", False), ("true", True)])
def test_the_file_goes_with_the_process_unless_another_follows(token_file, reloaded, stays):
    program = (
        "import os; from pathlib import Path; from crossguard.devtools.access import access\n"
        "path = Path(os.environ['CROSSGUARD_DEVTOOLS_FILE']); access(path).write(path); print(path.exists())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"WERKZEUG_RUN_MAIN": reloaded},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert done.stdout.strip() == "True"
    assert token_file.exists() is stays


def test_the_file_of_another_process_is_left(token_file):
    opened = Access(TOKEN, inherited=False)
    opened.write(token_file)
    written(token_file, token="o" * 43)
    opened._take_away(token_file, os.getpid())

    assert token_file.exists()


def test_no_repository_takes_in_the_folder_of_the_file(tmp_path):
    path = tmp_path / ".crossguard" / "devtools.json"
    opened = Access(TOKEN, inherited=False)
    opened.write(path)
    assert (path.parent / ".gitignore").read_text() == "*\n"

    opened._take_away(path, os.getpid(), with_folder=True)
    assert not path.parent.exists()
