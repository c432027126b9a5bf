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


#: Pages of each kind: the first, samples, long tables, pictures, generated ones, recipes, files.
SHOWN = (
    "",
    "start/",
    "should-i-use-cors/",
    "protocol/",
    "reference/",
    "benchmarks/",
    "agents/",
    "recipes/",
    "recipes/vue/",
    "examples/login/",
    "project/changes/",
)


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
    assert set(asked) == {urlsplit(address).netloc}
    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_what_axe_objects_to(scheme, page: Page, address):
    page.emulate_media(color_scheme=scheme)
    found = {}
    for place in SHOWN:
        page.goto(f"{address}/{place}")
        page.evaluate(AXE.read_text())
        found[place] = page.evaluate(WCAG)
    assert {place: problems for place, problems in found.items() if problems} == {}


def test_the_site_is_dark_where_the_reader_is_and_can_be_switched(page: Page, address):
    def brightness() -> int:
        return page.evaluate(
            "Math.max(...getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3))"
        )

    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/start/")
    assert brightness() < 80
    page.get_by_title("Light").click()
    page.wait_for_function("document.body.dataset.mdColorScheme === 'default'")
    assert brightness() > 180
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/concepts/")
    assert brightness() > 180


def test_a_block_of_code_is_copied_by_its_button(page: Page, address, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/start/")

    block = page.locator(".highlight").filter(has_text="from crossguard.flask import CORS").first
    block.hover()
    block.get_by_role("button").click()

    page.wait_for_function(
        "navigator.clipboard.readText().then((text) => text.includes('CORS(app, origins='))"
    )
    blocks = page.locator(".highlight").count()
    assert page.locator(".highlight").get_by_role("button").count() == blocks
