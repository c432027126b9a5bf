"""What a running server withstands: slow senders, many pages, a stop in the middle, load."""

import asyncio
import http.client
import json
import os
import signal
import socket
import sqlite3
import threading
import time

import pytest

from tests.console.load.client import closed_loop, cookie_of, lone
from tests.console.processes import Running, environment
from tests.console.support import within
from tests.postgresql import postgresql_server

PASSWORD = "correct horse battery"
SETTINGS = {"CROSSGUARD_ADMIN_PASSWORD": PASSWORD, "CROSSGUARD_SIGN_IN_LIMIT": "1000 per minute"}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Running(tmp_path_factory.mktemp("withstanding"), **SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def headers(running):
    return asyncio.run(cookie_of(running.api_port, f"http://localhost:{running.web_port}", "admin", PASSWORD))


def ask(port, path, headers, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /api/me HTT",
        b"GET /api/me HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    ],
    ids=["nothing", "a line", "a head", "a body"],
)
def test_requests_that_are_sent_by_half_stop_neither_server(running, headers, begun):
    senders = []
    try:
        for _ in range(350):
            sender = socket.create_connection(("127.0.0.1", running.api_port), 10)
            sender.sendall(begun)
            senders.append(sender)
        started = time.monotonic()
        assert ask(running.api_port, "/api/me", headers)[0] == 200
        assert ask(running.web_port, "/", {})[0] == 200
        assert time.monotonic() - started < 15
    finally:
        for sender in senders:
            sender.close()


def test_a_request_that_does_not_arrive_is_given_up_however_slowly_it_comes(tmp_path, monkeypatch):
    from crossguard.console.run import serve

    # In this process, to hurry the clock of the server alone.
    monkeypatch.setattr(serve, "_SECONDS_TO_ARRIVE", 1)
    listener = socket.create_server(("127.0.0.1", 0))
    server = serve._Server(lambda _environ, start: (start("204 No Content", []) and []) or [], [listener], 1)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with socket.create_connection(listener.getsockname(), 10) as sender:
            sender.settimeout(0.2)
            sender.sendall(b"GET / HTTP/1.1\r\n")

            def is_closed():
                try:
                    sender.sendall(b"A")
                    return sender.recv(1) == b""
                except TimeoutError:
                    return False
                except OSError:
                    return True

            within(is_closed, 20)
    finally:
        server.stop()
        thread.join(20)
    assert not thread.is_alive()


def test_more_pages_than_there_are_places_leave_every_request_its_thread(running, headers):
    feeds = []
    try:
        for _ in range(80):
            feed = http.client.HTTPConnection("127.0.0.1", running.api_port, timeout=60)
            feed.request("GET", "/api/events", headers=headers)
            response = feed.getresponse()
            assert response.status == 200
            assert response.read1(30).startswith(b"retry: 3000")
            feeds.append((feed, response))
        assert ask(running.api_port, "/api/decisions", headers)[0] == 200
    finally:
        for feed, response in feeds:
            response.close()
            feed.close()


def test_a_copied_cookie_is_of_no_use_after_signing_out(running):
    own = asyncio.run(cookie_of(running.api_port, f"http://localhost:{running.web_port}", "admin", PASSWORD))
    assert ask(running.api_port, "/api/me", own)[0] == 200
    assert ask(running.api_port, "/auth/sign-out", own, "POST")[0] == 204
    assert ask(running.api_port, "/api/me", own)[0] == 401


def test_two_hundred_clients_are_answered_and_so_is_a_lone_one_afterwards(running, headers):
    async def load():
        report = await closed_loop(running.api_port, headers, "/api/decisions", clients=200, seconds=3)
        return report, await lone(running.api_port, headers, "/api/decisions")

    report, afterwards = asyncio.run(load())
    assert report.bad() == {}
    assert report.statuses[200] >= 200
    assert afterwards < 5


def test_a_database_that_stalls_costs_nobody_an_answer(tmp_path):
    """Stopped for two seconds under load: nothing fails, and afterwards all is as before."""
    with postgresql_server() as server:
        settings = SETTINGS | {"DATABASE_URL": server.url(server.new_database())}
        with Running(tmp_path, **settings) as running:

            async def load():
                headers = await cookie_of(
                    running.api_port, f"http://localhost:{running.web_port}", "admin", PASSWORD
                )
                path = "/api/decisions"
                task = asyncio.create_task(
                    closed_loop(running.api_port, headers, path, clients=60, seconds=5)
                )
                await asyncio.sleep(1)
                for process in server.processes():
                    os.kill(process, signal.SIGSTOP)
                try:
                    await asyncio.sleep(2)
                finally:
                    for process in server.processes():
                        os.kill(process, signal.SIGCONT)
                during = await task
                return during, await lone(running.api_port, headers, path)

            during, afterwards = asyncio.run(load())
            assert during.bad() == {}
            assert during.statuses[200] > 60
            assert afterwards < 5


def test_a_process_that_is_killed_under_load_begins_where_it_was(tmp_path):
    with Running(tmp_path, **SETTINGS) as running:
        origin = f"http://localhost:{running.web_port}"

        async def load():
            headers = await cookie_of(running.api_port, origin, "admin", PASSWORD)
            task = asyncio.create_task(
                closed_loop(running.api_port, headers, "/api/me", clients=20, seconds=2)
            )
            await asyncio.sleep(1)
            running.process.kill()
            await task
            return headers

        headers = asyncio.run(load())
        ports = {"API_PORT": str(running.api_port), "WEB_PORT": str(running.web_port)}
    with Running(tmp_path, **SETTINGS, **ports) as again:
        # The same session, and a file that is whole.
        assert ask(running.api_port, "/api/me", headers)[0] == 200
        connection = sqlite3.connect(tmp_path / "instance/console.sqlite3", timeout=60)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM decisions").fetchone()[0] > 0
        connection.close()
        assert "Traceback" not in again.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_answers_what_was_asked(tmp_path, number):
    """Sign-ins take long. Those that have begun are finished, and so are those that wait."""
    with Running(tmp_path, **SETTINGS) as running:
        origin = f"http://localhost:{running.web_port}"
        ready = asyncio.run(cookie_of(running.api_port, origin, "admin", PASSWORD))
        body = json.dumps({"username": "admin", "password": PASSWORD})
        statuses = []

        def sign_in():
            connection = http.client.HTTPConnection("127.0.0.1", running.api_port, timeout=60)
            try:
                connection.connect()
                connected.release()
                sent = {"Origin": origin, "Content-Type": "application/json"}
                connection.request("POST", "/auth/sign-in", body, sent)
                statuses.append(connection.getresponse().status)
            except OSError as error:
                statuses.append(error)
            finally:
                connection.close()

        connected = threading.Semaphore(0)
        threads = [threading.Thread(target=sign_in) for _ in range(12)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert connected.acquire(timeout=60)
        # One that has been answered says that the loop has seen those before it.
        assert ask(running.api_port, "/api/me", ready)[0] == 200
        assert running.stop(number) == 0
        for thread in threads:
            thread.join(60)
        assert statuses == [200] * 12
        assert "Traceback" not in running.output


def test_a_proxy_says_who_asks_and_over_which_scheme(tmp_path):
    settings = SETTINGS | {"CROSSGUARD_PROXIES": "1", "CROSSGUARD_SIGN_IN_LIMIT": "2 per minute"}
    with Running(tmp_path, **settings) as running:
        origin = f"http://localhost:{running.web_port}"

        def attempt(address, username):
            connection = http.client.HTTPConnection("127.0.0.1", running.api_port, timeout=60)
            sent = {"Origin": origin, "Content-Type": "application/json", "X-Forwarded-For": address}
            body = json.dumps({"username": username, "password": "x"})
            connection.request("POST", "/auth/sign-in", body, sent)
            status = connection.getresponse().status
            connection.close()
            return status

        assert [attempt("192.0.2.1", f"user{n}") for n in range(3)] == [401, 401, 429]
        assert attempt("192.0.2.2", "another") == 401
        # One account from many addresses.
        assert [attempt(f"192.0.2.{n + 10}", "victim") for n in range(5)] == [401, 401, 401, 401, 429]


def test_the_headers_of_a_proxy_mean_nothing_where_there_is_none(running, headers):
    sent = headers | {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "evil.example"}
    assert ask(running.api_port, "/api/me", sent)[0] == 200


def test_attempts_are_counted_across_a_restart(tmp_path):
    settings = SETTINGS | {"CROSSGUARD_SIGN_IN_LIMIT": "2 per hour"}
    statuses = []
    for _ in range(2):
        with Running(tmp_path, **settings) as running:
            sent = {"Origin": f"http://localhost:{running.web_port}", "Content-Type": "application/json"}
            for name in ("one", "two"):
                connection = http.client.HTTPConnection("127.0.0.1", running.api_port, timeout=60)
                body = json.dumps({"username": name, "password": "x"})
                connection.request("POST", "/auth/sign-in", body, sent)
                statuses.append(connection.getresponse().status)
                connection.close()
    assert statuses == [401, 401, 429, 429]


def test_health_and_metrics_are_answered_to_this_machine(running):
    assert json.loads(ask(running.api_port, "/livez", {})[2]) == {"status": "alive", "troubles": {}}
    within(lambda: ask(running.api_port, "/readyz", {})[0] == 200, 20)
    status, headers, text = ask(running.api_port, "/metrics", {})
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain")
    assert b"crossguard_console_requests_total{" in text


def test_the_log_is_json_with_the_number_of_the_request(tmp_path):
    settings = SETTINGS | {"CROSSGUARD_LOG_FORMAT": "json", "CROSSGUARD_PROXIES": "1"}
    with Running(tmp_path, **settings) as running:
        stranger = {"Origin": "https://stranger.example", "X-Request-ID": "from-the-proxy-1"}
        ask(running.api_port, "/api/me", stranger)
        ask(running.api_port, "/api/me", {"X-Request-ID": 'no"\\number'})
        running.wait_for('"status": 401, "milliseconds"')
        running.stop(signal.SIGTERM)
        lines = [json.loads(line) for line in running.output.splitlines() if line.startswith("{")]
        own = [line for line in lines if line.get("request_id") == "from-the-proxy-1"]
        assert [line["logger"] for line in own] == ["crossguard", "crossguard.console.access"]
        assert "origin-not-listed" in own[0]["message"]
        assert (own[1]["path"], own[1]["status"], own[1]["method"]) == ("/api/me", 401, "GET")
        others = [line for line in lines if line["logger"].endswith("access") and line not in own]
        assert all(len(line["request_id"]) == 32 for line in others)


def test_everything_can_be_set_by_environment(tmp_path):
    assert "CROSSGUARD_SECRET_KEY" not in environment(tmp_path)
    settings = SETTINGS | {
        "CROSSGUARD_SECRET_KEY": "k" * 64,
        "CROSSGUARD_BIND": "127.0.0.1",
        "CROSSGUARD_THREADS": "2",
        "CROSSGUARD_POOL": "5",
        "CROSSGUARD_FEEDS": "1",
        "CROSSGUARD_LOG_LEVEL": "error",
        "CROSSGUARD_METRICS_TOKEN": "a-token-of-many-letters",
    }
    with Running(tmp_path, **settings) as running:
        assert not (tmp_path / "instance/secret_key").exists()
        assert ask(running.api_port, "/metrics", {})[0] == 403
        bearer = {"Authorization": "Bearer a-token-of-many-letters"}
        assert ask(running.api_port, "/metrics", bearer)[0] == 200
