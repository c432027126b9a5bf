"""Servers on loopback for the commands that go through the network."""

import base64
import hashlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(app: Any, *, port: int = 0, ssl_context: Any = None) -> Iterator[int]:
    """Serve a WSGI application on a free port, which is what the block gets."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=ssl_context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@contextmanager
def answering(
    answer: Callable[[socket.socket], None], *, address: str = "127.0.0.1", port: int = 0
) -> Iterator[int]:
    """Let *answer* have every connection to a free port; for what is not quite HTTP."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family)
    listener.settimeout(0.05)
    stop = threading.Event()

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                try:
                    answer(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join(6)
        listener.close()


def reply(*headers: tuple[str, str], status: str = "200 OK", body: bytes = b"{}") -> Any:
    """Return an application that always gives the same answer; ``{origin}`` in a value is what asks."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        start_response(status, [(name, value.replace("{origin}", origin)) for name, value in headers])
        return [body]

    return app


def raw(text: str) -> Callable[[socket.socket], None]:
    """Return what answers every connection with *text*, whose last line ends the head."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(text.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n")

    return answer


def socket_of(*origins: str) -> Callable[[socket.socket], None]:
    """Return what accepts the handshake of a WebSocket from *origins*, or from everywhere if there are none."""

    def answer(connection: socket.socket) -> None:
        lines = connection.recv(65536).decode("latin-1").split("\r\n")
        head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        known = not origins or head.get("origin") in origins
        is_handshake = head.get("upgrade") == "websocket" and "sec-websocket-key" in head
        status = "101 Switching Protocols" if known and is_handshake else "403 Forbidden"
        accept = accepted(head.get("sec-websocket-key", ""))
        connection.sendall(f"HTTP/1.1 {status}\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())

    return answer


def accepted(key: str) -> str:
    """Return the value of Sec-WebSocket-Accept for *key* (RFC 6455 section 4.2.2)."""
    text = f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode()
