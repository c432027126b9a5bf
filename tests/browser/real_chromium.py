"""Recorded cases in a real Chromium: raw servers on loopback, a profile like the recordings'."""

import json
import shutil
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from crossguard.browser import HttpRequest, HttpResponse
from crossguard.browser.urls import parse_url
from tests.browser.recordings import FIRST_PARTY, THIRD_PARTY, Json, Recorder, observed
from tests.browser.sender_cases import Sender, view

EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

#: The ports of the recorded origins, and whether they speak TLS; each is mapped to a free one.
PORTS = {8080: False, 5000: False, 443: True, 8443: True}

# The last such switch counts. Playwright's own turns off more, among it how Chromium follows redirects
# of preflighted requests, which is what is looked at here.
_DISABLED_FEATURES = (
    "--disable-features=HttpsUpgrades,OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch"
)

_PAGE = HttpResponse(200, (("Content-Type", "text/html"), ("Content-Length", "15")), b"<!doctype html>")
_SANDBOXED = HttpResponse(
    200,
    (*_PAGE.headers, ("Content-Security-Policy", "sandbox allow-scripts")),
    _PAGE.body,
)
_PATHS = {"page", "sandboxed", "first", "third"}
_FETCH = """
async ({url, request}) => {
  const rejected = (stage) => ({outcome: 'rejected', stage, type: null, status: null,
                                redirected: null, url: null, exposed_headers: null});
  const {body, ...init} = request;
  const values = {
    text: () => body.value,
    bytes: () => new Uint8Array([120]),
    blob: () => new Blob([String(body.value)], {type: body.type || ''}),
    urlencoded: () => new URLSearchParams({a: '1'}),
    form: () => { const form = new FormData(); form.append('a', '1'); return form; },
  };
  if (body) init.body = values[body.kind]();
  let made;
  try { made = new Request(url, init); } catch { return rejected('construct'); }
  try {
    const got = await Promise.race([
      fetch(made), new Promise((_, no) => setTimeout(() => no(new Error('pending')), 5000))]);
    return {outcome: 'resolved', stage: null, type: got.type, status: got.status,
            redirected: got.redirected, url: got.url, exposed_headers: [...got.headers.keys()]};
  } catch { return rejected('fetch'); }
}
"""


class Servers:
    """One server for each port of the recordings; they answer for every host."""

    def __init__(self) -> None:
        self.recorders: dict[str, Recorder] = {}
        self.closing: set[str] = set()
        self.seen: list[HttpRequest] = []
        self.has_tls = False

    def answer(self, request: HttpRequest) -> tuple[HttpResponse, bool]:
        """Return the response, and whether the connection is closed after it."""
        self.seen.append(request)
        if request.target.path == "/sent":
            allowed = request.header("Origin") or "*"
            headers = (("Access-Control-Allow-Origin", allowed), ("Access-Control-Allow-Credentials", "true"))
            headers += (("Access-Control-Allow-Headers", "content-type"), *_PAGE.headers)
            return HttpResponse(200, headers, _PAGE.body), False
        parts = request.target.path.split("/")
        if parts[1] == "case" and parts[2] in self.recorders:
            return self.recorders[parts[2]](request), parts[2] in self.closing
        if parts[1] not in _PATHS:
            raise ConnectionRefusedError(request.url)
        lines = {"first": FIRST_PARTY, "third": THIRD_PARTY}.get(parts[1], ())
        page = _SANDBOXED if parts[1] == "sandboxed" else _PAGE
        return HttpResponse(200, (*page.headers, *(("Set-Cookie", line) for line in lines)), page.body), False


