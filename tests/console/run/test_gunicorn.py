"""The API under gunicorn, as the page about production says, and as it does not."""

import http.client
import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.console.processes import command, environment, free_ports
from tests.console.support import within

pytest.importorskip("gunicorn")

PASSWORD = "correct horse battery"
WEB = "http://localhost:8080"
CONFIGURED = ("-c", "python:crossguard.console.run.gunicorn")


class Gunicorn:
    """gunicorn, from the moment that it answers until the end of the block."""

    def __init__(self, folder, *arguments, **changes):
        [self.port] = free_ports(1)
        settings = {"API_PORT": str(self.port), "CROSSGUARD_ADMIN_PASSWORD": PASSWORD} | changes
        self.environment = environment(folder, **settings)
        subprocess.run(command("migrate"), env=self.environment, cwd=folder, check=True, capture_output=True)
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *arguments],
                env=self.environment,
                cwd=folder,
                stdout=log,
                stderr=log,
            )

    def __enter__(self):
        try:
            within(self.answers, 60)
        except BaseException:
            # A block that was not entered is not left.
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # Not killed: its workers would be left.
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            # Its workers see that it is gone, and end.
            self.process.kill()
            self.process.wait()

    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("/livez")[0] == 200
        except OSError:
            return False

    def open(self, path, headers=None, method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Origin": WEB} | (headers or {}))
        return connection, connection.getresponse()

    def ask(self, path, headers=None, method="GET", body=None):
        connection, response = self.open(path, headers, method, body)
        try:
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def sign_in(self):
        body = json.dumps({"username": "admin", "password": PASSWORD})
        json_type = {"Content-Type": "application/json"}
        status, headers, _ = self.ask("/auth/sign-in", json_type, "POST", body)
        assert status == 200
        return {"Cookie": headers["Set-Cookie"].partition(";")[0]}


def test_two_workers_serve_open_pages_and_answer_what_was_asked_when_they_stop(tmp_path):
    settings = {"CROSSGUARD_THREADS": "4", "CROSSGUARD_FEEDS": "12", "WEB_CONCURRENCY": "2"}
    with Gunicorn(tmp_path, *CONFIGURED, **settings) as served:
        cookie = served.sign_in()
        pages = [served.open("/api/events", cookie) for _ in range(6)]
        assert all(response.read1(30).startswith(b"retry: 3000") for _, response in pages)
        # What one worker decides reaches the pages of both.
        served.ask("/api/me", {"Origin": "https://stranger.example"})
        for _, response in pages:
            text = b""
            while b"stranger.example" not in text:
                more = response.read1(65536)
                assert more
                text += more
        statuses = []
        asked = threading.Thread(target=lambda: statuses.append(served.sign_in()))
        asked.start()
        time.sleep(0.05)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(60) == 0, served.log.read_text()
        asked.join(60)
        assert len(statuses) == 1
        for connection, response in pages:
            response.close()
            connection.close()
    assert "Traceback" not in served.log.read_text()


def test_fewer_threads_than_open_pages_may_keep_are_refused_with_a_sentence(tmp_path):
    served = Gunicorn(tmp_path, *CONFIGURED, "--threads", "2")
    try:
        assert served.process.wait(60) != 0
    finally:
        served.__exit__()
    said = "--threads 2 are fewer than CROSSGUARD_THREADS and CROSSGUARD_FEEDS together, 64."
    assert said in served.log.read_text()
    assert "Traceback" not in served.log.read_text()


def test_a_mistake_in_the_environment_is_said_once(tmp_path):
    served = Gunicorn(tmp_path, *CONFIGURED)
    served.__exit__()
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", *CONFIGURED],
        env=served.environment | {"CROSSGUARD_THREADS": "many"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.count("CROSSGUARD_THREADS: 'many' is not a number from 1 to 256.") == 1
    assert "Traceback" not in done.stderr


def test_workers_of_one_thread_answer_open_pages_at_once(tmp_path):
    [port] = free_ports(1)
    arguments = ("-w", "2", "-b", f"127.0.0.1:{port}", "crossguard.console:create_app()")
    served = Gunicorn(tmp_path, *arguments)
    served.port = port
    with served:
        cookie = served.sign_in()
        for _ in range(8):
            status, _, text = served.ask("/api/events", cookie)
            assert status == 200
            assert text.startswith(b"retry: 3000")
        assert served.ask("/api/me", cookie)[0] == 200
