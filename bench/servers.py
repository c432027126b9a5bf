"""A gunicorn with one worker on the loopback, and the processor time that its worker has taken."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.children import ROOT
from bench.requests import REQUESTS, Answer

HOST = "127.0.0.1"
_PATIENCE = 20.0


class Server:
    """One that is running."""

    def __init__(self, port: int, worker: int) -> None:
        self.port = port
        self._worker = worker

    def seconds(self) -> float:
        """Return the processor time of the worker, user and system; to the nanosecond where Linux says it."""
        process = Path("/proc") / str(self._worker)
        try:
            return int((process / "schedstat").read_text().split()[0]) / 1e9
        except FileNotFoundError:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def preflight(self) -> Answer:
        """Send one preflight and return the answer."""
        method, headers = REQUESTS["preflight"]
        connection = HTTPConnection(HOST, self.port, timeout=_PATIENCE)
        try:
            connection.request(method, "/items", headers=headers)
            answer = connection.getresponse()
            fields = [(name.lower(), value) for name, value in answer.getheaders()]
            return Answer(answer.status, fields, answer.read())
        finally:
            connection.close()


def free_port() -> int:
    """Return a port of the loopback on which nothing listens."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(name: str) -> Iterator[Server]:
    """Serve the contender *name* until the block ends."""
    with socket.socket() as listener:
        # Bound here and handed on, so that nobody else can take the port in between.
        listener.bind((HOST, 0))
        listener.listen(64)
        descriptor, port = listener.fileno(), listener.getsockname()[1]
        process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "gunicorn", "--workers", "1", "--worker-class", "sync", "--log-level", "error"),
                *("--bind", f"fd://{descriptor}", f"bench.served:app({name!r})"),
            ],
            cwd=ROOT,
            pass_fds=(descriptor,),
            stdout=subprocess.DEVNULL,
        )
        try:
            yield Server(port, _worker_of(process))
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _worker_of(process: "subprocess.Popen[bytes]") -> int:
    """Return the process that answers, once it is there."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := children.read_text().split():
            return int(found[0])
        time.sleep(0.02)
    raise RuntimeError("gunicorn has no worker")
