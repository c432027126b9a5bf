"""Follows a page to the letter: its files are saved, and its commands typed into terminals."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.docs.markdown import Block

#: The commands that serve until they are stopped. A test takes free ports; the browser believes the page's.
API_PORT, PAGE_PORT = 5000, 8080
SECONDS = 300


def write(folder: Path, block: Block) -> None:
    """Save a block as its file, or make the change that it shows."""
    file = folder / block.value("file")
    if block.language == "diff":
        text = file.read_text("utf-8")
        old, new = ("".join(re.findall(rf"^\{sign}(.*\n)", block.text, re.MULTILINE)) for sign in "-+")
        assert text.count(old) == 1, f"{block} changes what is not there"
        file.write_text(text.replace(old, new), "utf-8")
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, "utf-8")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def typed_lines(page: list[Block]) -> int:
    """Return how many lines a reader types: of commands, of files, and those that a change adds."""
    lines = [
        line
        for block in page
        if block.language == "sh" or block.value("file")
        for line in block.text.splitlines()
        if line.strip() and not (block.language == "diff" and line.startswith("-"))
    ]
    return len(lines)


class Terminal:
    """A shell that is given one line after the other."""

    def __init__(self, folder: Path, environment: dict[str, str], log: Path) -> None:
        self.log = log
        self._ended = 0
        with log.open("wb") as file:
            self._shell = subprocess.Popen(
                ["bash", "--norc", "--noprofile"],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=file,
                # A group of its own, to be ended as a whole: a server in debug is two processes.
                start_new_session=True,
            )

    def run(self, line: str) -> None:
        """Type *line* and wait for its end. A status that says no is a mistake of the page."""
        self._ended += 1
        self._type(f"{line}\necho ended-{self._ended} $?")
        found = self.wait_for(rf"^ended-{self._ended} (\d+)$")
        # `flask cors` ends in 1 when it has found something to look at.
        assert found == "0" or (found == "1" and line.startswith("flask cors ")), (line, self.printed())

    def serve(self, line: str, port: int) -> None:
        """Type *line*, which serves, and wait until it does."""
        self._type(line)
        for _ in range(SECONDS * 10):
            assert self._shell.poll() is None, self.printed()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.1)
        raise AssertionError(self.printed())

    def wait_for(self, pattern: str) -> str:
        """Wait until *pattern* is printed; return its group, or all of it."""
        for _ in range(SECONDS * 10):
            if found := re.search(pattern, self.printed(), re.MULTILINE):
                return found[found.lastindex or 0]
            time.sleep(0.1)
        raise AssertionError(self.printed())

    def printed(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()

    def _type(self, text: str) -> None:
        assert self._shell.stdin
        self._shell.stdin.write(f"{text}\n".encode())
        self._shell.stdin.flush()


class Walk:
    """One reader with an empty folder, who does what pages say."""

    def __init__(self, folder: Path, environment: dict[str, str], *, leave_out: str = "") -> None:
        """Begin; lines that match *leave_out* are not typed."""
        self._folder = folder
        self._leave_out = leave_out
        self.ports = {API_PORT: free_port(), PAGE_PORT: free_port()}
        # What `flask run` reads instead of --port, so that the command is that of the page.
        self._environment = environment | {
            "FLASK_RUN_PORT": str(self.ports[API_PORT]),
            "PYTHONUNBUFFERED": "1",
            # A page that forgets to activate its environment fills no other one.
            "PIP_REQUIRE_VIRTUALENV": "1",
        }
        self._terminals: list[Terminal] = []
        self.servers: dict[int, Terminal] = {}
        #: Where files are saved: the folder that the page has changed to.
        self.here = folder

    def follow(self, page: list[Block]) -> None:
        """Do what each block says, in order."""
        terminals: dict[str, Terminal] = {}
        for block in page:
            if block.language == "sh":
                name = block.value("terminal")
                if name not in terminals:
                    terminals[name] = self._open()
                for line in block.text.splitlines():
                    self._type(terminals[name], line)
            elif block.value("file"):
                write(self.here, block)

    def close(self) -> None:
        for terminal in self._terminals:
            terminal.close()

    def _open(self) -> Terminal:
        log = self._folder.parent / f"terminal-{len(self._terminals)}.log"
        self._terminals.append(Terminal(self.here, self._environment, log))
        return self._terminals[-1]

    def _type(self, terminal: Terminal, line: str) -> None:
        if self._leave_out and re.match(self._leave_out, line):
            return
        if line.startswith("flask run"):
            self._serve(terminal, line, API_PORT)
        elif "http.server" in line:
            assert str(PAGE_PORT) in line
            self._serve(terminal, line.replace(str(PAGE_PORT), str(self.ports[PAGE_PORT])), PAGE_PORT)
        else:
            assert terminal not in self.servers.values(), f"the page has no terminal left for {line}"
            terminal.run(line)
            if line.startswith("cd "):
                self.here = self.here / line.removeprefix("cd ")

    def _serve(self, terminal: Terminal, line: str, port: int) -> None:
        self.servers[port] = terminal
        terminal.serve(line, self.ports[port])


@contextlib.contextmanager
def walking(folder: Path, environment: dict[str, str], *, leave_out: str = "") -> Iterator[Walk]:
    """Give a reader in the empty *folder*, and stop what the reader has started."""
    walk = Walk(folder, environment, leave_out=leave_out)
    try:
        yield walk
    finally:
        walk.close()
