"""`python -m crossguard.console run`, in a process of its own, over real sockets."""

import http.client
import json
import re
import signal
import socket
import sqlite3
import time

import pytest

from tests.console.processes import Running

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server for every test that leaves it as it was."""
    with Running(tmp_path_factory.mktemp("run"), CROSSGUARD_ADMIN_PASSWORD=PASSWORD) as running:
        yield running


def ask(port, method, path, *, body=None, headers=None, host="localhost"):
    """Send one request; return its status, headers and text."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
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


@pytest.fixture(scope="module")
def headers(running):
    """What a page of the front end sends, signed in as an administrator."""
    return sign_in(running)


def test_the_front_end_finds_the_api_and_reads_protected_data_from_it(running, headers):
    _, _, text = ask(running.web_port, "GET", "/config.json")
    assert json.loads(text) == {"api": f"http://localhost:{running.api_port}"}
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


def test_a_page_on_another_origin_is_refused_and_the_terminal_says_why(running, headers):
    other = {"Origin": f"http://127.0.0.1:{running.web_port}"}
    status, answer, _ = ask(running.api_port, "GET", "/api/me", headers=headers | other)
    assert status == 200
    assert "Access-Control-Allow-Origin" not in answer
    running.wait_for("origin-not-listed")
    assert f"http://127.0.0.1:{running.web_port}" in running.output


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out"])
def test_a_form_of_another_site_changes_nothing_and_the_home_page_shows_it(running, headers, path):
    # Each a site of its own, because one site gets one line in a second.
    site = f"https://stranger{path.replace('/', '-')}.example"
    stranger = {"Origin": site, "Sec-Fetch-Site": "cross-site"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, answer, text = ask(running.api_port, "POST", path, headers=headers | stranger | form)
    assert status == 403
    assert json.loads(text)["code"] == "cross-site"
    assert "Set-Cookie" not in answer
    running.wait_for(f"POST http://localhost:{running.api_port}{path} from '{site}'")
    items = []
    deadline = time.monotonic() + 60
    while not items:
        assert time.monotonic() < deadline
        status, _, text = ask(
            running.api_port, "GET", "/api/decisions?outcome=refused&limit=1", headers=headers
        )
        assert status == 200
        items = [item for item in json.loads(text)["items"] if item["url"].endswith(path)]
    [item] = items
    assert (item["outcome"], item["reason"]) == ("write-refused", "cross-site")
    status, _, text = ask(running.api_port, "GET", f"/api/decisions/{item['id']}", headers=headers)
    assert (status, json.loads(text)) == (200, item)


def test_an_administrator_asks_the_model_browser_over_the_wire(running, headers):
    page = "http://localhost:1"
    body = {"origin": page, "url": f"http://localhost:{running.api_port}/api/me"}
    status, _, text = ask(running.api_port, "POST", "/admin/explain", body=body, headers=headers)
    assert status == 200, text
    assert json.loads(text)["cause"] == "origin-not-listed"
    assert page not in running.output


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


def test_a_page_that_leaves_gives_its_feed_back(running, headers):
    for _ in range(10):
        feed = http.client.HTTPConnection("localhost", running.api_port, timeout=60)
        feed.request("GET", "/api/events", headers=headers)
        response = feed.getresponse()
        if response.status == 503:
            feed.close()
            break
        assert response.read1(100).startswith(b"retry: 3000")
        response.close()
        feed.close()
    deadline = time.monotonic() + 60
    while True:
        feed = http.client.HTTPConnection("localhost", running.api_port, timeout=60)
        feed.request("GET", "/api/events", headers=headers)
        response = feed.getresponse()
        status = response.status
        response.close()
        feed.close()
        if status == 200:
            return
        assert time.monotonic() < deadline
        time.sleep(0.3)


def stop_with_an_open_feed(running, headers, number):
    """Send a signal while a page is open, and assert that nothing is lost and nobody waits."""
    feed = http.client.HTTPConnection("localhost", running.api_port, timeout=60)
    feed.request("GET", "/api/events", headers=headers)
    response = feed.getresponse()
    assert response.status == 200
    assert response.read1(100).startswith(b"retry: 3000")
    last = {"Origin": f"https://last-before-{number}.example"}
    ask(running.api_port, "GET", "/api/me", headers=headers | last)
    started = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - started < 5
    feed.close()
    assert running.output.endswith("Stopped.\n")
    assert "Traceback" not in running.output
    return last["Origin"]


def add_front_end(folder, origin):
    """List an origin as a person at a prompt would."""
    connection = sqlite3.connect(folder / "instance" / "console.sqlite3")
    connection.execute("INSERT INTO front_ends (origin) VALUES (?)", (origin,))
    connection.commit()
    connection.close()


def test_it_stops_cleanly_and_starts_again_where_it_was_with_the_first_password(tmp_path):
    # One test, because every start takes a second: generated password, both signals, two starts.
    with Running(tmp_path) as first:
        found = re.search(r"User name +admin\n +Password +(\S+) +\(shown this once\)", first.output)
        assert found
        assert f"Allowed     http://localhost:{first.web_port}\n" in first.output
        origins = [stop_with_an_open_feed(first, sign_in(first, found[1]), signal.SIGINT)]
    add_front_end(tmp_path, "https://shop.example")
    with Running(tmp_path) as second:
        assert "Password" not in second.output
        assert f"http://localhost:{second.web_port}; 1 more on the page Front ends\n" in second.output
        origins.append(stop_with_an_open_feed(second, sign_in(second, found[1]), signal.SIGTERM))
    connection = sqlite3.connect(tmp_path / "instance" / "console.sqlite3")
    kept = connection.execute("SELECT origin FROM decisions WHERE NOT allowed ORDER BY id").fetchall()
    connection.close()
    assert [origin for (origin,) in kept] == origins
