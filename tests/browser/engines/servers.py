"""Raw servers on loopback that answer for every recorded origin, and a SOCKS proxy that leads there."""

import socket
import socketserver
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from crossguard.browser import HttpRequest, HttpResponse
from crossguard.browser.urls import parse_url
from tests.browser.recordings import FIRST_PARTY, THIRD_PARTY, Recorder

#: The ports of the recorded origins, and whether they speak TLS; each is mapped to a free one.
PORTS = {80: False, 8080: False, 5000: False, 443: True, 8443: True}

_PAGE = HttpResponse(200, (("Content-Type", "text/html"), ("Content-Length", "15")), b"<!doctype html>")
_SANDBOXED = HttpResponse(
    200,
    (*_PAGE.headers, ("Content-Security-Policy", "sandbox allow-scripts")),
    _PAGE.body,
)
_EMPTY = (("Content-Length", "0"),)
_EMBEDDED = "<!doctype html><script>fetch('URL', {credentials: 'include'})</script>"
_PATHS = {"page", "sandboxed", "first", "third"}


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
        if request.target.path.startswith("/sent/"):
            allowed = request.header("Origin") or "*"
            headers = (("Access-Control-Allow-Origin", allowed), ("Access-Control-Allow-Credentials", "true"))
            headers += (("Access-Control-Allow-Headers", "content-type"), *_PAGE.headers)
            return HttpResponse(200, headers, _PAGE.body), False
        if request.target.path == "/moved":
            return HttpResponse(302, (("Location", unquote(request.target.query or "")), *_EMPTY)), False
        if request.target.path == "/embedded":
            body = _EMBEDDED.replace("URL", unquote(request.target.query or "")).encode()
            headers = (("Content-Type", "text/html"), ("Content-Length", str(len(body))))
            return HttpResponse(200, headers, body), False
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


class _Socks(socketserver.StreamRequestHandler):
    """SOCKS 5 without authentication (RFC 1928): every host is this machine, by its port."""

    timeout = 30

    def handle(self) -> None:
        try:
            _, methods = self.rfile.read(2)
            self.rfile.read(methods)
            self.wfile.write(b"\x05\x00")
            _, _, _, kind = self.rfile.read(4)
            size = {1: 4, 4: 16}.get(kind) or self.rfile.read(1)[0]
            self.rfile.read(size)
            [port] = struct.unpack(">H", self.rfile.read(2))
            with socket.create_connection(("127.0.0.1", self.server.ports.get(port, 1)), 10) as far:
                self.wfile.write(b"\x05\x00\x00\x01" + bytes(6))
                back = threading.Thread(target=_pump, args=(far, self.connection), daemon=True)
                back.start()
                _pump(self.connection, far)
                back.join(30)
        except (OSError, ValueError, IndexError):
            return


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, ports: dict[int, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Socks)
        self.ports = ports

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers drop connections as they like."""


@contextmanager
def servers(directory: Path, *, with_tls: bool) -> Iterator[tuple[Servers, dict[int, int], int]]:
    """Start the servers; yield them, the free port that stands for each, and the port of the proxy."""
    answering = Servers()
    answering.has_tls = with_tls
    context = make_certificate(directory) if with_tls else None
    with ExitStack() as stack:
        ports = {
            port: _start(stack, _Server(answering, context if has_tls else None))
            for port, has_tls in PORTS.items()
            if context is not None or not has_tls
        }
        yield answering, ports, _start(stack, _Proxy(ports))


def _start(stack: ExitStack, server: socketserver.ThreadingTCPServer) -> int:
    stack.enter_context(server)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    stack.callback(server.shutdown)
    return int(server.server_address[1])
