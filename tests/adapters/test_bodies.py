"""JSON only, where nothing announces a body: HTTP/2 needs no length, and some servers end every stream."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from crossguard.wsgi.environ import brings_body
from tests.adapters import http2_app
from tests.adapters.serving import TIMEOUT, Server
from tests.adapters.wire import Answer, Request, environ_of, received, run_asgi, scope_of
from tests.cases.cors import EVIL
from tests.gate.wsgi import Answer as Sent
from tests.gate.wsgi import send

OWN = (("Sec-Fetch-Site", "same-origin"), ("Origin", "https://api.example.com"))
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
HTTP_2 = {"SERVER_PROTOCOL": "HTTP/2"}
ENDED = {"wsgi.input_terminated": True}

WSGI = {"wsgi": http2_app.wsgi_app, "flask": http2_app.flask_app}


def ask_wsgi(app: Any, body: bytes, *headers: tuple[str, str], method: str = "POST", **environ: Any) -> Sent:
    sent = environ_of(Request(method, "/items", (*OWN, *headers)))
    return send(app, sent | {"wsgi.input": io.BytesIO(body)} | environ)


@pytest.mark.parametrize("app", WSGI.values(), ids=WSGI)
@pytest.mark.parametrize("environ", [HTTP_2, ENDED, HTTP_2 | ENDED, {"SERVER_PROTOCOL": "HTTP/3"}], ids=str)
class TestWsgi:
    @pytest.mark.parametrize("body", [b"{}", b"a=1", b"\0", b"x" * 100_000])
    def test_a_body_without_length_and_type_is_refused(self, app: Any, environ: Any, body: bytes) -> None:
        assert ask_wsgi(app, body, **environ).status == 415

    def test_a_body_behind_a_length_of_nothing_is_refused(self, app: Any, environ: Any) -> None:
        assert ask_wsgi(app, b"a=1", CONTENT_LENGTH="0", **environ).status == 415

    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_none_is_none(self, app: Any, environ: Any, method: str) -> None:
        answer = ask_wsgi(app, b"", method=method, **environ)
        assert (answer.status, answer.body) == (200, b"ran with ")

    def test_json_of_no_length_is_json(self, app: Any, environ: Any) -> None:
        answer = ask_wsgi(app, b"{}", JSON, **environ)
        assert answer.status == 200
        if ENDED.items() <= environ.items():
            assert answer.body == b"ran with {}"

    def test_a_form_of_no_length_is_a_form(self, app: Any, environ: Any) -> None:
        assert ask_wsgi(app, b"", FORM, **environ).status == 415

    def test_a_stranger_is_refused_before_anything_is_read(self, app: Any, environ: Any) -> None:
        stream = io.BytesIO(b"{}")
        sent = (("Origin", EVIL), ("Sec-Fetch-Site", "cross-site"), ("Cookie", "session=x"))
        asked = environ_of(Request("POST", "/items", sent))
        answer = send(app, asked | {"wsgi.input": stream} | environ)
        assert answer.status == 403
        assert stream.tell() == 0


def test_what_was_looked_at_is_put_back() -> None:
    """As for a policy that only reports, whose application reads the body all the same."""
    text = b"first line\nsecond line\n" * 1000
    for read in (
        lambda stream: stream.read(),
        b"".join,
        lambda stream: b"".join(stream.readlines()),
        lambda stream: b"".join(iter(stream.readline, b"")),
        lambda stream: b"".join(iter(lambda: stream.read(7), b"")),
    ):
        environ = environ_of(Request("POST")) | HTTP_2 | {"wsgi.input": io.BytesIO(text)}
        assert brings_body(environ)
        assert read(environ["wsgi.input"]) == text


class Broken(io.BytesIO):
    def read(self, *_size: Any) -> bytes:
        raise OSError("the client has gone")


def test_a_body_that_cannot_be_read_may_be_there() -> None:
    assert ask_wsgi(http2_app.wsgi_app, b"", **HTTP_2 | {"wsgi.input": Broken()}).status == 415


def test_nothing_is_read_where_the_protocol_announces_bodies() -> None:
    """In HTTP/1 a server may wait for ever for what was not announced."""
    environ = environ_of(Request("POST")) | {"wsgi.input": Broken()}
    assert not brings_body(environ)
    assert not brings_body(environ | HTTP_2 | {"CONTENT_LENGTH": "5"})


def ask_asgi(incoming: list[dict[str, Any]], *headers: tuple[str, str], method: str = "POST") -> Answer:
    import asyncio

    request = Request(method, "/items", (*OWN, *headers))
    return asyncio.run(run_asgi(http2_app.asgi_app, scope_of(request, http_version="2"), incoming))


def part(body: bytes) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": True}


@pytest.mark.parametrize(
    "incoming",
    [
        [received(b"{}")],
        [part(b"{"), received(b"}")],
        [part(b""), part(b""), received(b"{}")],
        [part(b"x"), {"type": "http.disconnect"}],
    ],
    ids=["one message", "two", "begins empty", "breaks off"],
)
def test_a_body_is_found_in_messages(incoming: list[dict[str, Any]]) -> None:
    answer = ask_asgi(incoming)
    assert (answer.status, answer.raised) == (415, None)


def test_a_body_behind_a_length_of_nothing_is_found() -> None:
    assert ask_asgi([received(b"a=1")], ("Content-Length", "0")).status == 415


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    "incoming",
    [[received()], [{"type": "http.request"}], [part(b""), received()], [{"type": "http.disconnect"}]],
    ids=["one message", "without its keys", "two", "gone"],
)
def test_messages_without_a_body_are_handed_on(incoming: list[dict[str, Any]], method: str) -> None:
    answer = ask_asgi(incoming, method=method)
    assert (answer.status, answer.body) == (200, b"ran with ")


def test_json_is_handed_on_unread() -> None:
    answer = ask_asgi([part(b"{"), received(b"}")], JSON)
    assert (answer.status, answer.body) == (200, b"ran with {}")


HYPERCORN = ("hypercorn", "--bind", "fd://{fd}", "--graceful-timeout", "1")


@pytest.fixture(
    scope="module", params=["asgi:http2_app:asgi_app", "wsgi:http2_app:wsgi_app", "http2_app:flask_app"]
)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    running = Server(HYPERCORN, request.param, folder=Path(__file__).parent)
    yield running
    running.stop()


def over_http_2(port: int, method: str, body: bytes, *headers: tuple[str, str]) -> tuple[int, bytes]:
    """Send one request in HTTP/2, without a length, and return the status and the body of the answer."""
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
    pseudo = [
        (":method", method),
        (":path", "/items"),
        (":scheme", "http"),
        (":authority", "api.example.com"),
    ]
    sent = [(name.lower(), value) for name, value in (*OWN, *headers)]
    status, received_body = 0, b""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        client.initiate_connection()
        client.send_headers(1, [*pseudo, *sent], end_stream=not body)
        if body:
            client.send_data(1, body, end_stream=True)
        connection.sendall(client.data_to_send())
        while True:
            data = connection.recv(65536)
            assert data, "the server has closed the connection"
            for event in client.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    status = int(dict(event.headers)[":status"])
                elif isinstance(event, h2.events.DataReceived):
                    received_body += event.data
                elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset):
                    return status, received_body
            connection.sendall(client.data_to_send())


def test_over_http_2_a_body_without_a_type_is_refused_and_none_is_none(server: Server) -> None:
    assert over_http_2(server.port, "POST", b'{"to": "evil"}')[0] == 415
    assert over_http_2(server.port, "POST", b"a=1", FORM)[0] == 415
    assert over_http_2(server.port, "POST", b"{}", JSON)[0] == 200
    assert over_http_2(server.port, "DELETE", b"") == (200, b"ran with ")
