"""A real Chromium, and the reference application as `make run` starts it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from crossguard.browser import Browser
from crossguard.browser import Page as ModelPage
from crossguard.browser.transports import network
from tests.console.processes import Running
from tools.chromium import find

PASSWORD = "correct-horse-battery"
MEMBER = "mia"
BUILT = Path(__file__).parents[2] / "src/crossguard/console/static/index.html"
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"

# Looked for before anything has started Playwright, which runs once in a process.
CHROMIUM = find()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = ""
    if CHROMIUM is None:
        reason = "no Chromium on this machine (tools/chromium.py --install)"
    elif not BUILT.exists():
        reason = "the front end is not built (make src/crossguard/console/static/index.html)"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The application with two accounts, an administrator and a member."""
    settings = {"CROSSGUARD_ADMIN_PASSWORD": PASSWORD, "CROSSGUARD_SIGN_IN_LIMIT": "1000 per minute"}
    with Running(tmp_path_factory.mktemp("console"), **settings) as running:
        api = f"http://localhost:{running.api_port}"
        front_end = Browser("chromium", send=network()).open(f"http://localhost:{running.web_port}")
        post(front_end, f"{api}/auth/sign-in", {"username": "admin", "password": PASSWORD})
        post(front_end, f"{api}/admin/users", {"username": MEMBER, "password": PASSWORD, "role": "member"})
        yield running


def post(page: ModelPage, url: str, body: dict[str, str]) -> None:
    """Post JSON as the front end does."""
    answer = page.fetch(
        url,
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(body),
        credentials="include",
    )
    assert answer.ok, answer.text()


@pytest.fixture
def web(console: Running) -> str:
    return f"http://localhost:{console.web_port}"


@pytest.fixture
def api(console: Running) -> str:
    return f"http://localhost:{console.api_port}"


@pytest.fixture
def sign_in(page: Page, web: str):
    """Sign in as a person does, and wait for the page behind it."""

    def sign_in(username: str = "admin", path: str = "/") -> Page:
        page.goto(f"{web}{path}")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        return page

    return sign_in


@pytest.fixture
def enter(page: Page, web: str, api: str):
    """Sign in without the form, for tests that are about what lies behind it."""

    def enter(username: str = "admin") -> Page:
        answer = page.context.request.post(
            f"{api}/auth/sign-in", data={"username": username, "password": PASSWORD}, headers={"Origin": web}
        )
        assert answer.ok, answer.text()
        return page

    return enter
