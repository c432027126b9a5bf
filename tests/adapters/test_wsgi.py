"""What is particular to WSGI: how bodies are made, how failures are answered, where applications are mounted."""

import io
import json
import logging
import sys
from wsgiref.util import FileWrapper

import pytest

from crossguard.wsgi import Crossguard
from tests.adapters.wire import Request, environ_of, via_wsgi
from tests.cases.cors import APP, EVIL, OWN

LISTED = (("Origin", APP),)
OK = [("Content-Type", "text/plain")]
GATED = {"origins": [APP], "supports_credentials": True, "public_origins": [OWN], "auth_cookies": ["session"]}


class Server:
    """A server that notes what it is told, in order, and replaces headers as PEP 3333 asks."""

    def __init__(self, app, **options):
        self.app = Crossguard(app, **{"origins": [APP]} | options)
        self.events = []
        self.sent = False

    def start_response(self, status, headers, exc_info=None):
        if exc_info and self.sent:
            raise exc_info[1].with_traceback(exc_info[2])
        self.events.append(("start", status, dict(headers), bool(exc_info)))
        return self.write

    def write(self, data):
        self.sent = self.sent or bool(data)
        self.events.append(("write", data))

    def run(self, request=None):
        body = self.app(environ_of(request or Request("GET", "/items", LISTED)), self.start_response)
        try:
            for chunk in body:
                self.write(chunk)
        finally:
            if hasattr(body, "close"):
                body.close()
        return self

    @property
    def kinds(self):
        return [event[0] for event in self.events]

    @property
    def starts(self):
        return [event for event in self.events if event[0] == "start"]

    @property
    def body(self):
        return b"".join(event[1] for event in self.events if event[0] == "write")


class TestBodies:
    @pytest.mark.parametrize("make", [list, tuple])
    def test_a_finished_body_is_handed_on_as_it_is(self, make):
        body = make([b"a", b"b"])

        def app(_environ, start_response):
            start_response("200 OK", OK)
            return body

        assert Crossguard(app)(environ_of(Request()), lambda *_: None) is body

    def test_a_file_is_handed_on_for_the_server_to_send(self):
        def app(environ, start_response):
            start_response("200 OK", OK)
            return environ["wsgi.file_wrapper"](io.BytesIO(b"file"))

        environ = environ_of(Request()) | {"wsgi.file_wrapper": FileWrapper}
        assert isinstance(Crossguard(app)(environ, lambda *_: None), FileWrapper)

    def test_a_file_of_a_server_whose_wrapper_is_a_function_too(self):
        file = io.BytesIO(b"file")

        def app(environ, start_response):
            start_response("200 OK", OK)
            return environ["wsgi.file_wrapper"](file)

        environ = environ_of(Request()) | {"wsgi.file_wrapper": lambda body, _size=0: body}
        assert Crossguard(app)(environ, lambda *_: None) is file

    def test_parts_leave_as_they_are_made(self):
        made = []

        def app(_environ, start_response):
            start_response("200 OK", OK)
            for part in (b"one", b"", b"two"):
                made.append(part)
                yield part

        body = iter(Crossguard(app)(environ_of(Request()), lambda *_: None))

        for count in (1, 2, 3):
            next(body)
            assert len(made) == count

    def test_the_server_hears_of_the_beginning_before_the_first_part(self):
        def app(_environ, start_response):
            start_response("200 OK", OK)
            yield b"one"

        server = Server(app).run()

        assert server.kinds == ["start", "write"]
        assert server.starts[0][2]["Access-Control-Allow-Origin"] == APP

    def test_a_body_without_parts_begins_all_the_same(self):
        def app(_environ, start_response):
            start_response("204 No Content", [])
            return iter(())

        assert Server(app).run().starts[0][1] == "204 No Content"

    @pytest.mark.parametrize("lazy", [True, False])
    def test_a_body_is_closed_once(self, lazy):
        closed = []

        class Body(list):
            def close(self):
                closed.append(True)

        class Lazy:
            def __iter__(self):
                return iter([b"x"])

            def close(self):
                closed.append(True)

        def app(_environ, start_response):
            start_response("200 OK", OK)
            return Lazy() if lazy else Body([b"x"])

        Server(app).run()

        assert closed == [True]

    def test_a_body_can_be_left_before_its_end(self):
        closed = []

        def app(_environ, start_response):
            start_response("200 OK", OK)
            try:
                while True:
                    yield b"x"
            finally:
                closed.append(True)

        body = Crossguard(app)(environ_of(Request()), lambda *_: None)
        next(iter(body))
        body.close()

        assert closed == [True]

    def test_what_is_written_leaves_after_the_beginning(self):
        def app(_environ, start_response):
            write = start_response("200 OK", OK)
            write(b"one")
            write(b"two")
            return [b"three"]

        server = Server(app).run()

        assert server.kinds == ["start", "write", "write", "write"]
        assert server.starts[0][2]["Access-Control-Allow-Origin"] == APP
        assert server.body == b"onetwothree"


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
        (record,) = log.records
        assert record.levelno == logging.ERROR
        assert record.getMessage() == "Exception on /items [GET]"
        assert "RuntimeError: boom" in log.text

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

    def test_a_path_in_the_log_stays_on_one_line(self, log):
        Server(fails).run(Request("GET", "/a%0d%0aFAKE", LISTED))

        assert "\n" not in log.records[0].getMessage()

    def test_a_server_that_does_not_like_the_headers_says_so_itself(self):
        def start_response(_status, _headers, _exc_info=None):
            raise ValueError("bad header")

        def app(_environ, start):
            start("200 OK", OK)
            return []

        with pytest.raises(ValueError, match="bad header"):
            Crossguard(app)(environ_of(Request()), start_response)


