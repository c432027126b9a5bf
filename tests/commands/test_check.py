"""``crossguard check`` through real sockets."""

import json
import socket
import ssl
import subprocess
import sys
import time

import pytest
from flask import Flask, redirect

from crossguard.check import CheckCode
from crossguard.cli import main
from crossguard.flask import CORS
from tests.commands.servers import answering, free_port, reply, serving

PAGE = "http://localhost:8080"
ALLOWED = ("Access-Control-Allow-Origin", PAGE)
VARY = ("Vary", "Origin")


def check(port: int, *arguments: str, path: str = "/items") -> int:
    return main(["check", f"http://localhost:{port}{path}", "--origin", PAGE, *arguments])


def checked(capsys, port: int, *arguments: str, path: str = "/items") -> dict:
    """Return the JSON document of a check."""
    code = check(port, "--json", *arguments, path=path)
    document = json.loads(capsys.readouterr().out)
    assert code == (0 if document["readable"] else 1)
    return document


def codes(document: dict) -> list[str]:
    return [finding["code"] for finding in document["findings"]]


def test_a_listed_page_can_read_and_nothing_is_found(capsys):
    app = Flask("api")
    CORS(app, origins=[PAGE], supports_credentials=True)
    app.add_url_rule("/items", "items", lambda: {"items": []})
    with serving(app) as port:
        document = checked(capsys, port, "--credentials", "include")
    assert document["readable"]
    assert document["code"] == "readable"
    assert document["response"]["status"] == 200
    assert document["findings"] == []


def test_people_see_the_steps_and_the_fix(capsys):
    with serving(reply()) as port:
        assert check(port) == 1
    out = capsys.readouterr().out
    assert "BLOCKED  [allow-origin-missing]" in out
    assert f"Fix: let the API answer Access-Control-Allow-Origin: {PAGE}" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "\x1b" not in out


OBSERVED = {
    CheckCode.ANY_ORIGIN_WITH_CREDENTIALS: reply(
        ("Access-Control-Allow-Origin", "{origin}"), ("Access-Control-Allow-Credentials", "true"), VARY
    ),
    CheckCode.ANY_ORIGIN_REFLECTED: reply(("Access-Control-Allow-Origin", "{origin}"), VARY),
    CheckCode.DUPLICATE_HEADER: reply(ALLOWED, ALLOWED, VARY),
    CheckCode.VARY_MISSING: reply(("Access-Control-Allow-Origin", "{origin}")),
    CheckCode.PREFLIGHT_REDIRECTED: reply(("Location", "/login"), VARY, status="302 Found"),
    CheckCode.PREFLIGHT_STATUS: reply(ALLOWED, VARY, status="401 Unauthorized"),
    CheckCode.OTHER_SERVER: reply(("Server", "AirTunes/775.3.1"), status="403 Forbidden"),
}


def test_every_observation_has_a_server():
    assert set(OBSERVED) == set(CheckCode)


@pytest.mark.parametrize("code", CheckCode)
def test_the_server_is_observed(code, capsys):
    with serving(OBSERVED[code]) as port:
        document = checked(capsys, port)
    assert code in codes(document)


@pytest.mark.parametrize("code", CheckCode)
def test_a_server_in_order_is_not(code, capsys):
    with serving(reply(ALLOWED, VARY)) as port:
        document = checked(capsys, port)
    assert code not in codes(document)


def test_a_duplicate_header_is_what_blocks_the_page(capsys):
    with serving(OBSERVED[CheckCode.DUPLICATE_HEADER]) as port:
        document = checked(capsys, port)
    assert document["code"] == "allow-origin-multiple"


def test_a_redirect_of_the_preflight_blocks_a_write(capsys):
    with serving(OBSERVED[CheckCode.PREFLIGHT_REDIRECTED]) as port:
        document = checked(capsys, port, "-X", "PUT")
    assert document["code"] == "preflight-redirected"
    assert "/login" in document["fix"]


def test_a_write_is_sent_once_and_never_as_a_stranger(capsys):
    seen = []

    def app(environ, start_response):
        seen.append((environ["REQUEST_METHOD"], environ.get("HTTP_ORIGIN")))
        return reply(ALLOWED, VARY)(environ, start_response)

    with serving(app) as port:
        checked(capsys, port, "-d", "a=1")
    assert seen == [("POST", PAGE), ("OPTIONS", PAGE)]


@pytest.fixture
def leaving():
    """Two servers: the first redirects to the second, under another name."""
    with serving(reply(("Access-Control-Allow-Origin", "*"))) as other:
        app = Flask("first")
        app.add_url_rule("/items", "items", lambda: redirect(f"http://127.0.0.1:{other}/"))
        CORS(app)
        with serving(app) as port:
            yield port


def test_another_host_is_not_followed(leaving, capsys):
    document = checked(capsys, leaving)
    assert document["code"] == "other-host"
    assert "--follow-hosts" in document["fix"]
    assert "127.0.0.1" in document["summary"]


def test_another_host_is_followed_when_told(leaving, capsys):
    assert checked(capsys, leaving, "--follow-hosts")["readable"]


