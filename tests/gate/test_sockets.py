"""Real WebSocket handshakes, against Flask-Sock, simple-websocket and Socket.IO; and streams with cookies."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
import websocket
from flask import Flask, Response, request, session
from flask_sock import Sock
from flask_socketio import SocketIO
from simple_websocket import Server

from crossguard import Policy
from crossguard.flask import CORS, policy_rows
from tests.gate.serving import served
from tests.gate.wsgi import APP, EVIL, PARTNER

COOKIE = "session=abc"


class Chat(Flask):
    """An application with sockets of both kinds, that notes who was accepted."""

    def __init__(self, **options: Any) -> None:
        super().__init__("chat")
        self.testing = True
        self.secret_key = "a key of the tests"
        self.config["SESSION_COOKIE_SAMESITE"] = "Lax"
        self.accepted: list[str | None] = []
        sock = Sock(self)

        @sock.route("/echo")
        def echo(ws: Any) -> None:
            self.accepted.append(request.headers.get("Origin"))
            ws.send(ws.receive(timeout=5))

        @self.route("/plain", websocket=True)
        def plain() -> Any:
            ws = Server(request.environ)
            self.accepted.append(request.headers.get("Origin"))
            ws.send(ws.receive(timeout=5))
            ws.close()
            return Empty()

        CORS(self, **({"origins": [APP], "readers": [PARTNER], "supports_credentials": True} | options))


class Empty(Response):
    """What a view returns after a handshake took the connection over."""

    def __call__(self, *_given: Any) -> Any:
        return []


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def port(chat: Chat) -> Iterator[int]:
    with served(chat) as number:
        yield number


def connect(port: int, path: str, origin: str | None, *, cookie: str | None = COOKIE) -> websocket.WebSocket:
    return websocket.create_connection(
        f"ws://127.0.0.1:{port}{path}",
        origin=origin,
        suppress_origin=origin is None,
        cookie=cookie,
        timeout=5,
    )


def refusal(port: int, path: str, origin: str | None, *, cookie: str | None = COOKIE) -> tuple[int, Any]:
    """Return the status and the body of a handshake that was refused."""
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        connect(port, path, origin, cookie=cookie).close()
    return caught.value.status_code, caught.value.resp_body


@pytest.mark.parametrize("path", ["/echo", "/plain"])
def test_the_listed_front_end_and_the_own_page_are_accepted(chat: Chat, port: int, path: str) -> None:
    for origin in (APP, f"http://127.0.0.1:{port}"):
        connection = connect(port, path, origin)
        connection.send("hello")
        assert connection.recv() == "hello"
        connection.close()
    assert chat.accepted == [APP, f"http://127.0.0.1:{port}"]


@pytest.mark.parametrize("path", ["/echo", "/plain"])
@pytest.mark.parametrize(
    ("origin", "code"),
    [
        (EVIL, "origin-not-trusted"),
        (PARTNER, "origin-not-trusted"),
        ("null", "null-origin"),
        ("https://app.shop.example.evil.test", "origin-not-trusted"),
        (None, "no-browser-evidence"),
    ],
    ids=["stranger", "reader", "null", "look-alike", "no Origin"],
)
def test_everybody_else_is_refused_before_anything_is_accepted(
    chat: Chat, port: int, path: str, origin: str | None, code: str
) -> None:
    status, body = refusal(port, path, origin)
    assert status == 403
    assert json.loads(body)["code"] == code
    assert chat.accepted == []


def test_a_program_without_a_cookie_needs_no_origin(chat: Chat, port: int) -> None:
    connection = connect(port, "/echo", None, cookie=None)
    connection.send("hello")
    assert connection.recv() == "hello"
    connection.close()
    assert chat.accepted == [None]


def test_a_program_with_a_cookie_can_be_let_in() -> None:
    chat = Chat(ws_on_missing="allow")
    with served(chat) as port:
        connect(port, "/echo", None).close()
        assert refusal(port, "/echo", EVIL)[0] == 403


def test_an_exempt_socket_takes_everybody() -> None:
    chat = Chat(exempt={"echo": "it only repeats what it is told"})
    with served(chat) as port:
        connect(port, "/echo", EVIL).close()
        assert refusal(port, "/plain", EVIL)[0] == 403


def test_a_public_socket_takes_everybody_who_is_not_signed_in() -> None:
    chat = Chat(public=["echo"])
    with served(chat) as port:
        connect(port, "/echo", EVIL, cookie=None).close()
        connect(port, "/echo", EVIL, cookie="theme=dark").close()
        assert refusal(port, "/echo", EVIL)[0] == 403
        assert refusal(port, "/plain", EVIL, cookie=None)[0] == 403


def policy_of(app: Flask) -> Policy:
    (policy,) = {row.policy for row in policy_rows(app)}
    assert policy is not None
    return policy


def socketio_app(*, outside: bool) -> tuple[Flask, list[str | None]]:
    """Return an application with Flask-SocketIO, around the guard or inside of it."""
    app = Flask("rooms")
    app.testing = True
    app.secret_key = "a key of the tests"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.add_url_rule("/", "home", lambda: "home")
    options: dict[str, Any] = {"origins": [APP], "readers": [PARTNER], "supports_credentials": True}
    connected: list[str | None] = []
    if outside:
        CORS(app, **options)
        rooms = SocketIO(app, async_mode="threading", cors_allowed_origins=policy_of(app).allows)
    else:
        rooms = SocketIO(app, async_mode="threading", cors_allowed_origins=[])
        CORS(app, **options)

    @rooms.on("connect")
    def connect() -> None:
        connected.append(request.headers.get("Origin"))

    return app, connected


SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("outside", [True, False], ids=["by its check", "by the guard"])
def test_socket_io_lets_in_whom_the_policy_allows(outside: bool) -> None:
    app, connected = socketio_app(outside=outside)
    with served(app) as port:
        for origin in (EVIL, PARTNER, "null", "https://blog.shop.example"):
            status, _ = refusal(port, SOCKET_IO, origin)
            assert status == (400 if outside else 403)
        connection = connect(port, SOCKET_IO, APP)
        assert str(connection.recv()).startswith("0{")
        connection.send("40")
        assert str(connection.recv()).startswith("40{")
        connection.close()
    assert connected == [APP]


@pytest.mark.parametrize("outside", [True, False], ids=["by its check", "by the guard"])
def test_the_long_polling_of_socket_io_is_held_to_the_same_list(outside: bool) -> None:
    app, _ = socketio_app(outside=outside)
    with served(app) as port:
        found = {}
        for origin in (APP, EVIL):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            headers = {"Origin": origin, "Cookie": COOKIE, "Content-Type": "text/plain"}
            connection.request("POST", "/socket.io/?EIO=4&transport=polling&sid=x", b"40", headers)
            response = connection.getresponse()
            found[origin] = (response.status, response.getheader("Access-Control-Allow-Origin"))
            response.read()
            connection.close()
    # There is no such session, which only the listed one is told by Socket.IO itself.
    assert found[APP] == (400, APP)
    assert found[EVIL] == (400 if outside else 403, None)


def test_inside_of_the_guard_socket_io_is_gated_as_the_rest_is() -> None:
    app, connected = socketio_app(outside=False)
    with served(app) as port:
        # With a cookie that signs in and without Origin, which the check of Socket.IO lets through.
        assert refusal(port, SOCKET_IO, None)[0] == 403
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/socket.io/?EIO=4&transport=polling", headers={"Origin": APP})
        response = connection.getresponse()
        response.read()
        connection.close()
    assert response.getheader("Vary") == "Origin"
    assert response.getheader("Access-Control-Allow-Origin") == APP
    assert connected == []


@pytest.mark.parametrize("outside", [True, False])
def test_the_wrong_order_is_said_as_the_application_begins_to_serve(
    outside: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app, _ = socketio_app(outside=outside)
    app.test_client().get("/")
    assert ("Socket.IO stands outside of crossguard" in caplog.text) is outside


def test_a_public_socket_takes_everybody_who_brings_no_credentials() -> None:
    chat = Chat(public=["echo"])
    with served(chat) as port:
        connect(port, "/echo", EVIL, cookie=None).close()
        assert refusal(port, "/echo", EVIL)[0] == 403
        assert refusal(port, "/plain", EVIL, cookie=None)[0] == 403


def stream_app(**options: Any) -> Flask:
    app = Flask("stream")
    app.testing = True
    app.secret_key = "a key of the tests"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"

    @app.post("/sign-in")
    def sign_in() -> str:
        session["user"] = "ann"
        return "done"

    @app.get("/events")
    def events() -> Any:
        user = session.get("user")

        def lines() -> Iterator[str]:
            for number in range(2):
                yield f"event: message\ndata: {user} {number}\n\n"

        return Response(lines(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})

    CORS(app, **({"origins": [APP], "supports_credentials": True} | options))
    return app


def get_events(port: int, **headers: str) -> tuple[int, str | None, str | None, str]:
    """Ask for the stream as an EventSource with credentials does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/events", headers={"Accept": "text/event-stream"} | headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return (
        response.status,
        response.getheader("Access-Control-Allow-Origin"),
        response.getheader("Access-Control-Allow-Credentials"),
        text,
    )


