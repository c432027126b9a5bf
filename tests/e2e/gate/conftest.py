"""A Chromium that finds the servers of these tests under their names."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.e2e.conftest import CHROMIUM
from tests.e2e.gate import scripts
from tests.e2e.gate.world import API, APP, World, running_world


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("gate")) as world:
        yield world


@pytest.fixture
def world(everything: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The servers, with nothing noted yet; every refusal is logged, also the second of its kind in a second."""
    monkeypatch.setattr("crossguard.logs._SECOND", 0.0)
    everything.forget()
    return everything


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, everything: World) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(everything.arguments))
    yield browser
    browser.close()


@pytest.fixture
def person(chromium: Browser) -> Iterator[BrowserContext]:
    """A person's browser, with an empty jar."""
    with closing(new_person(chromium)) as context:
        yield context


@pytest.fixture(scope="module")
def victim(chromium: Browser, everything: World) -> Iterator[BrowserContext]:
    """The browser of somebody who is signed in to the API of the front end, for as long as nobody signs out."""
    with closing(new_person(chromium)) as context:
        page = context.new_page()
        page.goto(f"{APP}/")
        answer = page.evaluate(scripts.FETCH, [f"{API}/auth/sign-in/ann", {"method": "POST"}])
        assert answer["status"] == 200
        yield context


def new_person(chromium: Browser) -> BrowserContext:
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(8000)
    return context


@pytest.fixture
def open_page(victim: BrowserContext):
    """Open a page of an origin in the victim's browser; there is one tab, which is quicker."""

    def open_page(origin: str) -> Page:
        (page,) = victim.pages
        page.goto(f"{origin}/")
        return page

    return open_page
