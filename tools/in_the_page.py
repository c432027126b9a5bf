"""Take the pictures of the overlay in docs/images/: a shop whose page is refused, light and dark.

python tools/in_the_page.py
"""

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Literal

from flask import Flask
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from crossguard.flask import CORS  # noqa: E402
from tests.cli.servers import serving  # noqa: E402
from tests.devtools.in_page.lab import read_token  # noqa: E402
from tests.devtools.in_page.stage import Pages  # noqa: E402
from tools.chromium import find  # noqa: E402

IMAGES = ROOT / "docs" / "images"
BODY = """
<style>
  :root { color-scheme: light dark; font: 16px/1.6 'Liberation Sans', sans-serif }
  body { margin: 2rem 3rem }
  li { margin: .5rem 0; height: 1.4rem; width: 22rem; border-radius: 4px; background: #8883 }
</style>
<h1>Orders</h1><p>The orders could not be loaded: TypeError: Failed to fetch</p><ul><li><li><li><li></ul>
"""


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FETCH = "() => fetch('http://localhost:5000/api/orders', {credentials: 'include'}).catch(() => null)"


def shop() -> Flask:
    """Return an API that lists another port than the one of its page."""
    app = Flask("shop")
    app.debug = True
    CORS(app, origins=["http://localhost:3000"], supports_credentials=True)
    app.add_url_rule("/api/orders", view_func=lambda: {"orders": []}, methods=["GET", "PUT"])
    return app


def main() -> int:
    logging.getLogger("crossguard").setLevel(logging.ERROR)
    chromium = find()
    if chromium is None:
        sys.stderr.write("No Chromium: run `python tools/chromium.py --install` first.\n")
        return 1
    pages = Pages()
    pages.body = BODY
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "token.json"
        os.environ["CROSSGUARD_DEVTOOLS_FILE"] = str(file)
        token = read_token(file)
        pages.tag = f'<script src="http://localhost:5000/_crossguard/page.js?token={token}"></script>'
        with serving(shop()) as api, serving(pages) as web, sync_playwright() as playwright:
            rules = f"MAP localhost:5000 127.0.0.1:{api}, MAP localhost:8080 127.0.0.1:{web}"
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
            )
            for scheme in SCHEMES:
                page = browser.new_page(
                    viewport={"width": 1040, "height": 560},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page.goto("http://localhost:8080/")
                page.evaluate(FETCH)
                page.get_by_role("dialog").wait_for()
                page.screenshot(path=IMAGES / f"in-the-page-{scheme}.png")
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
