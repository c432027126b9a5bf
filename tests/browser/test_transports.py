"""Ready-made ways to a server: what they carry, and where they stop."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, redirect, request
from werkzeug.serving import make_server

from crossguard.browser import Browser, Code, HttpRequest, PromiseState, TransportError
from crossguard.browser.transports import asgi, network, wsgi
from crossguard.browser.transports.limits import MAX_BODY, TRUNCATED
from crossguard.browser.urls import parse_url
from tests.browser.support import PAGE


def ask(url: str, method: str = "GET", **fields: Any) -> HttpRequest:
    return HttpRequest(method, parse_url(url), **fields)


@pytest.fixture
def flask_app() -> Flask:
    app = Flask(__name__)

    @app.after_request
    def allow(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    @app.route("/echo/<path:rest>", methods=["GET", "POST"])
    def echo(rest: str) -> Response:
        lines = [
            request.method,
            request.url,
            rest,
            request.headers.get("X-A", ""),
            request.get_data(as_text=True),
        ]
        response = Response("\n".join(lines), mimetype="text/plain")
        response.headers.add("Set-Cookie", "a=1")
        response.headers.add("Set-Cookie", "b=2")
        return response

    @app.route("/endless")
    def endless() -> Response:
        return Response((b"x" * 65536 for _ in iter(int, 1)), mimetype="text/plain")

    @app.route("/broken")
    def broken() -> str:
        raise ZeroDivisionError("oops")

    @app.route("/away")
    def away() -> Any:
        return redirect("https://elsewhere.test/")

    return app


@pytest.fixture
def served(flask_app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, flask_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    if scope["type"] == "websocket":
        accepts = dict(scope["headers"]).get(b"origin") == PAGE.encode()
        await send({"type": "websocket.accept" if accepts else "websocket.close"})
        return
    path = scope["path"]
    if path == "/patient":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.trailers"})
        await send({"type": "http.response.body"})
        assert (await receive())["type"] == "http.disconnect"
        return
    if path == "/broken":
        raise ZeroDivisionError("oops")
    if path == "/silent":
        await asyncio.sleep(60)
    headers = [(b"access-control-allow-origin", b"*"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if path == "/endless":
        while True:
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0)
    text = b"\n".join([scope["method"].encode(), scope["raw_path"], scope["query_string"], message["body"]])
    await send({"type": "http.response.body", "body": text})


def test_a_flask_application_is_a_wsgi_application(flask_app: Flask):
    page = Browser(send=wsgi(flask_app)).open(PAGE)
    response = page.fetch("http://localhost:5000/echo/%C3%A9?q=1", method="POST", body="x")
    assert response.text().split("\n") == ["POST", "http://localhost:5000/echo/é?q=1", "é", "", "x"]


def test_wsgi_keeps_header_lines_apart(flask_app: Flask):
    response = wsgi(flask_app)(ask("http://localhost/echo/x", headers=(("X-A", "1"), ("x-a", "2"))))
    assert [value for name, value in response.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert b"1, 2" in response.body


def test_wsgi_sends_no_body_for_head(flask_app: Flask):
    assert wsgi(flask_app)(ask("http://localhost/echo/x", "HEAD")).body == b""


def test_an_endless_answer_is_cut_off(flask_app: Flask, served: str):
    for send, url in [
        (wsgi(flask_app), "http://localhost"),
        (asgi(asgi_app), "http://localhost"),
        (network(), served),
    ]:
        response = send(ask(f"{url}/endless"))
        assert (len(response.body), response.note) == (MAX_BODY, TRUNCATED)


def test_an_exception_of_a_wsgi_application_is_a_bare_500_with_a_note():
    def broken(environ: Any, start_response: Any) -> Any:
        raise ZeroDivisionError("oops")

    response = wsgi(broken)(ask("http://localhost/"))
    assert (response.status, response.note) == (500, "the application raised ZeroDivisionError('oops')")
    page = Browser(send=wsgi(broken)).open(PAGE)
    assert page.verdict("http://localhost/").failure.code is Code.ALLOW_ORIGIN_MISSING


def test_an_application_that_answers_nothing_is_a_500_too():
    assert wsgi(lambda *_: [b"x"])(ask("http://localhost/")).status == 500


def test_what_a_wsgi_application_writes_comes_first():
    def writer(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])(b"a")
        return [b"b"]

    assert wsgi(writer)(ask("http://localhost/")).body == b"ab"


def test_wsgi_closes_the_answer():
    closed = []

    class Answer(list):
        def close(self) -> None:
            closed.append(True)

    def app(environ: Any, start_response: Any) -> Answer:
        start_response("204 No Content", [])
        return Answer()

    assert wsgi(app)(ask("http://localhost/")).status == 204
    assert closed == [True]


def test_an_asgi_application_answers():
    page = Browser(send=asgi(asgi_app)).open(PAGE)
    response = page.fetch("http://localhost:5000/a%20b?q=1", method="POST", body="x")
    assert response.body == b"POST\n/a%20b\nq=1\nx"


def test_an_asgi_application_answers_inside_of_a_running_loop():
    async def inside() -> int:
        return asgi(asgi_app)(ask("http://localhost/")).status

    assert asyncio.run(inside()) == 200


def test_an_exception_of_an_asgi_application_is_a_bare_500_with_a_note():
    response = asgi(asgi_app)(ask("http://localhost/broken"))
    assert (response.status, response.note) == (500, "the application raised ZeroDivisionError('oops')")


def test_an_asgi_application_hears_that_the_client_has_gone():
    assert asgi(asgi_app)(ask("http://localhost/patient")).status == 200


def test_a_silent_asgi_application_times_out():
    with pytest.raises(TransportError, match="did not answer"):
        asgi(asgi_app, timeout=0.05)(ask("http://localhost/silent"))


@pytest.mark.parametrize(
    ("origin", "outcome"), [(PAGE, PromiseState.RESOLVED), ("http://evil.test", PromiseState.REJECTED)]
)
def test_an_asgi_application_decides_about_websockets(origin: str, outcome: PromiseState):
    page = Browser(send=asgi(asgi_app)).open(origin)
    assert page.open_websocket("ws://localhost:5000/ws", protocols=("a", "b")).outcome is outcome


def test_the_network_answers(served: str):
    response = network()(
        ask(f"{served}/echo/x?q=1", "POST", headers=(("X-A", "1"), ("Content-Length", "2")), body=b"hi")
    )
    assert response.body.decode().split("\n") == ["POST", f"{served}/echo/x?q=1", "x", "1", "hi"]
    assert [value for name, value in response.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_the_network_follows_no_redirect(served: str):
    response = network()(ask(f"{served}/away"))
    assert (response.status, response.header("Location")) == (302, "https://elsewhere.test/")


@pytest.fixture
def raw_server() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """A server that does with a connection what the test says."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve(handle: Callable[[socket.socket], None]) -> str:
        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    handle(connection)
                except OSError:
                    return

        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    listener.close()
    for thread in threads:
        thread.join(5)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(200):
        connection.sendall(b"x")
        time.sleep(0.02)


