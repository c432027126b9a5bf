"""Take the pictures in docs/images/ of the running application, light and dark.

python tools/screenshots.py
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from crossguard.browser import Browser  # noqa: E402
from crossguard.browser.transports import network  # noqa: E402
from tests.console.processes import Running  # noqa: E402
from tools.chromium import find  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PASSWORD = "correct-horse-battery"
PAGES = {
    "sign-in": (None, "/sign-in", "Sign in"),
    "home": ("admin", "/", "Decisions"),
    "users": ("admin", "/admin/users", "Users"),
    "front-ends": ("admin", "/admin/front-ends", "Front ends"),
    "policies": ("admin", "/admin/policies", "Policies"),
    "cookies": ("admin", "/admin/cookies", "Cookies"),
    "explain": ("admin", "/admin/explain", "Would the browser allow it?"),
    "forbidden": ("mia", "/admin/users", "Administrators only"),
}
FRONT_ENDS = {
    "https://shop.flowers.example": "Customer 17, flowers",
    "http://localhost:6006": "Component workshop on a developer's machine",
    "http://localhost:3000": "The next shop, not public yet",
}


def fill(running: Running) -> None:
    """Make accounts, and requests that are worth looking at."""
    api, web = f"http://localhost:{running.api_port}", f"http://localhost:{running.web_port}"
    model = Browser("chromium", send=network())
    page = model.open(web)

    def post(path: str, body: dict[str, str]) -> None:
        page.fetch(
            api + path,
            method="POST",
            headers={"Content-Type": "application/json"},
            body=json.dumps(body),
            credentials="include",
        )

    post("/auth/sign-in", {"username": "admin", "password": PASSWORD})
    for name, role in (("mia", "member"), ("sam.ortiz", "member"), ("noor", "admin")):
        post("/admin/users", {"username": name, "password": PASSWORD, "role": role})
    for origin, label in FRONT_ENDS.items():
        post("/admin/front-ends", {"origin": origin, "label": label})
    for stranger in ("https://app.example.com.evil.test", f"http://127.0.0.1:{running.web_port}"):
        for path in ("/api/me", "/admin/users"):
            model.open(stranger).verdict(api + path, credentials="include")
        model.open(stranger).submit_form(f"{api}/auth/sign-out", [])
    page.verdict(f"{api}/api/me", method="PATCH", headers={"X-Trace": "1"}, credentials="include")


@contextmanager
def signed_in(chromium: Chromium, running: Running, who: str | None, scheme: str) -> Iterator[Page]:
    """Open a page of somebody, as wide as a laptop, with the colours of *scheme*."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 860}, color_scheme="dark" if scheme == "dark" else "light"
    )
    if who is not None:
        context.request.post(
            f"http://localhost:{running.api_port}/auth/sign-in",
            data={"username": who, "password": PASSWORD},
            headers={"Origin": f"http://localhost:{running.web_port}"},
        )
    try:
        yield context.new_page()
    finally:
        context.close()


def picture(page: Page, name: str) -> None:
    if name == "home":
        page.set_viewport_size({"width": 1280, "height": 1220})
        refused = page.get_by_role("region", name="Refused in the last 24 hours").get_by_role("listitem")
        refused.filter(has_text="http://127.0.0.1").filter(has_text="/admin/users").get_by_text("Why").click()
    if name == "explain":
        page.get_by_label("Origin").first.fill("http://127.0.0.1:8080")
        page.get_by_label("URL").first.fill("/api/me")
        page.get_by_role("button", name="Explain").first.click()
        page.wait_for_timeout(800)
    page.wait_for_timeout(600)


def main() -> int:
    path = find()
    if path is None:
        sys.stderr.write("No Chromium: run `python tools/chromium.py --install` first.\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    settings = {"CROSSGUARD_ADMIN_PASSWORD": PASSWORD, "CROSSGUARD_SIGN_IN_LIMIT": "1000 per minute"}
    with (
        tempfile.TemporaryDirectory() as folder,
        Running(Path(folder), **settings) as running,
        sync_playwright() as playwright,
    ):
        fill(running)
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for name, (who, route, heading) in PAGES.items():
                with signed_in(chromium, running, who, scheme) as page:
                    page.goto(f"http://localhost:{running.web_port}{route}")
                    page.get_by_role("heading", name=heading).first.wait_for()
                    picture(page, name)
                    page.screenshot(path=IMAGES / f"{name}-{scheme}.png")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
