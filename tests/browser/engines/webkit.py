"""A real WebKitGTK, in a process of its own, with the settings of the recordings."""

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.browser.engines.engine import Engine

WINDOW = Path(__file__).with_name("webkit_window.py")
_HAS_BINDINGS = "import gi; gi.require_version('WebKit2', '4.1'); gi.require_version('Gtk', '3.0')"


@cache
def _python() -> str | None:
    """Return a Python that has the bindings; apt installs them for the system's own only."""
    for python in (sys.executable, "/usr/bin/python3"):
        if Path(python).exists():
            done = subprocess.run([python, "-c", _HAS_BINDINGS], capture_output=True, check=False, timeout=60)
            if done.returncode == 0:
                return python
    return None


def missing() -> str:
    """Return why there is no WebKitGTK, empty if there is one."""
    if shutil.which("xvfb-run") and _python():
        return ""
    return "WebKitGTK is not installed: apt-get install gir1.2-webkit2-4.1 python3-gi xvfb"


class Tab:
    """A view of WebKitGTK."""

    _numbers = itertools.count(1)

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._number = next(self._numbers)

    def goto(self, url: str) -> None:
        self._ask(do="open", url=url)

    def evaluate(self, function: str, argument: Any = None) -> Any:
        return self._ask(do="call", function=function, argument=argument)

    def close(self) -> None:
        self._ask(do="close")

    def _ask(self, **command: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"tab": self._number, **command}) + "\n")
        self._process.stdin.flush()
        return _answer(self._process)


def _answer(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("WebKitGTK ended")
    answer = json.loads(line)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["ok"]


@contextmanager
def webkit(
    directory: Path, ports: dict[int, int], proxy: int, *, allow: bool = False
) -> Iterator[Engine[Tab]]:
    """Start a WebKitGTK that reaches the servers under the recorded origins."""
    del ports
    name = "webkit-allow-third-party" if allow else "webkit"
    folder = directory / name
    folder.mkdir()
    command = ["xvfb-run", "-a", str(_python()), str(WINDOW), str(proxy), str(folder)]
    command += ["--allow-third-party"] if allow else []
    with (
        (directory / f"{name}.log").open("w") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            version = _answer(process)
            yield Engine(name, f"WebKitGTK {version}", lambda: Tab(process))
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
