"""One real Chromium, one API server and one server of pages for all broken applications."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.broken.lab import Lab, laboratory
from tools.chromium import find

# Looked for before anything has started Playwright, which runs once in a process.
CHROMIUM = find()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium (tools/chromium.py --install)"))


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, for which every name under .test is this machine."""
    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
        "--host-resolver-rules=MAP *.test 127.0.0.1",
    ]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def lab(chromium: Browser) -> Iterator[Lab]:
    with laboratory(chromium) as lab:
        yield lab
