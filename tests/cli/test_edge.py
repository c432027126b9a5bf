"""``crossguard export`` and ``crossguard verify``: options, bad input, exit codes."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crossguard.cli.application import ApplicationError, load_application
from crossguard.cli.main import main
from crossguard.cli.progress import progress_bar
from crossguard.edge.export import TARGETS
from tests.cli.servers import answering, reply, serving
from tests.commands.running import fits, flask_cors
from tests.edge.shop import shop

APPLICATIONS = """
import os
from flask import Flask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from werkzeug.middleware.proxy_fix import ProxyFix
from crossguard import compile_policy, load_config
from crossguard.asgi import Crossguard as Asgi
from crossguard.flask import CORS
from crossguard.wsgi import Crossguard as Wsgi

ORIGINS = ["https://app.example.com"]

def plain(environ, start_response):
    start_response("200 OK", [])
    return [b""]

app = Flask("shop")
CORS(app, origins=ORIGINS)
wsgi = Wsgi(plain, origins=ORIGINS)
wrapped = ProxyFix(wsgi)
starlette = Starlette(middleware=[Middleware(Asgi, origins=ORIGINS)])
asgi = Asgi(starlette, origins=ORIGINS)
policy = compile_policy(load_config({"origins": ORIGINS}, is_public_suffix=lambda _: False))
bare = Flask("bare")

def create_app():
    return app

def needs(a):
    return app

def boom():
    raise RuntimeError("no database")

