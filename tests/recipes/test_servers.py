"""What a server and a proxy of production do with the recipes, each started from the page's own files."""

import contextlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket

from tests.docs.markdown import ROOT, blocks
from tests.gate.serving import certificate, free_port, served
from tests.gate.test_nginx import unverified
from tests.recipes.pages import files, run, save

SHOULD_I = ROOT / "docs" / "should-i-use-cors.md"
API, APP, EVIL = "https://api.example.com", "https://app.example.com", "https://evil.example"


@contextlib.contextmanager
def process(command: list[str], folder: Path, port: int, **variables: str) -> Iterator[Path]:
    """Run *command* in *folder* until the block ends; yields its log, once *port* is open."""
    log = folder / "log.txt"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    with log.open("wb") as file:
        running = subprocess.Popen(command, cwd=folder, env=kept | variables, stdout=file, stderr=file)
        try:
            deadline = time.monotonic() + 60
            while not is_open(port):
                assert running.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield log
        finally:
            running.terminate()
            running.wait(30)


def is_open(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def order(port: int, origin: str, *, tls: bool = False) -> tuple[int, str | None, object]:
    """Send a write as a page at *origin*; return status, allowed origin and the document."""
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    options = {"context": unverified()} if tls else {}
    connection = kind("127.0.0.1", port, timeout=30, **options)
    headers = {"Host": "api.example.com", "Origin": origin, "Content-Type": "application/json"}
    try:
        connection.request("POST", "/orders", "{}", headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Access-Control-Allow-Origin"), json.loads(answer.read())
    finally:
        connection.close()


@contextlib.contextmanager
def gunicorn(folder: Path) -> Iterator[int]:
    """Serve the recipe as its page says, on a free port."""
    save("gunicorn", folder)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "shop:app"]
    with process(command, folder, port):
        yield port


def test_gunicorn_serves_the_recipe(folder):
    with gunicorn(folder) as port:
        assert order(port, APP) == (200, APP, {"orders": 1})
        assert order(port, API)[0] == 200
        assert order(port, EVIL)[:2] == (403, None)


@contextlib.contextmanager
def nginx(folder: Path, file: str, host: str, upstream: int) -> Iterator[int]:
    """Serve *file* of the recipe, with the paths and ports of this machine."""
    text = files("nginx")[file]
    cert, key = certificate(folder, host)
    port = free_port()
    changes = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        f"/etc/ssl/{host}.pem": str(cert),
        f"/etc/ssl/{host}.key": str(key),
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
    }
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    text = text.replace("/srv/shop", str(folder / "page"))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"daemon off;\n{user}pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}{text}\n}}\n"
    )
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    command = [str(program), "-p", str(folder), "-e", "error.log", "-c", str(folder / "nginx.conf")]
    with process(command, folder, port):
        yield port


def test_nginx_stands_in_front_of_it(folder):
    with gunicorn(folder) as upstream, nginx(folder, "api.conf", "api.example.com", upstream) as port:
        assert order(port, APP, tls=True) == (200, APP, {"orders": 1})
        assert order(port, API, tls=True)[0] == 200
        assert order(port, EVIL, tls=True)[:2] == (403, None)


def test_nginx_makes_one_origin_of_page_and_api(folder):
    """The application is that of the page that advises it; `Host` is rewritten on the way."""
    application = next(block.text for block in blocks(SHOULD_I) if block.language == "python")
    namespace = {"__name__": "shop"}
    exec(compile(application, "shop.py", "exec"), namespace)  # noqa: S102 - the pages are ours
    (folder / "page").mkdir()
    (folder / "page" / "index.html").write_text("<title>Shop</title>")
    shop = "https://shop.example.com"
    with served(namespace["app"]) as upstream, nginx(folder, "one-origin.conf", shop[8:], upstream) as port:

        def ask(method: str, path: str, origin: str) -> tuple[int, bytes]:
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=unverified())
            try:
                connection.request(method, path, headers={"Host": shop[8:], "Origin": origin})
                answer = connection.getresponse()
                return answer.status, answer.read()
            finally:
                connection.close()

        assert ask("GET", "/orders/3", shop) == (200, b"<title>Shop</title>")
        assert ask("POST", "/api/orders", shop)[0] == 200
        assert ask("POST", "/api/orders", EVIL)[0] == 403


def test_the_command_of_the_container_serves_its_application(folder):
    save("container", folder)
    (command,) = re.findall(r"^CMD (\[.+\])$", files("container")["Containerfile"], re.MULTILINE)
    words = json.loads(command)
    assert words[0] == "gunicorn"
    port = free_port()
    words[words.index("0.0.0.0:8000")] = f"127.0.0.1:{port}"
    variables = run("container").namespace["environment"]
    with process([sys.executable, "-m", *words], folder, port, **variables):
        for origin in ("https://app.example.com", "https://admin.example.com"):
            assert order(port, origin) == (200, origin, {"orders": 1})
        assert order(port, EVIL)[:2] == (403, None)


def test_a_container_without_its_variables_does_not_serve(folder):
    save("container", folder)
    variables = {"PATH": os.environ["PATH"], "FLASK_SECRET_KEY": "a long random text"}
    command = [sys.executable, "-c", "import shop"]
    ended = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "public_origins" in ended.stderr


def test_each_instruction_of_the_container_file_is_one_that_exists():
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "EXPOSE", "CMD"}
    lines = files("container")["Containerfile"].splitlines()
    assert {line.split()[0] for line in lines} == known
    copied = {name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]}
    assert copied == {"requirements.txt", "shop.py"}


def test_sockets_of_socketio_are_gated_over_a_real_connection():
    app = run("flask-socketio").namespace["app"]
    with served(app) as port:
        address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        for origin in (APP, API):
            connection = websocket.create_connection(
                address, origin=origin, cookie="__Host-session=a", timeout=30
            )
            assert connection.recv().startswith("0{")  # Engine.IO's "open"
            connection.send("40")
            assert connection.recv().startswith("40{")  # Socket.IO's "connect"
            connection.send('42["say","hello"]')
            assert connection.recv() == '42["said","hello"]'
            connection.close()
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            websocket.create_connection(address, origin=EVIL, cookie="__Host-session=a", timeout=30)
        assert refused.value.status_code == 403