def test_a_server_that_drips_is_given_up_in_time(raw_server: Callable[..., str]):
    started = time.monotonic()
    with pytest.raises(OSError):
        network(timeout=0.3)(ask(raw_server(drip)))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_a_server_that_speaks_no_http_is_named(raw_server: Callable[..., str], answer: bytes):
    url = raw_server(lambda connection: connection.sendall(answer))
    verdict = Browser(send=network(timeout=2)).open(PAGE).verdict(url)
    assert verdict.failure is not None
    assert verdict.failure.code is Code.CONNECTION_FAILED


def test_an_upgraded_connection_is_not_read(raw_server: Callable[..., str]):
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    url = raw_server(lambda connection: connection.sendall(head))
    page = Browser(send=network(timeout=2)).open(PAGE)
    assert page.open_websocket(url.replace("http", "ws")).outcome is PromiseState.RESOLVED


def test_what_cannot_be_put_on_the_wire_is_named(served: str):
    request = ask(f"{served}/echo/x", headers=(("X-A", "1\n2"),))
    with pytest.raises(TransportError, match="cannot be sent"):
        network(timeout=2)(request)


def test_nobody_listening_is_a_network_error():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    verdict = Browser(send=network(timeout=2)).open(PAGE).verdict(f"http://127.0.0.1:{port}/")
    assert verdict.failure is not None
    assert verdict.failure.code is Code.CONNECTION_FAILED
    assert verdict.failure.evidence["reason"]


def test_a_server_without_tls_is_named(served: str):
    url = served.replace("http:", "https:")
    verdict = Browser(send=network(timeout=2)).open(PAGE).verdict(f"{url}/echo/x")
    assert verdict.failure is not None
    assert verdict.failure.code is Code.CONNECTION_FAILED
