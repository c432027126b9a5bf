"""A real Chromium for pages that use an API, with the script of `web/devtools` in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from crossguard.devtools import access
from tests.devtools.in_page.lab import PageLab, page_laboratory
from tests.devtools.in_page.stage import SCRIPT
from tools.chromium import find

# Looked for before anything has started Playwright, which runs once in a process.
CHROMIUM = find()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = ""
    if CHROMIUM is None:
        reason = "no Chromium on this machine (tools/chromium.py --install)"
    elif not SCRIPT.exists():
        reason = "the script is not built (make src/crossguard/devtools/static/page.js)"
    for item in items:
        names = getattr(item, "fixturenames", ())
        if Path(__file__).parent in item.path.parents and {"chromium", "page_lab"} & set(names):
            item.add_marker(pytest.mark.browser)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def token_file() -> None:
    """Keep one token for all pages of a module, unlike the tests around these."""


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
def page_lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageLab]:
    with pytest.MonkeyPatch.context() as patch:
        token_file = tmp_path_factory.mktemp("devtools") / "token.json"
        patch.setattr(access, "_made", [])
        patch.setenv("FLASK_DEBUG", "1")
        patch.setenv("CROSSGUARD_DEVTOOLS_FILE", str(token_file))
        with page_laboratory(chromium, token_file) as lab:
            yield lab
