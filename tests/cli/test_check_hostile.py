"""``crossguard check`` with wrong use, hostile servers, and as a program."""

import socket
import ssl
import subprocess
import sys
import time

import pytest

from crossguard.cli.main import main
from tests.cli.servers import answering, free_port, reply, serving
from tests.cli.test_check import PAGE, check, checked

USAGE = [
    (["check"], "required"),
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
    code = (
        "import sys; sys.modules['flask'] = None; import crossguard.cli.main; print('click' in sys.modules)"
    )
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
