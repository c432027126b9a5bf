"""The terminal sessions of docs/commands.md and docs/edge.md, run for real.

``python -m tests.commands.page`` writes what the commands print now into the pages.
"""

import importlib.util
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli.servers import serving
from tests.docs.markdown import ROOT, Block, blocks

PAGE = ROOT / "docs" / "commands.md"
EDGE = ROOT / "docs" / "edge.md"
#: The port that the page shows; another of as many digits is used, so that lines break where they do there.
SHOWN_PORT = 5000

_SESSION = re.compile(r"(```console\n)(.*?)(```\n)", re.DOTALL)
_PROGRAMS = {"flask": ["-m", "flask"], "crossguard": ["-m", "crossguard"]}


def free_port() -> int:
    for port in range(5001, 9999):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port of four digits is free")


def make_folder(folder: Path, page: Path = PAGE) -> None:
    """Write the files that the page shows."""
    for block in blocks(page):
        if name := block.value("file"):
            (folder / name).write_text(block.text)


def commands(session: str) -> list[str]:
    return re.findall(r"^\$ (.*)$", session, re.MULTILINE)


class Shell:
    """Runs the commands of a reader in one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._code = 0

    def session(self, text: str) -> str:
        """Return the session *text* with what its commands print."""
        return "".join(f"$ {line}\n{self.run(line)}" for line in commands(text))

    def run(self, line: str) -> str:
        if line == "echo $?":
            return f"{self._code}\n"
        through_network = line.startswith("crossguard")
        # Only what goes through the network needs a port of this machine.
        asked = line.replace(f":{SHOWN_PORT}", f":{self._port}") if through_network else line
        program, *words = shlex.split(asked)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FLASK")}
        done = subprocess.run(
            [sys.executable, "-W", "error", *_PROGRAMS[program], *words],
            cwd=self._folder,
            env=kept | {"PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=False,
        )
        assert done.stderr == "", done.stderr
        self._code = done.returncode
        return done.stdout.replace(f":{self._port}", f":{SHOWN_PORT}") if through_network else done.stdout


@contextmanager
def shell(page: Path = PAGE) -> Iterator[Shell]:
    """Make the page's folder and serve its application."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        make_folder(folder, page)
        spec = importlib.util.spec_from_file_location("app_of_the_page", folder / "app.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with serving(module.app, port=free_port()) as port:
            yield Shell(folder, port)


def sessions(page: Path = PAGE) -> list[Block]:
    return [block for block in blocks(page) if block.language == "console"]


def refreshed(page: Path) -> str:
    """Return the page with what its commands print now."""
    text = page.read_text("utf-8")
    with shell(page) as running:
        return _SESSION.sub(lambda match: match[1] + running.session(match[2]) + match[3], text)


if __name__ == "__main__":
    for path in (PAGE, EDGE):
        path.write_text(refreshed(path), "utf-8")
