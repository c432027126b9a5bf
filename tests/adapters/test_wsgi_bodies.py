"""Bodies through the WSGI middleware: handed on, made while they are sent, written, closed."""

import io
from wsgiref.util import FileWrapper

import pytest

from crossguard.wsgi import Crossguard
from tests.adapters.wire import Request, environ_of
from tests.adapters.wsgi_server import OK, Server
from tests.cases.cors import APP


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