def sign_in(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/sign-in", headers={"Origin": APP, "Sec-Fetch-Site": "cross-site"})
    response = connection.getresponse()
    response.read()
    connection.close()
    return str(response.getheader("Set-Cookie")).partition(";")[0]


def test_a_stream_is_read_with_cookies_by_the_front_end_and_by_nobody_else() -> None:
    with served(stream_app()) as port:
        cookie = sign_in(port)
        status, origin, credentials, text = get_events(port, Origin=APP, Cookie=cookie)
        assert (status, origin, credentials) == (200, APP, "true")
        assert text == "event: message\ndata: ann 0\n\nevent: message\ndata: ann 1\n\n"
        for stranger in (EVIL, "null"):
            status, origin, credentials, _ = get_events(port, Origin=stranger, Cookie=cookie)
            assert (status, origin, credentials) == (200, None, None)


def test_a_stream_that_changes_something_can_be_gated() -> None:
    with served(stream_app(strict_get=["events"])) as port:
        cookie = sign_in(port)
        for stranger in (EVIL, "null"):
            sent = {"Origin": stranger, "Sec-Fetch-Site": "cross-site", "Cookie": cookie}
            assert get_events(port, **sent)[0] == 403
        listed = {"Origin": APP, "Sec-Fetch-Site": "same-site", "Cookie": cookie}
        assert get_events(port, **listed)[0] == 200