class _Handler(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        try:
            while self._handle_one():
                pass
        except OSError:
            return

    def _handle_one(self) -> bool:
        line = self.rfile.readline(65537).decode("latin-1").rstrip("\r\n")
        if line.count(" ") < 2:
            return False
        method, target, _ = line.split(" ", 2)
        headers = []
        while head := self.rfile.readline(65537).decode("latin-1").rstrip("\r\n"):
            name, _, value = head.partition(":")
            headers.append((name, value.strip(" \t")))
        fields = {name.lower(): value for name, value in headers}
        body = self.rfile.read(int(fields.get("content-length", "0")))
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        url = parse_url(f"{scheme}://{fields.get('host', 'localhost')}{target}")
        response, closes = self.server.servers.answer(HttpRequest(method, url, tuple(headers), body))
        raw = f"HTTP/1.1 {response.status} X\r\n"
        raw += "".join(f"{name}: {value}\r\n" for name, value in response.headers) + "\r\n"
        payload = b"" if method == "HEAD" or response.status in {204, 304} else response.body
        self.wfile.write(raw.encode("latin-1") + payload)
        return not closes


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, servers: Servers, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.servers = servers
        self.context = context

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers drop connections as they like."""

    def shutdown_request(self, request: Any) -> None:
        request.close()


def make_certificate(directory: Path) -> ssl.SSLContext:
    """Make a certificate that lives as long as the test."""
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tests -keyout key.pem -out cert.pem"
    )
    subprocess.run(command.split(), cwd=directory, check=True, capture_output=True, timeout=20)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "cert.pem", directory / "key.pem")
    return context


@contextmanager
def chromium(directory: Path, *, with_tls: bool) -> Iterator[tuple[BrowserContext, Servers]]:
    """Start the servers and a Chromium that reaches them under the recorded origins."""
    servers = Servers()
    servers.has_tls = with_tls
    context = make_certificate(directory) if with_tls else None
    profile = directory / "profile"
    (profile / "Default").mkdir(parents=True)
    # Debian's Chromium blocks third-party cookies unless told otherwise; the recordings allowed them.
    preferences = {"profile": {"cookie_controls_mode": 0}}
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences))
    with ExitStack() as stack:
        rules = []
        for port, has_tls in PORTS.items():
            if has_tls and context is None:
                continue
            server = stack.enter_context(_Server(servers, context if has_tls else None))
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            )
            thread.start()
            stack.callback(server.shutdown)
            rules.append(f"MAP *:{port} 127.0.0.1:{server.server_address[1]}")
        playwright = stack.enter_context(sync_playwright())
        launched = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=EXECUTABLE,
            headless=True,
            ignore_https_errors=True,
            args=["--no-sandbox", f"--host-resolver-rules={', '.join(rules)}", _DISABLED_FEATURES],
        )
        stack.callback(launched.close)
        yield launched, servers


def prime(context: BrowserContext, pages: dict[tuple[str, bool], Page], targets: list[str]) -> None:
    """Set the cookies that the recordings started with."""
    tab = context.new_page()
    for target in targets:
        tab.goto(f"{target}/first")
    tab.close()
    for page in pages.values():
        for target in targets:
            page.evaluate(
                "url => fetch(url, {mode: 'no-cors', credentials: 'include'}).catch(() => null)",
                f"{target}/third",
            )


def open_pages(context: BrowserContext, hosts: list[tuple[str, bool]]) -> dict[tuple[str, bool], Page]:
    """Open one tab for each page of the recordings."""
    pages = {}
    for host, sandboxed in hosts:
        page = context.new_page()
        page.goto(f"{host}/{'sandboxed' if sandboxed else 'page'}")
        pages[host, sandboxed] = page
    return pages


def replay(case: Json, page: Page, servers: Servers) -> Json:
    """Return what Chromium does in *case*, in the form of a recorded answer."""
    recorder = Recorder(case)
    name = recorder.paths[0].split("/")[2]
    servers.recorders[name] = recorder
    if case["response"].get("close"):
        servers.closing.add(name)
    answer = _one(page, recorder, case["request"], has_hops=bool(case.get("redirect_hops")))
    if case.get("then"):
        answer["then"] = []
        for then in case["then"]:
            recorder.answers = [then, *(then.get("redirect_hops") or [])]
            answer["then"].append(_one(page, recorder, then["request"], has_hops=False))
    return answer


def _one(page: Page, recorder: Recorder, request: Json, *, has_hops: bool) -> Json:
    recorder.seen = []
    script = page.evaluate(_FETCH, {"url": recorder.urls[0], "request": request})
    return observed(script, recorder, has_hops=has_hops)


_SEND = """
([kind, url, argument, policy]) => {
  if (policy) {
    const meta = document.createElement('meta');
    meta.name = 'referrer'; meta.content = policy; document.head.append(meta);
  }
  if (kind === 'form') {
    const form = document.createElement('form');
    form.action = url; form.method = argument === 'get' ? 'get' : 'post';
    if (argument.includes('/')) form.enctype = argument;
    const input = document.createElement('input');
    input.name = 'a'; input.value = '1'; form.append(input); document.body.append(form); form.submit();
  } else if (kind === 'link') {
    const link = document.createElement('a'); link.href = url; document.body.append(link); link.click();
  } else if (kind === 'beacon') {
    navigator.sendBeacon(url, argument === 'text' ? 'x' : new Blob(['{}'], {type: 'application/json'}));
  } else if (kind === 'image') {
    const image = new Image(); if (argument) image.crossOrigin = argument; image.src = url;
  } else if (kind === 'websocket') { new WebSocket(url).onerror = () => {}; }
}
"""


def send(sender: Sender, page: Page, servers: Servers) -> Json | None:
    """Return what reaches the server of *sender* from Chromium, None if nothing does."""
    page.goto(f"{sender.page}/page")
    servers.seen.clear()
    if sender.kind == "address bar":
        page.goto(sender.url)
    elif sender.kind in {"form", "link"}:
        with page.expect_navigation():
            page.evaluate(_SEND, [sender.kind, sender.url, sender.argument, sender.policy])
    else:
        page.evaluate(_SEND, [sender.kind, sender.url, sender.argument, sender.policy])
    for _ in range(40):
        sent = [one for one in servers.seen if one.target.path == "/sent" and one.method != "OPTIONS"]
        if sent:
            return view(sent[-1])
        page.wait_for_timeout(25)
    return None
