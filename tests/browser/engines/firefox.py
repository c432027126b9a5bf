"""A real Firefox, driven by WebDriver BiDi, with a profile as the recordings'."""

import itertools
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

from tests.browser.engines.engine import Engine

EXECUTABLE = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)

#: Seconds for the start, and for one command.
PATIENCE = 90

_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def missing() -> str:
    """Return why there is no Firefox, empty if there is one."""
    return "" if EXECUTABLE else "Firefox is not installed: apt-get install firefox-esr"


class Tab:
    """A tab of Firefox."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._context = connection.call("browsingContext.create", type="tab")["context"]

    def goto(self, url: str) -> None:
        self._connection.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a function of JavaScript; argument and result travel as JSON."""
        answer = self._connection.call(
            "script.callFunction",
            functionDeclaration=f"async (text) => JSON.stringify(await ({function})(JSON.parse(text))) ?? 'null'",
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def close(self) -> None:
        self._connection.call("browsingContext.close", context=self._context)


class Connection:
    """A session of WebDriver BiDi: commands and their answers; events are passed over."""

    def __init__(self, url: str) -> None:
        self._socket = websocket.create_connection(f"{url}/session", timeout=PATIENCE, suppress_origin=True)
        self._numbers = itertools.count(1)
        started = self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.version = started["capabilities"]["browserVersion"]

    def call(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def close(self) -> None:
        self._socket.close()


@contextmanager
def firefox(directory: Path, ports: dict[int, int], proxy: int) -> Iterator[Engine[Tab]]:
    """Start a Firefox that reaches the servers under the recorded origins."""
    del ports
    profile, log = directory / "firefox", directory / "firefox.log"
    profile.mkdir()
    preferences = {
        "network.proxy.type": 1,
        "network.proxy.socks": "127.0.0.1",
        "network.proxy.socks_port": proxy,
        "network.proxy.socks_version": 5,
        "network.proxy.socks_remote_dns": True,
        "network.proxy.allow_hijacking_localhost": True,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "network.dns.disablePrefetch": True,
        "network.stricttransportsecurity.preloadlist": False,
        "dom.security.https_first": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.page": 0,
        "datareporting.policy.dataSubmissionEnabled": False,
        "app.update.auto": False,
        "remote.prefs.recommended": False,
    }
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [
        str(EXECUTABLE),
        "--headless",
        "--no-remote",
        "--remote-debugging-port=0",
        "--profile",
        str(profile),
    ]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            connection = Connection(_address(log, process))
            yield Engine("firefox", f"Firefox {connection.version}", lambda: Tab(connection))
            connection.close()
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = _LISTENING.search(log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"Firefox did not start: {log.read_text(errors='replace')[-500:]}")
