"""A real Chromium, driven by Playwright, with a profile like the recordings'."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.engines.engine import Engine

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# The last such switch counts. Playwright's own turns off more, among it how Chromium follows redirects
# of preflighted requests, which is what is looked at here.
_DISABLED_FEATURES = (
    "--disable-features=HttpsUpgrades,OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch"
)


def missing() -> str:
    """Return why there is no Chromium, empty if there is one."""
    return "" if EXECUTABLE else "Chromium is not installed"


@contextmanager
def chromium(directory: Path, ports: dict[int, int], proxy: int) -> Iterator[Engine[Page]]:
    """Start a Chromium that reaches the servers under the recorded origins."""
    del proxy
    profile = directory / "profile"
    (profile / "Default").mkdir(parents=True)
    # Debian's Chromium blocks third-party cookies unless told otherwise; the recordings allowed them.
    preferences = {"profile": {"cookie_controls_mode": 0}}
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences))
    rules = [f"MAP *:{port} 127.0.0.1:{free}" for port, free in ports.items()]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=EXECUTABLE,
            headless=True,
            ignore_https_errors=True,
            args=["--no-sandbox", f"--host-resolver-rules={', '.join(rules)}", _DISABLED_FEATURES],
        )
        version = context.browser.version if context.browser else playwright.chromium.name
        try:
            yield Engine("chromium", f"Chromium {version}", context.new_page)
        finally:
            context.close()
