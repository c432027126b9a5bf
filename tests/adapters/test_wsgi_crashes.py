"""WSGI applications that fail: before the first byte, behind it, and in debug."""

import json
import sys
import urllib.error

import pytest
import starlette.exceptions
import werkzeug.exceptions

from crossguard.wsgi import Crossguard
from tests.adapters.wire import Request, environ_of
from tests.adapters.wsgi_server import LISTED, OK, Server
from tests.cases.cors import APP, EVIL


def fails(_environ, _start_response):
    raise RuntimeError("boom")


def fails_after_the_beginning(_environ, start_response):
    start_response("200 OK", [*OK, ("X-Of", "success")])
    raise RuntimeError("boom")


def fails_before_the_first_part(_environ, start_response):
    start_response("200 OK", [*OK, ("X-Of", "success")])
    raise RuntimeError("boom")
    yield b""


def fails_before_the_beginning_of_a_body(_environ, _start_response):
    raise RuntimeError("boom")
    yield b""


class NotEvenIterable:
    def __iter__(self):
        raise RuntimeError("boom")


def fails_to_iterate(_environ, start_response):
    start_response("200 OK", [*OK, ("X-Of", "success")])
    return NotEvenIterable()


BEFORE_THE_FIRST_BYTE = [
    fails,
    fails_after_the_beginning,
    fails_before_the_first_part,
    fails_before_the_beginning_of_a_body,
    fails_to_iterate,
]


class OddError(Exception):
    def __init__(self, **given):
        super().__init__(str(given))
        self.__dict__.update(given)


WITH_STATUS = [
    werkzeug.exceptions.NotFound(),
    starlette.exceptions.HTTPException(400),
    OddError(status_code=422),
    OddError(code=308),
    OddError(status_code=404, response=None),
]
WITHOUT_STATUS = [
    urllib.error.HTTPError("https://other.example", 404, "Not Found", None, None),
    OddError(status_code=404, response="what another service has answered"),
    OddError(code="e3q8"),
    OddError(code=1),
    OddError(status_code=True),
    OddError(status_code=1404),
]


class TestCrashes:
    @pytest.mark.parametrize("app", BEFORE_THE_FIRST_BYTE)
    def test_a_crash_is_answered_in_a_form_that_a_page_reads(self, app, log):
        server = Server(app).run()

        ((_, status, headers, again),) = server.starts
        assert status == "500 Internal Server Error"
        assert not again
        assert headers == {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(server.body)),
            "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": APP,
            "Vary": "Origin",
        }
        assert json.loads(server.body) == {
            "type": "urn:crossguard:problem:internal-error",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "The application failed; its log says why.",
            "code": "internal-error",
        }
        # Whoever gets it raised behind the answer logs it: the server.
        assert repr(server.raised) == "RuntimeError('boom')"
        assert log.records == []

    @pytest.mark.parametrize("app", BEFORE_THE_FIRST_BYTE)
    def test_a_stranger_s_crash_is_answered_without_headers_for_it(self, app):
        server = Server(app).run(Request("GET", "/items", (("Origin", EVIL),)))

        assert "Access-Control-Allow-Origin" not in server.starts[0][2]

    def test_a_crash_behind_an_empty_part_is_answered_as_the_protocol_says(self):
        def app(_environ, start_response):
            start_response("200 OK", OK)
            yield b""
            raise RuntimeError("boom")

        server = Server(app).run()

        assert [(start[1], start[3]) for start in server.starts] == [
            ("200 OK", False),
            ("500 Internal Server Error", True),
        ]
        assert json.loads(server.body)["code"] == "internal-error"

    def test_a_crash_behind_the_first_byte_is_the_server_s(self, log):
        def app(_environ, start_response):
            start_response("200 OK", OK)
            yield b"one"
            raise RuntimeError("boom")

        server = Server(app)

        with pytest.raises(RuntimeError, match="boom"):
            server.run()
        assert server.body == b"one"
        assert log.records == []

    def test_a_crash_behind_something_written_is_the_server_s(self):
        def app(_environ, start_response):
            start_response("200 OK", OK)(b"one")
            raise RuntimeError("boom")

        with pytest.raises(RuntimeError, match="boom"):
            Server(app).run()

    def test_an_application_that_begins_again_is_heard(self):
        def app(environ, start_response):
            start_response("200 OK", OK)
            try:
                fails(environ, start_response)
            except RuntimeError:
                start_response("503 Service Unavailable", [*OK, ("Retry-After", "5")], sys.exc_info())
            return [b"later"]

        server = Server(app).run()

        ((_, status, headers, again),) = server.starts
        assert (status, headers["Retry-After"], again) == ("503 Service Unavailable", "5", False)
        assert headers["Access-Control-Allow-Origin"] == APP

    def test_an_application_that_begins_again_too_late_gets_its_exception_back(self):
        def app(environ, start_response):
            start_response("200 OK", OK)
            yield b"one"
            try:
                fails(environ, start_response)
            except RuntimeError:
                start_response("503 Service Unavailable", OK, sys.exc_info())

        with pytest.raises(RuntimeError, match="boom"):
            Server(app).run()

    def test_head_gets_no_body(self):
        server = Server(fails).run(Request("HEAD", "/items", LISTED))

        assert server.body == b""
        assert int(server.starts[0][2]["Content-Length"]) > 0
        # Without a part to send, servers have to be told to send the headers.
        assert server.kinds == ["start", "write"]

    @pytest.mark.parametrize("error", WITH_STATUS, ids=repr)
    @pytest.mark.parametrize("debug", [True, False])
    def test_an_exception_with_a_status_is_for_the_framework_outside(self, error, debug):
        def app(_environ, _start_response):
            raise error

        with pytest.raises(type(error)):
            Server(app, debug=debug).run()

    @pytest.mark.parametrize("error", WITHOUT_STATUS, ids=repr)
    def test_an_exception_with_another_s_status_is_a_failure(self, error):
        def app(_environ, _start_response):
            raise error

        assert Server(app).run().starts[0][1] == "500 Internal Server Error"

    def test_in_debug_a_script_reads_what_happened(self):
        server = Server(fails, debug=True).run()

        assert json.loads(server.body)["detail"] == "RuntimeError: boom (the traceback is in the log)"

    @pytest.mark.parametrize(
        "sent", [(("Accept", "text/html"),), (("Sec-Fetch-Mode", "navigate"), ("Origin", EVIL))]
    )
    def test_in_debug_a_navigation_is_left_to_the_debugger_outside(self, sent, log):
        with pytest.raises(RuntimeError, match="boom"):
            Server(fails, debug=True).run(Request("GET", "/items", sent))

        assert log.records == []

    def test_a_crash_where_no_policy_governs_is_left_alone(self):
        with pytest.raises(RuntimeError, match="boom"):
            Server(fails, resources={"/api/*": {}}).run()

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
    def test_what_ends_the_process_is_not_answered(self, stop):
        def app(_environ, _start_response):
            raise stop

        with pytest.raises(stop):
            Server(app).run()

    def test_a_server_that_does_not_like_the_headers_says_so_itself(self):
        def start_response(_status, _headers, _exc_info=None):
            raise ValueError("bad header")

        def app(_environ, start):
            start("200 OK", OK)
            return []

        with pytest.raises(ValueError, match="bad header"):
            Crossguard(app)(environ_of(Request()), start_response)
