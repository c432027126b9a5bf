"""An API in debug, pages on other origins with its script, and what the script shows of a page."""

import json
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.broken.lab import Api, Lab, Told
from tests.broken.lab import load as load_application
from tests.cli.servers import serving
from tests.devtools.in_page.stage import Pages

#: Runs the page's own code, and says whether all was as it should be.
RUN = "async code => {{ try {{ return Boolean(await (async () => {{ {} }})()) }} catch {{ return false }} }}"
PATIENCE = 30_000
#: Long enough for a question and its answer; a slow machine lets a test pass that should fail, and never the other way.
SETTLED = 700


@dataclass
class Shown:
    """What a page shows of a cause."""

    code: str
    why: str
    fix: str
    console: str
    milliseconds: float

    @property
    def told(self) -> Told:
        return Told(self.code, "", self.why, self.fix)


@dataclass
class PageLab(Lab):
    """As the laboratory of :mod:`tests.broken`, with pages that have the script."""

    pages: Pages = field(default_factory=Pages)
    token: str = ""
    nothing: int = 0

    @property
    def names(self) -> dict[str, str]:
        return {
            **super().names,
            "API-AS-HTTPS": f"https://localhost:{self.api_port}",
            "NAMED-API": f"http://api.example.test:{self.api_port}",
            "NAMED": f"http://app.example.test:{self.page_port}",
            "NOTHING": f"http://localhost:{self.nothing}",
        }

    def start(self, path: Path, api: str = "<API>") -> None:
        """Serve the application in *path*, and have pages with its script."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.api_server.app = load_application(path)
        self.api_server.preflights = 0
        self.pages.tag = self.tag(api)

    def tag(self, api: str = "<API>") -> str:
        """Return the script tag that the printed address leads to."""
        return f'<script src="{self.filled(api)}/_crossguard/page.js?token={self.token}"></script>'

    def served_tag(self, api: str = "<API>", token: str | None = None) -> str:
        """Return the tag of a dev server, which serves the script itself."""
        shown = self.token if token is None else token
        return f'<script src="/page.js" data-api="{self.filled(api)}" data-token="{shown}"></script>'

    @contextmanager
    def visit(
        self, origin: str, prepare: Callable[[BrowserContext], None] = lambda _: None
    ) -> Iterator[Page]:
        """Open a page in a browser without a past."""
        context = self.chromium.new_context(ignore_https_errors=True)
        context.set_default_timeout(PATIENCE)
        try:
            prepare(context)
            page = context.new_page()
            page.said = []
            page.on("console", lambda message: page.said.append(message.text))
            page.raised = []
            page.on("pageerror", lambda error: page.raised.append(str(error)))
            page.goto(self.filled(origin))
            yield page
        finally:
            context.close()


def run(page: Page, script: str) -> bool:
    """Run the page's own code."""
    return bool(page.evaluate(RUN.format(script)))


def overlay(page: Any) -> Locator:
    """Return the panel; the shadow root is open, so that it is found."""
    found: Locator = page.get_by_role("dialog").filter(has=page.locator(".code-name"))
    return found


def shown(page: Any, *, since: float = 0) -> Shown:
    """Wait for the overlay, and return what it shows."""
    panel = overlay(page)
    panel.wait_for()
    after = page.evaluate("performance.now()") - since
    fix = panel.locator(".code pre")
    code = panel.locator(".code-name").inner_text().split()[0]
    why = panel.locator("#why").inner_text()
    return Shown(
        code=code,
        why=why,
        fix=fix.first.inner_text() if fix.count() else "",
        console="\n".join(getattr(page, "said", [])),
        milliseconds=after,
    )


@contextmanager
def page_laboratory(chromium: Browser, folder: Path) -> Iterator[PageLab]:
    pages, api = Pages(), Api()
    with serving(api) as api_port, serving(pages) as page_port, serving(pages) as other_port:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            nothing = taken.getsockname()[1]
        yield PageLab(chromium, api, api_port, page_port, other_port, pages, read_token(folder), nothing)


def read_token(file: Path) -> str:
    """Start an application in debug, as any does, and read the file that it leaves for the Vite plugin."""
    from flask import Flask

    from crossguard.flask import CORS

    app = Flask("first")
    CORS(app)
    app.debug = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app.test_client().get("/")
    token: str = json.loads(file.read_text())["token"]
    return token
