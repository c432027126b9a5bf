"""Real servers in processes of their own, on listening sockets that they inherit."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

APPS = Path(__file__).parent / "apps"
#: Seconds, on a machine that does much else.
TIMEOUT = 60

GUNICORN = (
    "gunicorn",
    "--bind",
    "fd://{fd}",
    "--workers",
    "1",
    "--graceful-timeout",
    "1",
    "--log-level",
    "warning",
)
UVICORN = ("uvicorn", "--fd", "{fd}", "--log-level", "warning", "--timeout-graceful-shutdown", "1")


@dataclass
class Reply:
    """A response as it came over the socket; names in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    parts: list[bytes] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def cors(self) -> dict[str, str]:
        """Every field that belongs to the policy; one that is there twice is a failure."""
        found = [pair for pair in self.headers if pair[0].startswith("access-control-")]
        assert len(dict(found)) == len(found), found
        return dict(found)

    @property
    def vary(self) -> list[str]:
        return [item.strip() for line in self.all("vary") for item in line.split(",")]


class Server:
    """One application under its server; started at once, asked over a socket, stopped by its own id."""

    def __init__(
        self, command: tuple[str, ...], target: str, folder: Path = APPS, **environment: str
    ) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = listening.getsockname()[1]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        fd = str(listening.fileno())
        self._process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(fd=fd) for part in command), target],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "PYTHONUNBUFFERED": "1"} | environment,
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        # Requests wait in the queue of the socket until the server takes them.
        listening.close()

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Send one request and read the whole answer, chunk by chunk."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {"Connection": "close"} | dict(headers or {}))
            response = connection.getresponse()
            parts: list[bytes] = []
            while part := response.read1(65536):
                parts.append(part)
            named = [(name.lower(), value) for name, value in response.getheaders()]
            return Reply(response.status, named, b"".join(parts), parts)
        except OSError as error:
            raise AssertionError(f"{error}\n{self.log()}") from error
        finally:
            connection.close()

    def has_logged(self, text: str) -> bool:
        """Tell whether *text* is in the log, or comes within seconds: servers log after they have answered."""
        deadline = time.monotonic() + TIMEOUT
        while text not in self.log() and time.monotonic() < deadline:
            time.sleep(0.02)
        return text in self.log()

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def terminate(self) -> None:
        """Tell the server to stop, without waiting for it."""
        self._process.terminate()

    def stop(self) -> str:
        """Stop the server and return what it has logged."""
        self._process.terminate()
        try:
            self._process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        text = self.log()
        self._log.close()
        return text


def handshake(port: int, path: str, **arguments: Any) -> str:
    """Open a WebSocket and return the first message; a refusal is an ``InvalidStatus`` with the response."""
    client = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    with client.connect(f"ws://127.0.0.1:{port}{path}", open_timeout=TIMEOUT, **arguments) as connection:
        return str(connection.recv(TIMEOUT))