class Inner:
    made = wsgi
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "shop_of_test.py").write_text(APPLICATIONS)
    (tmp_path / "broken_of_test.py").write_text("raise RuntimeError('no database')")
    (tmp_path / "leaving_of_test.py").write_text("import sys; sys.exit('bye')")
    (tmp_path / "wrong_of_test.py").write_text(
        "from flask import Flask\nfrom crossguard.flask import CORS\napp = Flask('a')\nCORS(app, origins=['nonsense'])\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in [name for name in sys.modules if name.endswith("_of_test")]:
        del sys.modules[name]


LOADS = (
    "app",
    "wsgi",
    "wrapped",
    "starlette",
    "asgi",
    "policy",
    "create_app",
    "create_app()",
    "Inner.made",
    "",
)


@pytest.mark.parametrize("name", LOADS)
def test_an_application_is_found_whatever_it_is_made_with(name: str, folder: Path) -> None:
    application = load_application(f"shop_of_test:{name}" if name else "shop_of_test")
    assert [policy.config.origins for policy in application.policies] == [("https://app.example.com",)]


DOES_NOT_LOAD = {
    "nothing_of_test:app": "ModuleNotFoundError",
    "shop_of_test:nobody": "has no nobody",
    "shop_of_test:bare": "has no policy",
    "shop_of_test:ORIGINS": "has no policy",
    "shop_of_test:boom()": "no database",
    "shop_of_test:needs()": "TypeError",
    "broken_of_test:app": "no database",
    "leaving_of_test:app": "SystemExit",
    "wrong_of_test:app": "scheme",
    "": "is not a module",
    "../shop:app": "is not a module",
    ":app": "is not a module",
}


@pytest.mark.parametrize("text", DOES_NOT_LOAD)
def test_what_does_not_load_is_one_sentence_and_an_exit_code(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ApplicationError):
        load_application(text)
    assert main(["export", "nginx", text]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Error: ")
    assert DOES_NOT_LOAD[text] in " ".join(printed.err.split())
    assert "Traceback" not in printed.err
    assert main(["verify", "http://127.0.0.1:9", "--policy", text]) == 2


@pytest.mark.parametrize("target", TARGETS)
def test_everything_goes_to_standard_output_or_into_files(
    target: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", target, "shop_of_test:app", "--upstream", "app:8000"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "Policy: sha256:" in printed
    assert f"Again: crossguard export {target} shop_of_test:app --upstream app:8000" in printed
    assert main([*words, "--output", "out"]) == 0
    names = sorted(path.name for path in (folder / "out").iterdir())
    assert names
    assert all((folder / "out" / name).read_text().splitlines()[0][:2] in {"# ", "//"} for name in names)
    said = capsys.readouterr().out
    assert all(name in said for name in names)
    assert main([*words, "--output", "out", "--check"]) == 0
    (folder / "out" / names[0]).write_text("old")
    assert main([*words, "--output", "out", "--check"]) == 1
    assert f"Stale: {names[0]}" in capsys.readouterr().err


USAGE = {
    "--check": (["nginx", "shop_of_test:app", "--check"], "--output"),
    "--watch": (["nginx", "shop_of_test:app", "--watch"], "--output"),
    "--reload": (["nginx", "shop_of_test:app", "--reload", "x"], "--watch"),
    "--platform": (["nginx", "shop_of_test:app", "--platform", "workers"], "no platform"),
    "--folder": (["nginx", "shop_of_test:app", "--folder", "/a b;{"], "--folder"),
    "--upstream": (["envoy", "shop_of_test:app", "--upstream", 'a"'], "--upstream"),
    "target": (["apache", "shop_of_test:app"], "invalid choice"),
    "output": (["nginx", "shop_of_test:app", "--output", "/dev/null/x"], "cannot be written"),
}


@pytest.mark.parametrize("name", USAGE)
def test_options_that_make_no_sense_are_said(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, expected = USAGE[name]
    try:
        code = main(["export", *words])
    except SystemExit as left:
        code = int(str(left.code))
    assert code == 2
    assert expected in capsys.readouterr().err


def test_a_refusal_has_its_reasons_and_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "gateway-api", "shop_of_test:app"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Instead: write --upstream api:8000." in printed.err


def test_a_line_break_among_the_words_stays_in_the_comment(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").mkdir()
    assert main(["export", "nginx", "shop_of_test:app", "--output", "out\nload_module evil;"]) in {0, 2}
    text = "".join(path.read_text() for path in folder.rglob("crossguard-*.conf"))
    assert not any(line.startswith("load_module") for line in text.splitlines())


def test_flask_cors_has_both_commands(folder: Path) -> None:
    app = shop()
    done = flask_cors(app, "export", "nginx")
    assert done.exit_code == 0
    assert "crossguard-http.conf" in done.output
    with serving(shop()) as port:
        done = flask_cors(app, "verify", f"http://127.0.0.1:{port}", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["same"]
    assert document["findings"] == []
    assert {"name", "declared"} == set(document["policies"][0])
    assert flask_cors(app, "verify", "nonsense").exit_code == 2
    assert flask_cors(app, "export", "gateway-api").exit_code == 1


# -- verify ------------------------------------------------------------------------------------------------


def verify(port: int, *more: str) -> int:
    return main(["verify", f"http://127.0.0.1:{port}", "--policy", "shop_of_test:app", *more])


def test_a_difference_is_exit_code_1_with_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = reply(("Access-Control-Allow-Origin", "{origin}"), ("Access-Control-Allow-Credentials", "true"))
    with serving(every) as port:
        assert verify(port) == 1
        printed = capsys.readouterr().out
        assert "ERROR  [stranger-reads-with-cookies]" in printed
        assert "Fix: " in printed
        assert fits(printed)
        assert verify(port, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert not document["same"]
    codes = [finding["code"] for finding in document["findings"]]
    assert codes.count("stranger-reads-with-cookies") == 1
    assert document["findings"][0]["count"] >= 1


def test_the_same_is_said_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(load_flask()) as port:
        assert verify(port) == 0
    assert "It does what the policy says." in capsys.readouterr().out


def load_flask() -> Any:
    load_application("shop_of_test:app")
    return sys.modules["shop_of_test"].app


def silent(connection: socket.socket) -> None:
    time.sleep(1.5)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


def endless_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        connection.sendall(b"X-%d: 1\r\n" % number)


def nonsense(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


def closing(connection: socket.socket) -> None:
    connection.close()


@pytest.mark.parametrize(
    "answer", [silent, endless, endless_headers, nonsense, closing], ids=lambda found: found.__name__
)
def test_an_edge_that_does_not_answer_is_one_sentence_and_exit_code_2(
    answer: Callable[[socket.socket], None], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(answer) as port:
        assert verify(port, "--timeout", "0.5") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"Error: http://127.0.0.1:{port} does not answer")
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "words",
    [
        ["ftp://example.com"],
        ["nonsense"],
        ["http://127.0.0.1:9/?x"],
        ["http://127.0.0.1:9/a'b"],
        ["http://127.0.0.1:9/shop", "--mount", "/other"],
        ["http://127.0.0.1:9", "--sample", "0"],
        ["http://127.0.0.1:9", "--timeout", "0"],
        ["http://127.0.0.1:9"],
    ],
    ids=" ".join,
)
def test_an_address_that_is_none_is_exit_code_2(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", *words, "--policy", "shop_of_test:app"]) == 2
    assert capsys.readouterr().err.startswith("Error: ")


def test_the_path_of_the_address_is_where_the_application_is_mounted(folder: Path) -> None:
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    mounted = DispatcherMiddleware(reply(status="404 Not Found"), {"/shop": load_flask()})
    with serving(mounted) as port:
        assert main(["verify", f"http://127.0.0.1:{port}/shop", "--policy", "shop_of_test:app"]) == 0
        assert verify(port, "--mount", "/shop") == 0
        assert verify(port) == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_shows_how_far_it_is_and_goes_away() -> None:
    terminal = Terminal()
    draw = progress_bar(terminal, "questions")
    for done in range(101):
        draw(done, 100)
    text = terminal.getvalue()
    assert "[####################                    ] 50 of 100 questions" in text
    assert text.endswith("\r\x1b[K")
    assert text.count("\r") == 41
    quiet = io.StringIO()
    progress_bar(quiet, "questions")(1, 2)
    assert quiet.getvalue() == ""


# -- watch -------------------------------------------------------------------------------------------------

WATCHED = """
import pathlib
from crossguard.lists.source import OriginSource
from crossguard.wsgi import Crossguard

class Rows(OriginSource):
    def version(self):
        return pathlib.Path("rows.txt").read_text()

    def read(self):
        return self.version().split()

    def __str__(self):
        return "rows.txt"

app = Crossguard(lambda environ, start_response: [], origins=Rows(seconds=0.05), max_age=7)
"""


def test_a_list_that_changes_is_written_again_and_the_proxy_told(tmp_path: Path) -> None:
    (tmp_path / "watched.py").write_text(WATCHED)
    rows, out, told = tmp_path / "rows.txt", tmp_path / "out", tmp_path / "told"
    rows.write_text("https://a.example.com")
    words = ["export", "haproxy", "watched:app", "--output", "out", "--watch", "--reload", "touch told"]
    command = [sys.executable, "-m", "crossguard", *words]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ})
    listed = out / "crossguard-origins-1.lst"
    try:
        wait_for(told.exists, process)
        assert listed.read_text().splitlines()[-1] == "https://a.example.com"
        assert (out / "crossguard-frontend.cfg").exists()
        told.unlink()
        rows.write_text("https://a.example.com https://b.example.com")
        wait_for(told.exists, process)
        assert listed.read_text().splitlines()[-2:] == ["https://a.example.com", "https://b.example.com"]
        assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        said = process.communicate()[1]
    assert "Written: " in said


def test_a_list_that_cannot_be_read_leaves_the_files_as_they_are(tmp_path: Path) -> None:
    """An application that lists no origin, because its database is away, would close the edge."""
    (tmp_path / "watched.py").write_text(WATCHED)
    out = tmp_path / "out"
    out.mkdir()
    listed = out / "crossguard-origins-1.lst"
    listed.write_text("https://old.example.com")
    words = ["export", "haproxy", "watched:app", "--output", "out", "--watch"]
    command = [sys.executable, "-m", "crossguard", *words]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert "stay as they are: a list cannot be read yet" in process.stderr.readline()
        assert listed.read_text() == "https://old.example.com"
        checked = subprocess.run(
            [sys.executable, "-m", "crossguard", "verify", "http://127.0.0.1:9", "--policy", "watched:app"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert checked.returncode == 2
        assert "cannot be read" in checked.stderr
        (tmp_path / "rows.txt").write_text("https://a.example.com")
        wait_for(lambda: "https://a.example.com" in listed.read_text(), process)
    finally:
        process.terminate()
        process.communicate()


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_nothing_else_than_flask_is_needed_for_other_frameworks() -> None:
    code = (
        "import sys; sys.modules['flask'] = None\n"
        "from crossguard.wsgi import Crossguard\n"
        "import types; m = types.ModuleType('m'); m.app = Crossguard(lambda e, s: [], origins=['https://a.example'])\n"
        "sys.modules['m'] = m\n"
        "from crossguard.cli.main import main\n"
        "sys.exit(main(['export', 'nginx', 'm:app']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "https://a.example" in done.stdout
