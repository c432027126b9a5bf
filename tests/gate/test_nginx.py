"""Behind a real nginx that speaks TLS: the gate neither lets through nor locks out."""

import http.client
import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import websocket
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.gate.serving import certificate, free_port, served
from tests.gate.test_sockets import Chat
from tests.gate.wsgi import API, APP, EVIL, Shop, shop

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine (apt install nginx)")

#: What people write into a location, and what it means for the application.
KEEPS_HOST = "proxy_set_header Host $http_host;"
FORWARDS = "proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"

CONFIGURATION = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 8m;
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name api.shop.example;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    location / {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      {lines}
    }}
  }}
}}
"""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("pem"), "api.shop.example")


@contextmanager
def nginx(folder: Path, pem: tuple[Path, Path], upstream: int, lines: str) -> Iterator[int]:
    """Run nginx in front of *upstream*, and yield its port."""
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder,
            port=port,
            upstream=upstream,
            lines=lines,
            cert=pem[0],
            key=pem[1],
            user="user root;" if os.geteuid() == 0 else "",
        )
    )
    assert NGINX is not None
    command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process, folder)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            ask(port, "HEAD")
        except OSError:
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx does not answer"
            time.sleep(0.02)
        else:
            return


def unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(port: int, method: str = "POST", body: bytes | None = None, **headers: str) -> tuple[int, str | None]:
    """Ask as a browser does that knows the API as https://api.shop.example; return status and reason."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=unverified())
    named = {"Host": "api.shop.example", "Cookie": "session=abc"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, "/orders", body, named)
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    is_problem = response.getheader("Content-Type") == "application/problem+json"
    return response.status, json.loads(text)["code"] if is_problem and text else None


def app_of(*, fix: bool, written: bool) -> Shop:
    app = shop(**({} if written else {"public_origins": []}))
    if fix:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


SET_UPS: dict[str, tuple[str, bool, bool]] = {
    "nothing configured, own origin written": ("", False, True),
    "Host kept": (KEEPS_HOST, False, False),
    "Host kept, own origin written": (KEEPS_HOST, False, True),
    "ProxyFix": (FORWARDS, True, False),
    "ProxyFix, own origin written": (FORWARDS, True, True),
    "ProxyFix and Host kept": (KEEPS_HOST + FORWARDS, True, False),
}

OK = (200, None)


@pytest.mark.parametrize("name", SET_UPS)
def test_own_and_listed_pages_write_and_nobody_else_does(
    name: str, tmp_path: Path, pem: tuple[Path, Path]
) -> None:
    lines, fix, written = SET_UPS[name]
    app = app_of(fix=fix, written=written)
    with served(app) as upstream, nginx(tmp_path, pem, upstream, lines) as port:
        app.ran.clear()
        assert ask(port, Origin=API, Sec_Fetch_Site="same-origin") == OK
        assert ask(port, Origin=API) == OK
        assert ask(port, Origin=APP, Sec_Fetch_Site="same-site") == OK
        assert ask(port, Origin=APP) == OK
        assert ask(port, Referer=f"{API}/form") == OK
        assert ask(port) == OK
        assert len(app.ran) == 6
        app.ran.clear()
        assert ask(port, Origin=EVIL, Sec_Fetch_Site="cross-site") == (403, "cross-site")
        assert ask(port, Origin=EVIL) == (403, "origin-not-trusted")
        assert ask(port, Origin="null") == (403, "null-origin")
        assert ask(port, Origin=f"http://127.0.0.1:{upstream}") == (403, "origin-not-trusted")
        assert ask(port, Referer=f"{EVIL}/") == (403, "referer-not-trusted")
        # nginx replaces what it sets, and passes on what it does not; ProxyFix trusts it as it was told.
        assert ask(port, Origin=EVIL, X_Forwarded_Host="evil.test", X_Forwarded_Proto="https")[0] == 403
        assert ask(port, Origin=EVIL, X_Forwarded_For="127.0.0.1", Forwarded="host=evil.test")[0] == 403
        insecure = ask(port, Origin="http://api.shop.example")
        if fix or written:
            assert insecure == (403, "insecure-origin")
            assert app.ran == []
        else:
            # The application does not know that there is TLS in front. Browsers of the last years say
            # cross-site to it, which decides; the warning at the start asks for public_origins.
            assert ask(port, Origin="http://api.shop.example", Sec_Fetch_Site="cross-site") == (
                403,
                "cross-site",
            )


def test_a_host_that_nginx_replaces_locks_out_old_browsers_until_the_own_origin_is_written(
    tmp_path: Path, pem: tuple[Path, Path]
) -> None:
    app = app_of(fix=False, written=False)
    with served(app) as upstream, nginx(tmp_path, pem, upstream, "") as port:
        assert ask(port, Origin=API, Sec_Fetch_Site="same-origin") == OK
        assert ask(port, Origin=APP) == OK
        assert ask(port, Origin=EVIL)[0] == 403
        assert ask(port, Origin=API) == (403, "origin-not-trusted")


def test_a_refusal_reaches_whoever_sends_a_large_body(tmp_path: Path, pem: tuple[Path, Path]) -> None:
    """It is answered without reading the body; the answer must not be lost for that."""
    body = b"x" * 4_000_000
    with served(shop()) as upstream, nginx(tmp_path, pem, upstream, "") as port:
        for _ in range(3):
            assert ask(port, body=body, Origin=EVIL, Sec_Fetch_Site="cross-site") == (403, "cross-site")


def handshake(port: int, origin: str) -> Any:
    return websocket.create_connection(
        f"wss://127.0.0.1:{port}/echo",
        origin=origin,
        host="api.shop.example",
        cookie="session=abc",
        sslopt={"cert_reqs": ssl.CERT_NONE, "check_hostname": False},
        timeout=10,
    )


def test_sockets_pass_the_proxy_and_the_gate(tmp_path: Path, pem: tuple[Path, Path]) -> None:
    chat = Chat(public_origins=[API])
    with served(chat) as upstream, nginx(tmp_path, pem, upstream, "") as port:
        for origin in (APP, API):
            connection = handshake(port, origin)
            connection.send("hello")
            assert connection.recv() == "hello"
            connection.close()
        for origin in (EVIL, "http://api.shop.example"):
            with pytest.raises(websocket.WebSocketBadStatusException) as caught:
                handshake(port, origin)
            assert caught.value.status_code == 403
    assert chat.accepted == [APP, API]
