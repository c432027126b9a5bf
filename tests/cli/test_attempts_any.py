"""Any exchange comes to an explanation or to a usage error, of every sender and with any answer."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crossguard.browser import HttpRequest, HttpResponse, TransportError
from crossguard.browser.transports.limits import MAX_BODY
from crossguard.cli.attempt import BROWSERS, CREDENTIALS, MODES, AttemptError, run_attempt
from crossguard.cli.observe import observe
from crossguard.cli.screen import Screen
from crossguard.cli.senders import SENDERS, Attempt
from crossguard.cli.show import attempt_document, show_attempt, show_findings
from crossguard.explain.text import as_text

BYTES = st.text(st.characters(max_codepoint=255), max_size=30)
NAMES = st.sampled_from(
    [
        *("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers"),
        *(
            "Access-Control-Allow-Methods",
            "Access-Control-Max-Age",
            "Vary",
            "Location",
            "Set-Cookie",
            "Server",
        ),
        *("Content-Type", "WWW-Authenticate", "Upgrade", "Cache-Control", "Cross-Origin-Resource-Policy"),
        *("X-Own", "", "\x00", "\xff", "a b"),
    ]
)
VALUES = st.sampled_from(
    [
        *(
            "*",
            "null",
            "true",
            "http://localhost:8080",
            "a, b",
            "/",
            "//",
            "http://",
            "http://[",
            "http://[::1%25]/",
        ),
        *("javascript:alert(1)", "data:text/html,x", "http://user:pw@localhost/", "http://localhost:99999/"),
        *(
            "text/event-stream",
            "application/problem+json",
            "text/html",
            "session=1; SameSite=None",
            "=",
            ";" * 30,
        ),
        *(
            "\x1b[2J",
            "\xe2\x82\xac",
            "Basic",
            "public, max-age=100",
            "-1",
            "9" * 40,
            "https://login.example/sso",
        ),
    ]
)
ANSWERS = st.builds(
    HttpResponse,
    st.sampled_from(
        [100, 101, 103, 200, 204, 206, 301, 302, 304, 308, 400, 401, 403, 404, 407, 421, 502, 530, 999]
    )
    | st.integers(-1, 1000),
    st.lists(st.tuples(NAMES, VALUES | BYTES), max_size=8).map(tuple),
    st.binary(max_size=60)
    | st.sampled_from(
        [b'{"code":"cross-site"}', b"{" * 3000, b"[" * 100_000, b"<code>x</code>", b"x" * MAX_BODY]
    ),
)
URLS = st.sampled_from(
    [
        "http://localhost:5000/a",
        "https://api.example.com/",
        "ws://localhost:5000/chat",
        "wss://api.example.com/",
    ]
)
ATTEMPTS = st.builds(
    Attempt,
    origin=st.sampled_from(
        [
            *(
                "http://localhost:8080",
                "https://app.example.com",
                "null",
                "file:///x",
                "capacitor://localhost",
            ),
            *(
                "app://x",
                "moz-extension://1",
                "javascript:alert(1)",
                "http://[",
                "",
                "ftp://x",
                "http://\ud800",
            ),
        ]
    ),
    url=URLS | URLS | URLS | BYTES,
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "get", "", "\x00"]),
    headers=st.just(()) | st.lists(st.tuples(NAMES, VALUES | BYTES), max_size=3).map(tuple),
    body=st.none() | st.sampled_from(["", "a=1&b=2", "%", "&&==", "\ud800", "x" * 70_000]),
    credentials=st.sampled_from(CREDENTIALS),
    mode=st.sampled_from(MODES),
    browser=st.sampled_from(["", *BROWSERS]),
    cookies=st.lists(st.sampled_from(["a=1", "a=1; SameSite=None", "__Host-a=1", "a=\xff"]), max_size=2).map(
        tuple
    ),
    sent_as=st.sampled_from(SENDERS),
)


@settings(max_examples=1000, deadline=None)
@example(
    Attempt(origin="http://localhost:8080", url="ws://localhost:5000/chat", sent_as="websocket"),
    [HttpResponse(101, (("Upgrade", "websocket"),))],
)
@example(
    Attempt(origin="null", url="http://localhost:5000/a", sent_as="form", method="POST"), [HttpResponse(103)]
)
@given(attempt=ATTEMPTS, answers=st.lists(ANSWERS, min_size=1, max_size=4))
def test_any_exchange_is_explained_or_a_usage_error(attempt: Attempt, answers: list[HttpResponse]) -> None:
    left = list(answers)

    def send(_request: HttpRequest) -> HttpResponse:
        if not left:
            raise TransportError("no more")
        return left.pop(0) if len(left) > 1 else left[0]

    try:
        attempted = run_attempt(attempt, send)
    except AttemptError:
        return
    diagnosis = attempted.diagnosis
    assert diagnosis.summary
    assert diagnosis.readable or diagnosis.fix
    assert as_text(diagnosis)
    findings = observe(attempt, attempted.verdict, send)
    document = attempt_document(attempt, attempted)
    assert document["readable"] == diagnosis.readable
    stream = io.StringIO()
    screen = Screen(stream, {})
    screen.document(document)
    show_attempt(screen, attempt, attempted)
    show_findings(screen, findings)
    shown = stream.getvalue()
    # What a server or a person wrote cannot drive the terminal.
    assert "\x1b" not in shown
    assert "\x00" not in shown


@pytest.mark.parametrize("sent_as", SENDERS)
def test_a_server_that_never_answers_is_explained(sent_as: str) -> None:
    def send(_request: HttpRequest) -> HttpResponse:
        raise TransportError("the time was over")

    url = "ws://localhost:5000/" if sent_as == "websocket" else "http://localhost:5000/"
    method = "POST" if sent_as == "form" else "GET"
    attempt = Attempt(origin="http://localhost:8080", url=url, sent_as=sent_as, method=method)
    diagnosis = run_attempt(attempt, send).diagnosis
    assert (diagnosis.readable, diagnosis.code) == (False, "connection-failed")
