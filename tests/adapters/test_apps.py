"""Applications of seven frameworks under their servers, asked over a socket."""

import json
import time
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.adapters.apps.settings import FRONTEND, PAUSE
from tests.adapters.serving import GUNICORN, UVICORN, Server, handshake

WSGI = ("django", "falcon", "bottle")
ASGI = ("starlette", "fastapi", "quart", "litestar")

EVIL = "https://evil.example.net"
OWN = "https://api.example.com"
ALLOWED = {
    "access-control-allow-origin": FRONTEND,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "X-Total",
}
FROM_FRONTEND = {"Origin": FRONTEND, "Sec-Fetch-Site": "same-site", "Cookie": "session=abc"}
FROM_EVIL = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site", "Cookie": "session=abc"}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    """Start every server that can be; the last is ready while the first is asked."""
    running: dict[str, Server] = {}
    try:
        for name in (*WSGI, *ASGI):
            if find_spec(name) and find_spec("gunicorn" if name in WSGI else "uvicorn"):
                running[name] = Server(GUNICORN if name in WSGI else UVICORN, f"{name}_app:app")
        yield running
    finally:
        for started in running.values():
            started.terminate()
        for started in running.values():
            started.stop()


@pytest.fixture
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    name: str = request.param
    if name not in servers:
        pytest.skip(f"{name} or its server is not installed")
    return servers[name]


every_framework = pytest.mark.parametrize("server", [*WSGI, *ASGI], indirect=True)
wsgi_frameworks = pytest.mark.parametrize("server", WSGI, indirect=True)
asgi_frameworks = pytest.mark.parametrize("server", ASGI, indirect=True)


def written(server: Server) -> int:
    count: int = json.loads(server.ask("GET", "/items").body)["written"]
    return count


@every_framework
class TestEveryFramework:
    def test_a_preflight_is_answered_before_the_framework(self, server):
        for path in ("/items", "/nowhere", "/boom"):
            reply = server.ask("OPTIONS", path, {"Origin": FRONTEND, "Access-Control-Request-Method": "PUT"})

            assert (reply.status, reply.body) == (204, b"")
            assert reply.cors["access-control-allow-origin"] == FRONTEND
            assert reply.cors["access-control-allow-credentials"] == "true"
            assert "PUT" in reply.cors["access-control-allow-methods"]
            assert reply.vary == ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]

    def test_a_preflight_of_a_stranger_is_answered_with_nothing(self, server):
        reply = server.ask("OPTIONS", "/items", {"Origin": EVIL, "Access-Control-Request-Method": "PUT"})

        assert (reply.status, reply.cors) == (204, {})

    def test_a_listed_page_reads(self, server):
        reply = server.ask("GET", "/items", FROM_FRONTEND)

        assert (reply.status, reply.cors) == (200, ALLOWED)
        assert reply.all("x-total") == ["1"]
        assert "Origin" in reply.vary

    def test_a_stranger_reads_nothing(self, server):
        reply = server.ask("GET", "/items", {"Origin": EVIL})

        assert (reply.status, reply.cors) == (200, {})
        assert "Origin" in reply.vary

    def test_without_an_origin_the_answer_varies_all_the_same(self, server):
        reply = server.ask("GET", "/items")

        assert (reply.status, reply.cors) == (200, {})
        assert "Origin" in reply.vary

    def test_a_page_sees_that_there_is_nothing(self, server):
        reply = server.ask("GET", "/nowhere", FROM_FRONTEND)

        assert (reply.status, reply.cors) == (404, ALLOWED)

    def test_a_page_sees_that_the_method_is_wrong(self, server):
        reply = server.ask("DELETE", "/hook", FROM_FRONTEND)

        assert reply.cors == ALLOWED
        assert reply.status in {200, 405}  # Django's view takes every method

    def test_a_page_sees_the_crash(self, server):
        reply = server.ask("GET", "/boom", FROM_FRONTEND)

        assert (reply.status, reply.cors) == (500, ALLOWED)
        assert b"Traceback" not in reply.body
        assert b"boom" not in reply.body

    def test_a_listed_page_writes(self, server):
        before = written(server)

        reply = server.ask("POST", "/items", FROM_FRONTEND | {"Content-Type": "application/json"}, b"{}")

        assert (reply.status, reply.cors) == (201, ALLOWED)
        assert written(server) == before + 1

    def test_a_stranger_does_not_write(self, server):
        before = written(server)

        reply = server.ask("POST", "/items", FROM_EVIL | {"Content-Type": "text/plain"}, b"{}")

        assert (reply.status, reply.cors) == (403, {})
        assert reply.all("content-type") == ["application/problem+json"]
        assert reply.all("cache-control") == ["no-store"]
        assert json.loads(reply.body)["code"] == "cross-site"
        assert EVIL not in reply.body.decode()
        assert written(server) == before
        assert server.has_logged(f"from '{EVIL}' was refused")

    def test_an_exempt_path_takes_writes_of_anybody_and_its_neighbours_do_not(self, server):
        assert server.ask("POST", "/hook", FROM_EVIL, b"").status in {200, 201}
        assert server.ask("POST", "/hook/", FROM_EVIL, b"").status == 403
        assert server.ask("POST", "//hook", FROM_EVIL, b"").status == 403

    def test_a_stream_stays_one(self, server):
        start = time.monotonic()

        reply = server.ask("GET", "/stream", FROM_FRONTEND)

        assert (reply.status, reply.cors) == (200, ALLOWED)
        assert reply.parts == [b"one\n", b"two\n"]
        assert time.monotonic() - start >= PAUSE

    def test_a_head_has_the_headers_of_a_get(self, server):
        reply = server.ask("HEAD", "/items", FROM_FRONTEND)

        assert reply.body == b""
        assert reply.cors == ALLOWED


@pytest.mark.parametrize("server", ["bottle", "starlette", "fastapi", "quart"], indirect=True)
def test_the_log_has_the_traceback_of_a_crash(server):
    server.ask("GET", "/boom", FROM_FRONTEND)

    assert server.has_logged("RuntimeError: boom")


@wsgi_frameworks
class TestWsgiFrameworks:
    def test_what_fails_before_the_first_byte_is_a_crash_that_a_page_sees(self, server):
        reply = server.ask("GET", "/late", FROM_FRONTEND)

        assert (reply.status, reply.cors) == (500, ALLOWED)
        assert json.loads(reply.body)["code"] == "internal-error"
        assert server.has_logged("RuntimeError: boom")

    def test_a_handshake_of_a_stranger_is_refused(self, server):
        reply = server.ask("GET", "/ws", FROM_EVIL | UPGRADE)

        assert reply.status == 403
        assert json.loads(reply.body)["code"] == "cross-site"


@asgi_frameworks
class TestAsgiFrameworks:
    def test_the_lifespan_and_background_tasks_run(self, server):
        assert server.ask("POST", "/items", FROM_FRONTEND, b"").status == 201
        deadline = time.monotonic() + 60
        done: list[str] = []
        while "background" not in done and time.monotonic() < deadline:
            done = json.loads(server.ask("GET", "/items").body)["done"]

        assert done[:2] == ["started", "background"]

    @pytest.mark.parametrize("origin", [FRONTEND, OWN])
    def test_a_listed_page_and_the_own_ones_connect(self, server, origin):
        assert handshake(server.port, "/ws", origin=origin) == "welcome"

    def test_a_stranger_is_refused_before_the_handshake(self, server):
        websockets = pytest.importorskip("websockets")

        with pytest.raises(websockets.InvalidStatus) as caught:
            handshake(server.port, "/ws", origin=EVIL, additional_headers={"Cookie": "session=abc"})

        response = caught.value.response
        assert response.status_code == 403
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Vary"] == "Origin, Sec-Fetch-Site"
        assert json.loads(response.body)["code"] == "origin-not-trusted"

    def test_a_cookie_without_an_origin_is_refused(self, server):
        websockets = pytest.importorskip("websockets")

        with pytest.raises(websockets.InvalidStatus) as caught:
            handshake(server.port, "/ws", additional_headers={"Cookie": "session=abc"})

        assert json.loads(caught.value.response.body)["code"] == "no-browser-evidence"

    def test_a_client_without_an_origin_and_a_cookie_connects(self, server):
        assert handshake(server.port, "/ws") == "welcome"
