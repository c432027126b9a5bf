"""A project as `npm create vue` makes one, with the plugin installed from its packed tarball, in `vite dev`."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.servers import free_port
from tests.devtools.in_page.causes import CAUSES
from tests.devtools.in_page.lab import PageLab, overlay, run, shown
from tests.devtools.in_page.stage import ROOT

WEB = ROOT / "web"
PLUGIN = WEB / "vite-plugin-crossguard"
#: What create-vue writes, as far as a page needs it.
FILES = {
    "package.json": json.dumps(
        {
            "name": "vue-project",
            "version": "0.0.0",
            "private": True,
            "type": "module",
            "scripts": {"dev": "vite", "build": "vite build"},
        }
    ),
    "index.html": '<!DOCTYPE html>\n<html lang="">\n  <head>\n    <meta charset="UTF-8">\n    <link rel="icon" href="data:,">\n'
    '    <title>Vite App</title>\n  </head>\n  <body>\n    <div id="app"></div>\n'
    '    <script type="module" src="/src/main.js"></script>\n  </body>\n</html>\n',
    "src/main.js": "import { createApp } from 'vue'\nimport App from './App.vue'\n\ncreateApp(App).mount('#app')\n",
    "src/App.vue": "<script setup></script>\n\n<template>\n  <h1>You did it!</h1>\n</template>\n",
}
CONFIG = """
import vue from '@vitejs/plugin-vue'
import { crossguard } from 'vite-plugin-crossguard'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [vue(), crossguard({ api: 'API' })] })
"""

pytestmark = pytest.mark.skipif(not (PLUGIN / "dist/page.js").exists(), reason="the plugin is not built")


def npm(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/npm.py"), *words, "--prefix", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    """Make the project in a folder from which Node.js finds Vite and Vue, and install the tarball without a network."""
    folder = Path(tempfile.mkdtemp(dir=WEB, prefix=".project-"))
    try:
        for name, text in FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        packed = subprocess.run(
            [sys.executable, str(ROOT / "tools/npm.py"), "pack", str(PLUGIN), "--pack-destination", str(folder), "--json"],
            capture_output=True, text=True, check=True, timeout=300,
        )  # fmt: skip
        (tarball,) = folder.glob("*.tgz")
        assert "page.js" in packed.stdout
        done = npm(
            "install",
            "--offline",
            "--legacy-peer-deps",
            "--no-audit",
            "--no-fund",
            str(tarball),
            folder=folder,
        )
        assert done.returncode == 0, done.stderr
        assert {path.name for path in (folder / "node_modules/vite-plugin-crossguard").iterdir()} == {
            "dist", "package.json", "README.md",
        }  # fmt: skip
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def dev_server(project: Path, port: int) -> Iterator[None]:
    vite = WEB / "node_modules/vite/bin/vite.js"
    node = Path(sys.prefix) / "node-bin/node"
    command = [str(node), str(vite), "--port", str(port), "--strictPort", "--host", "127.0.0.1"]
    log = project / "vite.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=project, stdout=file, stderr=file, env=os.environ | {"NO_COLOR": "1"}
        )
        try:
            deadline = time.monotonic() + 120
            while True:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(30)


def test_a_vite_project_says_why_in_dev_and_has_nothing_of_it_in_a_build(
    project: Path, page_lab: PageLab, tmp_path: Path
):
    cause = CAUSES[0]
    path = tmp_path / "app.py"
    path.write_text(page_lab.filled(cause.source))
    page_lab.start(path)
    (project / "vite.config.js").write_text(CONFIG.replace("API", page_lab.filled("<API>")))
    # As Flask leaves it beside the project.
    token_file = project / "instance/crossguard-devtools.json"
    token_file.parent.mkdir(exist_ok=True)
    token_file.touch(mode=0o600)
    token_file.write_text(json.dumps({"version": 1, "token": "o" * 43, "prefix": "/_crossguard"}))
    port = free_port()
    with dev_server(project, port), page_lab.visit(f"http://127.0.0.1:{port}") as page:
        page.get_by_role("heading", name="You did it!").wait_for()
        # The API has started anew since the page was opened: the next question brings the new token.
        token_file.write_text(json.dumps({"version": 1, "token": page_lab.token, "prefix": "/_crossguard"}))
        assert not run(page, page_lab.filled(cause.script))
        found = shown(page)
        assert found.code == cause.code
        assert f"http://127.0.0.1:{port}" in found.fix + found.why
        assert overlay(page).count() == 1
        assert page.raised == []
    built = npm("run", "build", folder=project)
    assert built.returncode == 0, built.stdout + built.stderr
    text = "".join(
        file.read_text() for file in (project / "dist").rglob("*") if file.suffix in {".html", ".js"}
    )
    assert "crossguard" not in text