def test_a_cookie_travels_as_its_attributes_say(capsys):
    headers = (ALLOWED, VARY, ("Access-Control-Allow-Credentials", "true"))

    def app(environ, start_response):
        status = "200 OK" if "session=" in environ.get("HTTP_COOKIE", "") else "401 Unauthorized"
        return reply(*headers, status=status)(environ, start_response)

    with serving(app) as port:
        same_site = ("--credentials", "include", "--cookie", "session=1; SameSite=Strict")
        assert checked(capsys, port, *same_site)["response"]["status"] == 200
        cross = main(["check", f"http://127.0.0.1:{port}/", "--origin", PAGE, *same_site, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert cross == 0
    assert document["response"]["status"] == 401
    assert "cookie-not-sent" in [hint["code"] for hint in document["hints"]]


def test_a_cookie_that_no_browser_stores_is_named(capsys):
    with serving(reply(ALLOWED, VARY, ("Access-Control-Allow-Credentials", "true"))) as port:
        document = checked(capsys, port, "--credentials", "include", "--cookie", "s=1; SameSite=None")
    assert document["hints"][0]["code"] == "cookie-not-stored"
    assert document["hints"][0]["fix"] == "add Secure."


def test_no_cors_hides_the_answer(capsys):
    with serving(reply()) as port:
        document = checked(capsys, port, "--mode", "no-cors")
    assert (document["readable"], document["code"]) == (False, "opaque-response")


USAGE = [
    (["check"], "required"),
    ([], "required"),
    (["check", "http://localhost/", "--origin", PAGE, "--credentials", "yes"], "invalid choice"),
    (["check", "http://localhost/", "--origin", PAGE, "--timeout", "0"], "seconds"),
    (["check", "http://localhost/", "--origin", PAGE, "--timeout", "nan"], "seconds"),
    (["check", "localhost:5000", "--origin", PAGE], "http://"),
    (["check", "/items", "--origin", PAGE], "https://api.example.com/path"),
    (["check", "http://[", "--origin", PAGE], "no URL"),
    (["check", "http://localhost/", "--origin", "localhost:8080"], "http://localhost:8080"),
    (["check", "http://localhost/", "--origin", ""], "http://localhost:8080"),
    (["check", "http://localhost/", "--origin", PAGE, "-H", "no colon"], "X-Token: 123"),
    (["check", "http://localhost/", "--origin", PAGE, "--cookie", "no-value"], "session=abc"),
]


@pytest.mark.parametrize(("arguments", "says"), USAGE, ids=[" ".join(words)[:50] for words, _ in USAGE])
def test_wrong_use_is_one_line_and_exit_code_2(arguments, says, capsys):
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert says in " ".join(captured.err.split())
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["-X", "GE T"],
        ["-X", "CONNECT"],
        ["-X", "GET", "-d", "body"],
        ["-H", "X-Ü: 1"],
        ["-H", "X-A: \u20ac"],
        ["-H", "X-A: a\r\nX-B: b"],
    ],
)
def test_what_no_script_may_ask_is_a_verdict(arguments, capsys):
    document = checked(capsys, free_port(), *arguments)
    assert not document["readable"]
    assert document["steps"][-1]["stage"] == "page"


def drip(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        connection.sendall(b".")
        time.sleep(0.05)


HOSTILE = {
    "closes": lambda connection: connection.recv(65536),
    "no HTTP": lambda connection: connection.sendall(b"220 mail.example.com ESMTP\r\n"),
    "drips": drip,
    "binary": lambda connection: connection.sendall(bytes(range(256))),
    "endless headers": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000),
    "no status": lambda connection: connection.sendall(b"HTTP/1.1 000 Nothing\r\n\r\n"),
    "escape": lambda connection: connection.sendall(
        b"HTTP/1.1 302 \x1b[2J\r\nLocation: http://\x1b[31m/\r\n\r\n"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_answer_is_a_verdict_in_time(name, capsys):
    started = time.monotonic()
    with answering(HOSTILE[name]) as port:
        assert check(port, "--timeout", "0.5") == 1
    assert time.monotonic() - started < 4
    captured = capsys.readouterr()
    assert "BLOCKED" in captured.out
    assert captured.err == ""
    assert "\x1b" not in captured.out


def test_at_most_a_megabyte_is_read(capsys):
    sent = []

    def flood(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n")
        sent.extend(connection.send(b"x" * 65536) for _ in range(500))

    with answering(flood) as port:
        assert check(port, "-X", "POST") == 0
    assert sum(sent) < 16 * 1024 * 1024


def test_a_server_that_is_not_there_is_a_verdict(capsys):
    document = checked(capsys, free_port())
    assert document["code"] == "connection-failed"
    assert document["findings"] == []


def test_a_certificate_is_checked_unless_told(tmp_path, capsys):
    made = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    )
    subprocess.run(
        made.split(),
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=20,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with serving(reply(("Access-Control-Allow-Origin", "*")), ssl_context=context) as port:
        words = ["check", f"https://localhost:{port}/", "--origin", PAGE]
        assert main(words) == 1
        assert "--insecure" in capsys.readouterr().out
        assert main([*words, "--insecure"]) == 0


def test_the_command_needs_no_flask():
    code = "import sys; sys.modules['flask'] = None; import crossguard.cli; print('click' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    assert run.stdout == "False\n"


def test_it_runs_as_a_program_and_stops_with_its_reader():
    with serving(reply(("Access-Control-Allow-Origin", "*"))) as port:
        words = ["check", f"http://localhost:{port}/", "--origin", PAGE]
        run = subprocess.run(
            [sys.executable, "-W", "error", "-m", "crossguard", *words],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        )
        assert (run.returncode, run.stderr) == (0, "")
        assert "READABLE" in run.stdout
        closed = subprocess.Popen(
            [sys.executable, "-m", "crossguard", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        closed.stdout.close()
        assert closed.wait(20) == 1
        assert closed.stderr.read() == b""
        closed.stderr.close()
