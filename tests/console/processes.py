"""Starting the application as its users do, in a process of its own."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self


def free_ports(count: int) -> list[int]:
    """Return ports on which nobody listens, on either loopback address."""
    sockets = [socket.socket() for _ in range(count)]
    for opened in sockets:
        opened.bind(("127.0.0.1", 0))
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Return an environment with nothing of the application in it but *changes* and its folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    return kept | {"CROSSGUARD_INSTANCE": str(folder / "instance"), "PYTHONUNBUFFERED": "1"} | changes


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "crossguard.console", *arguments]


class Running:
    """`run`, from the moment it is ready until the end of the block."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder = folder
        self.api_port, self.web_port = free_ports(2)
        self._lines: list[str] = []
        ports = {"API_PORT": str(self.api_port), "WEB_PORT": str(self.web_port)}
        self.process = subprocess.Popen(
            command("run"),
            env=environment(folder, **(ports | changes)),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        try:
            self.wait_for("Press Ctrl-C")
        except BaseException:
            # A block that was not entered is not left.
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(60)
        if self.process.stdout is not None:
            self.process.stdout.close()

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def wait_for(self, text: str) -> None:
        """Wait until *text* was printed."""
        deadline = time.monotonic() + 90
        while text not in self.output:
            assert time.monotonic() < deadline, f"{text!r} is not in:\n{self.output}"
            assert self.process.poll() is None or text in self.output, self.output
            time.sleep(0.02)

    def stop(self, number: int) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._reader.join(60)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)