class TestMounting:
    def test_paths_are_below_the_mount(self):
        seen = []

        def app(environ, start_response):
            seen.append((environ["SCRIPT_NAME"], environ["PATH_INFO"]))
            start_response("200 OK", OK)
            return []

        guarded = Crossguard(app, resources={"/items": {"origins": [APP]}})

        assert (
            via_wsgi(guarded, Request("GET", "/items", LISTED, root="/shop"))["access-control-allow-origin"]
            == APP
        )
        assert (
            via_wsgi(guarded, Request("GET", "/shop/items", LISTED)).get("access-control-allow-origin")
            is None
        )
        assert seen == [("/shop", "/items"), ("", "/shop/items")]

    @pytest.mark.parametrize("path", ["", "/"])
    def test_the_root_has_a_path(self, path):
        def app(_environ, start_response):
            start_response("200 OK", OK)
            return []

        guarded = Crossguard(app, resources={"/": {"origins": [APP]}})
        got = []

        guarded(
            environ_of(Request("GET", "/", LISTED)) | {"PATH_INFO": path}, lambda *event: got.append(event)
        )

        assert ("Access-Control-Allow-Origin", APP) in got[0][1]

    def test_the_url_in_a_report_is_the_whole_one(self):
        told = []
        guarded = Crossguard(
            fails, origins=[APP], on_decision=lambda _decision, facts, _policy: told.append(facts)
        )

        via_wsgi(guarded, Request("GET", "/items?secret=1", LISTED, root="/shop"))

        (facts,) = told
        assert (facts.url, facts.path) == (f"{OWN}/shop/items", "/items")

    def test_what_the_application_makes_of_the_environ_changes_nothing(self):
        def app(environ, start_response):
            environ.clear()
            start_response("200 OK", OK)
            return []

        answer = []
        Crossguard(app, origins=[APP])(
            environ_of(Request("GET", "/", LISTED)), lambda *event: answer.append(event)
        )

        assert ("Access-Control-Allow-Origin", APP) in answer[0][1]

    def test_two_around_one_another_answer_once(self):
        def app(_environ, start_response):
            start_response("200 OK", OK)
            return []

        inner = Crossguard(app, origins=[EVIL])
        answer = via_wsgi(Crossguard(inner, origins=[APP]), Request("GET", "/items", LISTED))

        assert answer["access-control-allow-origin"] == APP
        assert answer["vary"] == "Origin"


class TestSockets:
    UPGRADE = (("Upgrade", "websocket"), ("Connection", "Upgrade"))

    def called_with(self, *sent):
        called = []

        def app(_environ, start_response):
            called.append(True)
            start_response("200 OK", OK)
            return []

        answer = via_wsgi(Crossguard(app, **GATED), Request("GET", "/ws", (*self.UPGRADE, *sent)))
        return answer.status, bool(called)

    def test_a_stranger_s_handshake_is_refused(self):
        assert self.called_with(("Origin", EVIL)) == (403, False)

    def test_a_cookie_without_an_origin_is_refused(self):
        assert self.called_with(("Cookie", "session=x")) == (403, False)

    def test_a_listed_page_and_the_own_ones_connect(self):
        assert self.called_with(("Origin", APP)) == (200, True)
        assert self.called_with(("Origin", OWN)) == (200, True)
