"""``crossguard check`` of WebSockets, EventSources and forms, and of this machine under both its addresses."""

import json
import socket

import pytest

from crossguard.cli.main import main
from crossguard.cli.observations import CheckCode
from tests.cases.answers import ANSWERS
from tests.cli.servers import answering, free_port, raw, reply, serving, socket_of
from tests.cli.test_check import ALLOWED, PAGE, VARY, check, checked, codes

AIRPLAY = next(case.raw for case in ANSWERS if case.by == "AirPlay Receiver")


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


both_addresses = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


def shaken(capsys, port: int, *words: str) -> dict:
    code = main(["check", f"ws://localhost:{port}/chat", "--origin", PAGE, "--json", *words])
    document = json.loads(capsys.readouterr().out)
    assert code == (0 if document["readable"] else 1)
    return document


def test_a_handshake_is_really_made(capsys):
    with answering(socket_of(PAGE)) as port:
        document = shaken(capsys, port)
        assert document["readable"]
        assert document["request"]["as"] == "websocket"
        assert document["response"]["status"] == 101
        assert document["findings"] == []
        assert main(["check", f"ws://localhost:{port}/chat", "--origin", PAGE]) == 0
    said = capsys.readouterr().out
    assert said.startswith("WebSocket ws://")
    assert "\nOPEN\n" in said


def test_a_refused_handshake_says_with_what_and_whom_to_ask(capsys):
    with answering(socket_of("https://app.example.com")) as port:
        document = shaken(capsys, port)
    assert document["code"] == "handshake-refused"
    assert "answered with 403" in document["summary"]
    assert "Origin" in document["fix"]


def test_a_handshake_that_no_websocket_server_has_read_is_not_open(capsys):
    with answering(raw("HTTP/1.1 101 Switching Protocols\nUpgrade: websocket")) as port:
        document = shaken(capsys, port)
    assert document["code"] == "connection-failed"
    assert "Sec-WebSocket-Accept" in document["summary"]


def test_a_redirected_handshake_says_to_open_the_target(capsys):
    head = "HTTP/1.1 301 Moved Permanently\nLocation: https://localhost/chat\nContent-Length: 0"
    with answering(raw(head)) as port:
        document = shaken(capsys, port)
    assert document["code"] == "handshake-refused"
    assert "answered with 301" in document["summary"]
    assert "wss://" in document["fix"]


def test_a_socket_that_every_site_opens_is_found(capsys):
    with answering(socket_of()) as port:
        document = shaken(capsys, port)
    assert document["readable"]
    assert codes(document) == [CheckCode.ANY_ORIGIN_CONNECTS]


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_the_cookie_of_a_person_goes_with_the_handshake(scheme, capsys):
    seen = []

    def answer(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with answering(answer) as port:
        words = ("--as", "websocket", "--cookie", "session=1; SameSite=Lax")
        main(["check", f"{scheme}://localhost:{port}/chat", "--origin", PAGE, *words])
    assert "handshake" in capsys.readouterr().out
    assert b"Cookie: session=1" in seen[0]


def test_a_stream_is_read_when_it_begins_for_the_stranger_too(capsys):
    ended = []

    def answer(connection: socket.socket) -> None:
        head = f"Access-Control-Allow-Origin: {PAGE}\r\nVary: Origin\r\n"
        if connection.recv(65536).startswith(b"OPTIONS"):
            connection.sendall(f"HTTP/1.1 204 No Content\r\n{head}\r\n".encode())
            return
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}Content-Type: text/event-stream\r\n\r\n".encode())
        connection.settimeout(30)
        ended.append(connection.recv(1))

    with answering(answer) as port:
        document = checked(capsys, port, "--as", "eventsource", "--timeout", "60")
    assert document["readable"]
    # Each by the command, which waited for no end.
    assert ended == [b"", b""]


def test_a_form_is_posted_once_and_nothing_else_is_sent(capsys):
    seen = []

    def app(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        seen.append((environ["REQUEST_METHOD"], environ.get("HTTP_SEC_FETCH_MODE"), body))
        return reply()(environ, start_response)

    with serving(app) as port:
        document = checked(capsys, port, "--as", "form", "-d", "SAMLResponse=a%2Fb&RelayState=1")
    assert seen == [("POST", "navigate", b"SAMLResponse=a%2Fb&RelayState=1")]
    assert document["readable"]


@both_addresses
@pytest.mark.parametrize(("address", "shown"), [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")])
def test_localhost_is_the_address_where_a_server_listens(address, shown, capsys):
    head = f"HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {PAGE}\nVary: Origin\nContent-Length: 0"
    with answering(raw(head), address=address) as port:
        document = checked(capsys, port)
        assert (document["readable"], document["address"]) == (True, shown)
        assert document["findings"] == []
        assert check(port) == 0
    assert f"answered at {shown}" in " ".join(capsys.readouterr().out.split())


@both_addresses
def test_airplay_on_the_first_address_is_told_from_the_api_on_the_second(capsys):
    with serving(reply(ALLOWED, VARY)) as port, answering(raw(AIRPLAY), address="::1", port=port):
        document = checked(capsys, port)
    assert not document["readable"]
    assert document["address"] == "[::1]"
    assert "AirPlay Receiver answered" in document["summary"]
    assert {CheckCode.OTHER_SERVER, CheckCode.TWO_SERVERS} <= set(codes(document))


@both_addresses
def test_another_server_on_the_second_address_is_named(capsys):
    head = (
        f"HTTP/1.1 200 OK\nServer: node\nAccess-Control-Allow-Origin: {PAGE}\nVary: Origin\nContent-Length: 0"
    )
    with (
        serving(reply(ALLOWED, VARY, status="404 Not Found")) as port,
        answering(raw(head), address="::1", port=port),
    ):
        document = checked(capsys, port)
    assert document["readable"]
    (finding,) = [found for found in document["findings"] if found["code"] == CheckCode.TWO_SERVERS]
    assert "at 127.0.0.1 another server listens: Werkzeug" in finding["text"]


@both_addresses
def test_the_same_server_on_both_addresses_is_one(capsys):
    head = f"HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {PAGE}\nVary: Origin\nContent-Length: 0"
    with answering(raw(head)) as port, answering(raw(head), address="::1", port=port):
        document = checked(capsys, port)
    assert document["findings"] == []


@both_addresses
def test_a_server_that_listens_at_the_other_address_only_is_found(capsys):
    with answering(raw("HTTP/1.1 200 OK\nContent-Length: 0"), address="::1") as port:
        assert main(["check", f"http://127.0.0.1:{port}/", "--origin", PAGE, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["code"] == "connection-failed"
    assert f"a server listens at [::1]:{port}" in document["summary"]


def test_where_no_server_listens_both_addresses_are_said(capsys):
    document = checked(capsys, free_port())
    assert "neither at [::1] nor at 127.0.0.1" in document["summary"]


def test_a_cookie_makes_credentials_included(capsys):
    with serving(reply(ALLOWED, VARY, ("Access-Control-Allow-Credentials", "true"))) as port:
        assert checked(capsys, port, "--cookie", "a=1")["request"]["credentials"] == "include"
        assert checked(capsys, port)["request"]["credentials"] == "same-origin"
