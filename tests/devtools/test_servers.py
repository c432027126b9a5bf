"""Real servers: the address is printed once, the token outlives a reload, and no log names it."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crossguard.devtools.access import FILE_VARIABLE

APPS = Path(__file__).parent / "apps"
PAGE = "http://localhost:8080"
# Far longer than any of them takes: the machine may be busy.
PATIENCE = 120

FLASK_RUN = ("flask", "--app", "flask_app", "run", "--debug", "--port", "{port}")
APP_RUN = ("flask_app",)
GUNICORN = ("gunicorn", "--bind", "127.0.0.1:{port}", "--access-logfile", "-", "--reload")
GUNICORN += ("--access-logformat", '%(r)s %(s)s "%(f)s" %({{x-crossguard-token}}i)s', "--worker-tmp-dir", ".")
UVICORN = ("uvicorn", "asgi_app:app", "--port", "{port}", "--reload")
HYPERCORN = ("hypercorn", "asgi_app:app", "--bind", "127.0.0.1:{port}", "--access-logfile", "-", "--reload")
SERVERS = {
    "flask run": FLASK_RUN,
    "app.run": APP_RUN,
    "gunicorn": (*GUNICORN, "wsgi_app:app"),
    "gunicorn flask": (*GUNICORN, "flask_app:app"),
    "uvicorn": UVICORN,
    "hypercorn": HYPERCORN,
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def interruptible() -> Iterator[None]:
    """Let what is started end by SIGINT, also where a shell has started the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Server:
    """One server in a folder of its own, with what it has printed."""

    def __init__(self, folder: Path, command: tuple[str, ...], **environment: str) -> None:
        for app in APPS.glob("*.py"):
            shutil.copy(app, folder)
        self.folder = folder
        self.port = free_port()
        self.output = folder / "output.txt"
        with self.output.open("wb") as output, interruptible():
            self.process = subprocess.Popen(
                [sys.executable, "-m", *(part.format(port=self.port) for part in command)],
                cwd=folder,
                env={key: value for key, value in os.environ.items() if key != FILE_VARIABLE}
                | {"PYTHONUNBUFFERED": "1", "PORT": str(self.port)}
                | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, {"Connection": "close"} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def log(self) -> str:
        return self.output.read_text(errors="replace")

    def reloads(self) -> int:
        """Count what servers say as they reload; Hypercorn says only that it runs, again."""
        log = self.log()
        return log.count("reload") + log.count("Reload") + log.count("Running on")

    def wait(self, what: str, holds) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException, ValueError):
                if holds():
                    return
            assert self.process.poll() is None, f"{self.process.args} ended:\n{self.log()}"
            time.sleep(0.05)
        raise AssertionError(f"waited in vain until {what}:\n{self.log()}")

    def serves(self) -> bool:
        return self.ask("GET", "/items", {})[0] == 200

    @property
    def file(self) -> Path:
        found = [*self.folder.glob("instance/*.json"), *self.folder.glob(".crossguard/*.json")]
        return found[0] if found else self.folder / "none"

    def token(self) -> str:
        return str(json.loads(self.file.read_text())["token"])


@contextmanager
def running(folder: Path, name: str, **environment: str) -> Iterator[Server]:
    server = Server(folder, SERVERS[name], **environment)
    try:
        server.wait("it serves", server.serves)
        yield server
    finally:
        with_children(server.process, signal.SIGINT)
        try:
            server.process.wait(30)
        except subprocess.TimeoutExpired:
            with_children(server.process, signal.SIGKILL)
            server.process.wait(30)


def with_children(process: subprocess.Popen, number: int) -> None:
    """Tell a server of ours, and the processes that it has started: they are a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def environment_of(name: str) -> dict[str, str]:
    return {"FLASK_DEBUG": "1"} if name == "gunicorn flask" else {}


@pytest.mark.parametrize("name", SERVERS)
def test_the_address_is_printed_once_and_the_token_outlives_a_reload(tmp_path, name):
    pytest.importorskip(SERVERS[name][0] if name != "app.run" else "flask")
    with running(tmp_path, name, **environment_of(name)) as server:
        token = server.token()
        assert server.file.stat().st_mode & 0o777 == 0o600
        assert server.ask("GET", "/items", {"Origin": PAGE})[0] == 200

        def told() -> bool:
            headers = {"X-Crossguard-Token": token, "Origin": PAGE, "Content-Type": "application/json"}
            question = json.dumps({"url": f"http://localhost:{server.port}/items"}).encode()
            status, body = server.ask("POST", f"/_crossguard/why?token={token}", headers, question)
            return status == 200 and json.loads(body)["seen"] in {"request", "nothing"}

        assert told()
        server.ask("GET", f"/_crossguard/?token={token}", {"Referer": f"http://x/?token={token}"})
        server.ask("GET", f"/_crossguard/page.js?a=1&token={token}", {})
        server.ask("GET", f"/_crossguard/?token=%{ord(token[0]):02x}{token[1:]}", {})

        reloads = server.reloads()
        (module,) = [path for path in tmp_path.glob("*_app.py") if path.stem in f"{SERVERS[name]}"]
        changed = [0.0]

        def has_reloaded() -> bool:
            if time.monotonic() - changed[0] > 5:
                # Again, where the reloader has not looked at it before it changed.
                changed[0] = time.monotonic()
                module.write_text(module.read_text() + "\n# changed\n")
            return server.reloads() > reloads and server.serves()

        server.wait("it has reloaded", has_reloaded)
        server.wait("an open page goes on", told)
        assert server.token() == token
        address = f"http://127.0.0.1:{server.port}/_crossguard/?token={token}"
        log = server.log()

    assert log.count(address) == 1, log
    assert token[1:] not in log.replace(address, ""), log


@pytest.mark.parametrize("name", ["flask run", "app.run"])
def test_the_file_is_taken_away_when_the_server_ends(tmp_path, name):
    with running(tmp_path, name) as server:
        assert server.file.exists()

    assert not server.file.exists(), server.log()


def test_outside_debug_nothing_is_printed_and_nothing_is_written(tmp_path):
    with running(tmp_path, "gunicorn flask") as server:
        assert server.ask("GET", "/_crossguard/exchanges", {})[0] == 404

    assert "_crossguard/?" not in server.log()
    assert not server.file.exists()


def test_without_a_reloader_the_address_is_printed_as_the_server_starts(tmp_path):
    SERVERS["no reloader"] = (*FLASK_RUN, "--no-reload")
    try:
        with running(tmp_path, "no reloader") as server:
            assert server.log().count(f"http://127.0.0.1:{server.port}/_crossguard/?token=") == 1
            assert server.log().index("Crossguard:") < server.log().index("Running on")
    finally:
        del SERVERS["no reloader"]
