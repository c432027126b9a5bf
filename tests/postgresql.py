"""A PostgreSQL server of the tests' own, on a Unix socket, where one can be started."""

import getpass
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

#: Seconds, on a machine that does much else.
TIMEOUT = 180


class PostgresqlServer:
    """A server and its folder, which holds the data and the socket."""

    def __init__(self, programs: Path, home: Path, options: dict[str, Any]) -> None:
        self.home = home
        self._programs = programs
        self._options = options
        self._numbers = itertools.count(1)

    def initialise(self) -> None:
        """Make the data. Skips the test where that fails."""
        arguments = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        made = self._run("initdb", *arguments, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"initdb failed: {made.stderr.strip()}")

    def start(self) -> bool:
        """Start the server, and wait until it answers."""
        options = f"-k {self.home} -c listen_addresses='' -c fsync=off"
        arguments = ("-w", "-t", "120", "-l", self.home / "log", "-o", options, "start")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return self._run("pg_ctl", *arguments, **quiet).returncode == 0

    def stop(self) -> None:
        """Stop the server as if it had crashed."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop", stdout=subprocess.DEVNULL)

    def url(self, database: str) -> str:
        """Return the URL of a database as SQLAlchemy reads it."""
        return f"postgresql+psycopg://tester@/{database}?host={self.home}"

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        import psycopg

        name = f"db{next(self._numbers)}"
        with psycopg.connect(f"host={self.home} user=tester dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def processes(self) -> list[int]:
        """Return the ids of the server's processes, to stop them for a while."""
        first = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=False
        )
        return [first, *map(int, listed.stdout.split())]

    def _run(self, program: str, *arguments: object, **how: Any) -> subprocess.CompletedProcess[Any]:
        command = [str(part) for part in (self._programs / program, "-D", self.home / "data", *arguments)]
        environment = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
        return subprocess.run(
            command, cwd=self.home, env=environment, timeout=TIMEOUT, check=False, **self._options, **how
        )


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Run a server until the end of the block. Skips the test where there is none to run."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    folder = _programs()
    if folder is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    user = _owner()
    if user is None:
        pytest.skip("there is no user that a PostgreSQL server may run as")
    # Not pytest's own folder, which only its owner may enter; and a socket's path may have 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        shutil.chown(home, user)
        server = PostgresqlServer(folder, home, {"user": user} if os.geteuid() == 0 else {})
        server.initialise()
        try:
            if not server.start():
                pytest.skip("the PostgreSQL server did not start")
            yield server
        finally:
            # Also one that was not waited for any longer: it may be about to start.
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs; Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def _owner() -> str | None:
    """Return who the server runs as; it refuses to run as the superuser."""
    if os.geteuid() != 0:
        return getpass.getuser()
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None
