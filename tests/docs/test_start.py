"""The start page, and the way from Flask-CORS, followed to the letter up to a signed-in page in a browser."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crossguard.flask import CORS
from tests.docs.markdown import ROOT, Block, blocks
from tests.docs.walking import API_PORT, PAGE_PORT, Walk, typed_lines, walking

START = ROOT / "docs" / "start.md"
FROM_FLASK_CORS = ROOT / "docs" / "coming-from-flask-cors.md"
#: What makes and fills an environment: left out where this one is used, which has everything.
INSTALLING = r"python3 -m venv |\. \.venv/|pip "
TEN_MINUTES = 600


def move() -> list[Block]:
    """Return the blocks of the guide that move an application with the command."""
    lines = FROM_FLASK_CORS.read_text("utf-8").splitlines()
    first, last = lines.index("## With a command"), lines.index("## By hand, in five steps")
    return [block for block in blocks(FROM_FLASK_CORS) if first < block.line < last]


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel that stands for the one on the index."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(params=["as-it-is", pytest.param("new", marks=pytest.mark.recipes)])
def reader(request, tmp_path):
    """Give a reader in an empty folder: in this environment, or with a new one that pip fills."""
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VIRTUAL_ENV", "PYTHON", "FLASK", "COV_"))
    }
    if request.param == "new":
        found = Path(sys.base_prefix) / "bin"
        environment["PIP_FIND_LINKS"] = str(request.getfixturevalue("dist"))
        leave_out = ""
    else:
        found, leave_out = Path(sys.executable).parent, INSTALLING
    environment["PATH"] = f"{found}{os.pathsep}{os.environ['PATH']}"
    with walking(folder, environment, leave_out=leave_out) as walk:
        yield walk


def browser_of(walk: Walk, playwright):
    """Start a Chromium to which the ports are those that the page says."""
    rules = ", ".join(
        f"MAP {host}:{port} 127.0.0.1:{taken}"
        for port, taken in walk.ports.items()
        for host in ("localhost", "127.0.0.1")
    )
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    arguments = ["--no-sandbox", f"--host-resolver-rules={rules}"]
    return playwright.chromium.launch(executable_path=chromium, args=arguments)


def sign_in(page) -> None:
    """Do what the page says of its button."""

    def expect(text: str) -> None:
        page.wait_for_function(
            "text => document.querySelector('output').value === text", arg=text, timeout=60_000
        )

    page.goto(f"http://localhost:{PAGE_PORT}/")
    expect("Signed out.")
    page.get_by_role("button", name="Sign in").click()
    expect("Signed in as ada.")
    page.reload()
    expect("Signed in as ada.")


@pytest.mark.browser
def test_the_start_page_ends_with_a_signed_in_page(reader, playwright):
    began = time.monotonic()
    reader.follow(blocks(START))
    browser = browser_of(reader, playwright)
    try:
        sign_in(browser.new_page())
        assert time.monotonic() - began < TEN_MINUTES
        # Broken on purpose, as the page says.
        other = browser.new_page()
        other.goto(f"http://127.0.0.1:{PAGE_PORT}/")
        (shown,) = [block for block in blocks(START) if "log" in block.words]
        reader.servers[API_PORT].wait_for(f"^{re.escape(shown.text.strip())}$")
        assert other.locator("output").text_content() == "Signed out."
    finally:
        browser.close()


@pytest.mark.browser
def test_the_way_from_flask_cors_ends_with_the_same_page(reader, playwright):
    began = time.monotonic()
    # The application that is there: with Flask-CORS, and in an environment if there is to be one.
    before = next(block for block in blocks(START) if block.language == "sh")
    page = [
        block
        for block in blocks(START)
        if block.value("file") == "page/index.html" or block.value("terminal") == "2"
    ]
    reader.follow([with_flask_cors(before), *move(), *page])
    browser = browser_of(reader, playwright)
    try:
        sign_in(browser.new_page())
    finally:
        browser.close()
    assert time.monotonic() - began < TEN_MINUTES
    moved = (reader.here / "app.py").read_text("utf-8")
    assert moved.count("crossguard") == 1
    assert "flask_cors" not in moved
    assert "was refused" not in reader.servers[API_PORT].printed()


def with_flask_cors(block: Block) -> Block:
    """Return the commands that install, as they were for Flask-CORS."""
    text = block.text.replace('"crossguard[flask]"', "flask flask-cors")
    assert text != block.text
    return Block(block.page, block.line, block.language, block.words, text)


def test_a_reader_types_at_most_forty_lines():
    count = typed_lines(blocks(START))
    assert count <= 40
    assert f"You type {count} lines" in START.read_text("utf-8")
    # Of the move, what is typed beside the application that is there.
    assert typed_lines([block for block in move() if block.language != "python"]) <= 40


def test_the_application_that_is_moved_becomes_that_of_the_start_page():
    (start,) = [block.text for block in blocks(START) if block.value("file") == "app.py"]
    (old,) = [block.text for block in move() if block.language == "python"]
    changed = old.replace("flask_cors", CORS.__module__.rpartition(".")[0]).replace(
        "CORS(app, supp", 'CORS(app, origins=["http://localhost:8080"], supp'
    )
    assert [line for line in changed.splitlines() if line] == [line for line in start.splitlines() if line]
