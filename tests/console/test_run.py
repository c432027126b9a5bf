"""`python -m crossguard.console run`, in a process of its own, over real sockets."""

import http.client
import json
import re
import signal
import socket
import sqlite3
import time

import pytest

from tests.console.processes import Running, free_ports, run_to_end

PASSWORD = "correct horse battery"


@pytest.fixture
def own(tmp_path):
    """A server for one test."""
    with Running(tmp_path, CROSSGUARD_ADMIN_PASSWORD=PASSWORD) as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server for every test that leaves it as it was."""
    with Running(tmp_path_factory.mktemp("run"), CROSSGUARD_ADMIN_PASSWORD=PASSWORD) as running:
        yield running


def ask(port, method, path, *, body=None, headers=None, host="localhost"):
    """Send one request; return its status, headers and text."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        data = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, data, sent | (headers or {}))
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def sign_in(running, password=PASSWORD, host="localhost"):
    """Sign in as the front end does; return the headers that its next requests carry."""
    origin = {"Origin": f"http://localhost:{running.web_port}"}
    status, headers, text = ask(
        running.api_port,
        "POST",
        "/auth/sign-in",
        body={"username": "admin", "password": password},
        headers=origin,
        host=host,
    )
    assert status == 200, text
    return origin | {"Cookie": headers["Set-Cookie"].partition(";")[0]}


def test_the_front_end_finds_the_api_and_reads_protected_data_from_it(running):
    _, _, text = ask(running.web_port, "GET", "/config.json")
    assert json.loads(text) == {"api": f"http://localhost:{running.api_port}"}
    headers = sign_in(running)
    status, answer, text = ask(running.api_port, "GET", "/api/me", headers=headers)
    assert status == 200
    assert json.loads(text)["username"] == "admin"
    assert answer["Access-Control-Allow-Origin"] == headers["Origin"]
    assert answer["Access-Control-Allow-Credentials"] == "true"
    assert "Server" not in answer


def test_both_origins_are_announced_under_one_host_name(running):
    assert f"http://localhost:{running.web_port}\n" in running.output
    assert f"http://localhost:{running.api_port}\n" in running.output
    assert "127.0.0.1" not in running.output.partition("Press Ctrl-C")[0]
    assert PASSWORD not in running.output


def test_a_page_on_another_origin_is_refused_and_the_terminal_says_why(running):
    headers = sign_in(running) | {"Origin": f"http://127.0.0.1:{running.web_port}"}
    status, answer, _ = ask(running.api_port, "GET", "/api/me", headers=headers)
    assert status == 200
    assert "Access-Control-Allow-Origin" not in answer
    running.wait_for("origin-not-listed")
    assert f"http://127.0.0.1:{running.web_port}" in running.output


def test_both_loopback_addresses_answer_and_are_one_machine(running):
    headers = sign_in(running, host="127.0.0.1")
    try:
        socket.create_connection(("::1", running.api_port), 2).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback address")
    status, _, _ = ask(running.api_port, "GET", "/api/me", headers=headers, host="::1")
    assert status == 200


def test_nobody_else_can_connect(running):
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1", "127.0.1.1"}:
        with pytest.raises(OSError):
            socket.create_connection((address, running.api_port), 2).close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_with_an_open_feed_and_keeps_what_was_decided(own, tmp_path, number):
    running = own
    headers = sign_in(running)
    feed = http.client.HTTPConnection("localhost", running.api_port, timeout=10)
    feed.request("GET", "/api/events", headers=headers)
    response = feed.getresponse()
    assert response.status == 200
    assert response.read1(100).startswith(b"retry: 3000")
    ask(running.api_port, "GET", "/api/me", headers=headers | {"Origin": "https://last.example"})
    started = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - started < 5
    feed.close()
    assert running.output.endswith("Stopped.\n")
    assert "Traceback" not in running.output
    connection = sqlite3.connect(tmp_path / "instance" / "console.sqlite3")
    origins = connection.execute("SELECT origin FROM decisions ORDER BY id DESC LIMIT 1").fetchall()
    connection.close()
    assert origins == [("https://last.example",)]


def test_a_page_that_leaves_gives_its_feed_back(running):
    headers = sign_in(running)
    for _ in range(10):
        feed = http.client.HTTPConnection("localhost", running.api_port, timeout=10)
        feed.request("GET", "/api/events", headers=headers)
        response = feed.getresponse()
        if response.status == 503:
            feed.close()
            break
        assert response.read1(100).startswith(b"retry: 3000")
        response.close()
        feed.close()
    deadline = time.monotonic() + 8
    while True:
        feed = http.client.HTTPConnection("localhost", running.api_port, timeout=10)
        feed.request("GET", "/api/events", headers=headers)
        response = feed.getresponse()
        status = response.status
        response.close()
        feed.close()
        if status == 200:
            return
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_the_first_password_is_printed_once_and_works(tmp_path):
    with Running(tmp_path) as first:
        found = re.search(r"User name +admin\n +Password +(\S+) +\(shown this once\)", first.output)
        assert found
        sign_in(first, found[1])
        first.stop(signal.SIGTERM)
    with Running(tmp_path) as second:
        assert "Password" not in second.output
        sign_in(second, found[1])
        second.stop(signal.SIGTERM)


def test_a_taken_port_is_named_before_anything_is_made(tmp_path):
    api_port, web_port = free_ports(2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", web_port))
        taken.listen()
        done = run_to_end(tmp_path, "run", API_PORT=str(api_port), WEB_PORT=str(web_port))
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert f"Port {web_port} is taken" in line
    assert f"WEB_PORT={web_port + 1}" in line
    assert not (tmp_path / "instance").exists()


def test_a_broken_database_file_is_named_and_kept(tmp_path):
    file = tmp_path / "instance" / "console.sqlite3"
    file.parent.mkdir()
    file.write_bytes(b"not a database" * 100)
    api_port, web_port = free_ports(2)
    done = run_to_end(tmp_path, "run", API_PORT=str(api_port), WEB_PORT=str(web_port))
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert str(file) in line
    assert file.read_bytes() == b"not a database" * 100
