"""A view that crashes in debug: JSON for a script, the debugger for a person, the exception for a test."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from crossguard.flask import CORS, cross_origin
from tests.flask.wire import Answer, send

LISTED = "https://app.example.com"
STRANGER = "https://evil.example.net"
FETCH = [("Sec-Fetch-Mode", "cors")]
ALLOWED = {"Access-Control-Allow-Origin": LISTED, "Vary": "Origin"}


class CrashError(Exception):
    pass


def make_app(*, debug=True, message="crash", **config):
    app = Flask("crashes")
    app.debug = debug
    app.config.update(config)
    CORS(app, origins=[LISTED])

    @app.route("/crash", methods=["GET", "POST"])
    def crash():
        raise CrashError(message)

    return app


@pytest.mark.parametrize(
    "headers",
    [FETCH, [("Sec-Fetch-Mode", "no-cors")], [], [("Accept", "text/html")]],
    ids=str,
)
def test_a_script_gets_a_readable_500_and_the_server_the_exception(headers, caplog):
    answer = send(make_app(), "GET", "/crash", headers, origin=LISTED)

    assert answer.status == 500
    assert answer.cors == ALLOWED
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert int(answer["Content-Length"]) == len(answer.body)
    assert json.loads(answer.body) == {
        "type": "urn:crossguard:problem:internal-error",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "CrashError: crash (the traceback is in the log)",
        "code": "internal-error",
    }
    # Whoever is outside logs it: the debugger, or the server.
    assert isinstance(answer.raised, CrashError)
    assert [record for record in caplog.records if record.name == "crashes"] == []


def test_a_script_of_the_application_s_own_pages_gets_it_too():
    answer = send(make_app(), "GET", "/crash", [("Sec-Fetch-Mode", "same-origin")])

    assert answer.status == 500
    assert answer.cors == {"Vary": "Origin"}


def test_a_stranger_s_script_gets_it_without_permission():
    assert send(make_app(), "GET", "/crash", FETCH, origin=STRANGER).cors == {"Vary": "Origin"}


def test_head_has_no_body():
    answer = send(make_app(), "HEAD", "/crash", FETCH, origin=LISTED)

    assert (answer.status, answer.body) == (500, b"")
    assert int(answer["Content-Length"]) > 0


@pytest.mark.parametrize(
    "headers",
    [
        [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")],
        [("Sec-Fetch-Mode", "navigate"), ("Origin", "null")],
        [("Accept", "text/html,*/*")],
        [],
        [("Accept", "*/*")],
    ],
    ids=["navigation", "form post", "old browser", "nothing", "curl"],
)
def test_anybody_else_meets_the_debugger_which_is_outside(headers):
    with pytest.raises(CrashError):
        send(make_app(), "GET", "/crash", headers)


@pytest.mark.parametrize("debug", [True, False])
def test_tests_get_the_exception(debug):
    with pytest.raises(CrashError):
        send(make_app(debug=debug, TESTING=True), "GET", "/crash", FETCH, origin=LISTED)
    for config in ({"TESTING": True}, {"PROPAGATE_EXCEPTIONS": True}):
        with pytest.raises(CrashError):
            make_app(debug=debug, **config).test_client().get("/crash", headers={"Origin": LISTED})


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("origin", [LISTED, STRANGER, None])
def test_what_is_propagated_is_answered_too_and_raised_behind_the_answer(method, origin, caplog):
    # Frameworks that other tests load may have set another level; a refused read is information.
    caplog.set_level("WARNING")
    answer = send(make_app(debug=False, PROPAGATE_EXCEPTIONS=True), method, "/crash", origin=origin)

    assert (answer.status, type(answer.raised)) == (500, CrashError)
    assert answer.cors == (ALLOWED if origin == LISTED else {"Vary": "Origin"})
    assert int(answer["Content-Length"]) > 0
    assert b"crash" not in answer.body
    assert (answer.body == b"") is (method == "HEAD")
    assert caplog.records == []


def routed(*, converter=False, store=False):
    app = make_app(debug=False)
    app.secret_key = "x"

    class Broken(BaseConverter):
        def to_python(self, value):
            if converter:
                raise CrashError(value)
            return value

    class Store(SecureCookieSessionInterface):
        def open_session(self, app, request):
            if store:
                raise CrashError
            return super().open_session(app, request)

    app.url_map.converters["broken"] = Broken
    app.session_interface = Store()

    @app.route("/things/<broken:name>", methods=["GET", "POST"])
    @cross_origin(
        origins=[LISTED], supports_credentials=True, public_origins=["http://localhost"], token="always"
    )
    def thing(name):
        return name

    return app


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("broken", [{"converter": True}, {"store": True}], ids=str)
def test_a_converter_or_a_session_store_that_fails_is_answered(broken, method, caplog):
    sent = [("Sec-Fetch-Site", "cross-site"), ("X-CSRF-Token", "x.y")]
    if method == "OPTIONS":
        sent = [("Access-Control-Request-Method", "POST")]
    answer = send(routed(**broken), method, "/things/1", sent, origin=LISTED)

    assert answer.status in ({204} if method == "OPTIONS" else {403, 500})
    assert answer["Access-Control-Allow-Origin"] == LISTED
    # It is a failure: either Flask has logged it, or the server does.
    if answer.status == 500:
        assert answer.raised or [entry for entry in caplog.records if entry.name == "crashes"]


def test_a_stream_that_fails_before_its_first_part_is_answered():
    app = make_app(debug=False)

    @app.get("/stream")
    def stream():
        def parts():
            raise CrashError
            yield b""

        return Response(parts(), mimetype="text/plain")

    answer = send(app, "GET", "/stream", origin=LISTED)
    assert (answer.status, answer.cors, type(answer.raised)) == (500, ALLOWED, CrashError)
    assert json.loads(answer.body)["code"] == "internal-error"


@pytest.mark.parametrize("debug", [True, False])
def test_an_exception_with_a_status_is_for_the_framework_outside(debug):
    app = make_app(debug=debug, PROPAGATE_EXCEPTIONS=True, TRAP_HTTP_EXCEPTIONS=True)

    with pytest.raises(NotFound):
        send(app, "GET", "/nowhere", FETCH, origin=LISTED)


def test_out_of_debug_flask_answers_and_says_nothing(log):
    answer = send(make_app(debug=False), "GET", "/crash", FETCH, origin=LISTED)

    assert answer.status == 500
    assert answer.cors == ALLOWED
    assert b"crash" not in answer.body


def test_the_message_is_one_line_and_cut(caplog):
    answer = send(make_app(message="a\r\n\x1b[2J" + "b" * 9000), "GET", "/crash", FETCH, origin=LISTED)
    detail = json.loads(answer.body)["detail"]

    assert detail.startswith(r"CrashError: a\r\n\x1b[2Jbbb")
    assert detail.isprintable()
    assert len(detail) < 600


def test_a_path_with_control_characters_stays_one_line_in_the_log(caplog):
    app = make_app()

    @app.get("/<path:rest>")
    def crash_anywhere(rest):
        raise CrashError

    # The test client is outside of nothing that would log it.
    app.test_client().get("/%0dFAKE%1b%5b%e2%80%a8", headers={"Origin": LISTED})
    (record,) = [record for record in caplog.records if record.name == "crashes"]
    assert record.getMessage() == r"Exception on /\rFAKE\x1b[\u2028 [GET]"


def test_errors_that_are_answers_are_left_alone():
    app = make_app()
    app.register_error_handler(CrashError, lambda _error: Response("handled", 418))
    answer = send(app, "GET", "/crash", FETCH, origin=LISTED)

    assert (answer.status, answer.body, answer.cors) == (418, b"handled", ALLOWED)


def test_an_exception_behind_the_view_replaces_what_the_view_has_begun():
    app = make_app()

    @app.get("/teardown")
    def fine():
        return "fine"

    @app.teardown_request
    def fail(_error):
        raise CrashError("teardown")

    started = []

    def start_response(status, headers, exc_info=None):
        # PEP 3333: once the headers are sent, the server raises what it is given.
        if started:
            assert exc_info, "start_response was called again without exc_info"
            raise exc_info[1]
        started.append(status)

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/teardown",
        "HTTP_HOST": "localhost",
        "HTTP_ORIGIN": LISTED,
        "wsgi.url_scheme": "http",
    }
    body = app(environ, start_response)
    assert json.loads(next(iter(body)))["code"] == "internal-error"
    assert started == ["500 Internal Server Error"]


@pytest.fixture(scope="module")
def dev_server():
    """Run ``app.run(debug=True)`` on a free loopback port; yield its URL and what it logged so far."""
    root = Path(__file__).parents[2]
    # As from a shell: whoever has run one of Flask's commands in this process has left a mark.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tests.flask.dev_server"],
        cwd=root,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    lines: list[str] = []
    port = ""
    for line in process.stderr:
        lines.append(line)
        if found := re.search(r"Running on http://127\.0\.0\.1:(\d+)", line):
            port = found[1]
            break
    assert port, "".join(lines)
    reader = threading.Thread(target=lambda: lines.extend(process.stderr))
    reader.start()
    try:
        yield f"http://127.0.0.1:{port}", lines
    finally:
        watchdog.cancel()
        process.terminate()
        process.wait(10)
        reader.join(10)
        process.stderr.close()


def browse(url, **headers):
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as response:
            return Answer(response.status, response.headers.items(), response.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers.items(), error.read())


VUE = "http://localhost:8080"


def test_the_line_of_the_blog_post_works_under_the_development_server(dev_server):
    url, _ = dev_server
    answer = browse(f"{url}/ok", Origin=VUE)

    assert answer.body == b"ok"
    assert answer.cors == {
        "Access-Control-Allow-Origin": VUE,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }
    assert browse(f"{url}/ok", Origin=STRANGER).cors == {"Vary": "Origin"}
    assert browse(f"{url}/forbidden", Origin=VUE)["Access-Control-Allow-Origin"] == VUE


def test_under_the_development_server_a_script_gets_json_and_a_person_the_debugger(dev_server):
    url, lines = dev_server
    fetched = browse(f"{url}/crash", **{"Origin": VUE, "Sec-Fetch-Mode": "cors"})

    assert fetched.status == 500
    assert fetched["Access-Control-Allow-Origin"] == VUE
    assert json.loads(fetched.body)["code"] == "internal-error"
    # The server writes the log beside the answer; the reader of its pipe may be behind.
    deadline = time.monotonic() + 10
    while not any("RuntimeError: the view crashed" in line for line in lines):
        assert time.monotonic() < deadline, "".join(lines)
        time.sleep(0.01)

    navigated = browse(f"{url}/crash", **{"Accept": "text/html", "Sec-Fetch-Mode": "navigate"})
    assert navigated.status == 500
    assert b"Werkzeug" in navigated.body
    assert b"the view crashed" in navigated.body


def test_a_crash_is_answered_to_the_test_client_in_debug_too():
    app = Flask("debugged")
    app.debug = True
    CORS(app, origins=["https://app.example.com"])

    @app.get("/boom")
    def boom():
        raise CrashError

    answer = app.test_client().get("/boom", headers={"Origin": "https://app.example.com"})
    assert answer.status_code == 500
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert answer.json["code"] == "internal-error"
