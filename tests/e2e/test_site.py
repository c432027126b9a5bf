"""The site of the documentation in a browser: search, accessibility, and no other host."""

import functools
import http.server
import socketserver
import threading
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE
from tests.e2e.test_accessibility import RUN
from tools import site as tool

#: The rules of WCAG. Those that axe calls best practice ask for names that the theme does not give.
WCAG = RUN.replace("{", "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], ", 1)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "site"
    tool.build(folder)
    handler = functools.partial(Quiet, directory=str(folder))
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_finds_a_page_by_search_and_asks_one_host(scheme, page: Page, address):
    asked, problems = [], []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/")

    page.get_by_role("button", name="Search").first.click()
    page.keyboard.type("credentials")
    expect(page.get_by_role("option", name="Credentials").first).to_be_visible()

    page.goto(f"{address}/concepts/")
    expect(page.get_by_role("heading", name="Concepts")).to_be_visible()
    page.evaluate(AXE.read_text())
    assert page.evaluate(WCAG) == []
    assert set(asked) == {urlsplit(address).netloc}
    assert problems == []
