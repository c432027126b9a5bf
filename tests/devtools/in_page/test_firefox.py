"""The same in a real Firefox: the overlay names the cause, and the script changes no outcome."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.engines import firefox
from tests.cli.servers import answering, serving
from tests.devtools.in_page.causes import CAUSES, Cause
from tests.devtools.in_page.lab import RUN, PageLab, page_laboratory
from tests.devtools.in_page.stage import Pages
from tests.devtools.in_page.test_changes_nothing import CALLS, Api, echo
from tests.devtools.in_page.test_changes_nothing import RUN as CALL

pytestmark = [
    pytest.mark.firefox,
    pytest.mark.skipif(firefox.EXECUTABLE is None, reason=firefox.missing() or "Firefox is there"),
]

SHOWN = """
async () => {
  const until = performance.now() + 30000
  for (;;) {
    const root = document.querySelector('crossguard-overlay')?.shadowRoot
    const code = root?.querySelector('.code-name')?.textContent
    if (code) return [code.split(' ')[0], root.querySelector('#why').textContent, root.querySelector('.code pre')?.textContent ?? '']
    if (performance.now() > until) return ['', 'nothing was shown', '']
    await new Promise(done => setTimeout(done, 50))
  }
}
"""
#: What needs names of hosts that only the Chromium of these tests resolves.
HERE = [cause for cause in CAUSES if "<NAMED" not in cause.script]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[firefox.Connection]:
    folder = tmp_path_factory.mktemp("firefox")
    profile, log = folder / "profile", folder / "log.txt"
    profile.mkdir()
    preferences = {
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.page": 0,
        "datareporting.policy.dataSubmissionEnabled": False,
        "app.update.auto": False,
    }
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [str(firefox.EXECUTABLE), "--headless", "--no-remote", "--remote-debugging-port=0"]
    with (
        log.open("w") as output,
        subprocess.Popen([*command, "--profile", str(profile)], stdout=output, stderr=output) as process,
    ):
        try:
            connection = firefox.Connection(firefox._address(log, process))
            yield connection
            connection.close()
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageLab]:
    from crossguard.devtools import access

    with pytest.MonkeyPatch.context() as patch:
        file = tmp_path_factory.mktemp("devtools") / "token.json"
        patch.setattr(access, "_made", [])
        patch.setenv("FLASK_DEBUG", "1")
        patch.setenv("CROSSGUARD_DEVTOOLS_FILE", str(file))
        with page_laboratory(None, file) as lab:
            yield lab


@pytest.mark.parametrize("cause", HERE, ids=[cause.name for cause in HERE])
def test_the_overlay_names_the_cause_in_firefox(
    cause: Cause, lab: PageLab, started: firefox.Connection, tmp_path: Path
):
    path = tmp_path / "app.py"
    path.write_text(lab.filled(cause.source))
    lab.start(path, cause.api)
    tab = firefox.Tab(started)
    try:
        tab.goto(lab.filled(cause.page) + f"/?{time.monotonic()}")
        assert not tab.evaluate(RUN.format(lab.filled(cause.script))), "it is not broken"
        code, why, fix = tab.evaluate(SHOWN)
        assert code == cause.code, why
        assert lab.filled(cause.fix) in fix
    finally:
        tab.close()


def test_the_script_changes_no_outcome_in_firefox(started: firefox.Connection):
    pages, found = Pages(), {}
    with serving(Api()) as api, serving(pages) as web, answering(echo) as sockets:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            nothing = taken.getsockname()[1]
        address = f"http://localhost:{api}"
        words = [address, f"http://127.0.0.1:{nothing}/", f"ws://127.0.0.1:{sockets}"]
        tag = f'<script src="/page.js" data-api="{address}" data-token="none"></script>'
        for name, pages.tag in {"without": "", "with": tag}.items():
            tab = firefox.Tab(started)
            tab.goto(f"http://localhost:{web}/")
            found[name] = {
                call: json.loads(tab.evaluate(CALL, [code, *words])) for call, code in CALLS.items()
            }
            tab.close()
    assert found["with"] == found["without"]
