"""ASGI applications that fail: before the response begins, behind it, in debug, and cancelled."""

import asyncio
import json

import pytest
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware

from crossguard.asgi import Crossguard
from tests.adapters.asgi_server import LISTED, START, fails
from tests.adapters.wire import Request, received, scope_of, via_asgi
from tests.cases.cors import APP, EVIL


class TestCrashes:
    @pytest.mark.parametrize(("origin", "allowed"), [(APP, True), (EVIL, False)])
    def test_a_crash_is_answered_in_a_form_that_a_page_reads_and_raised_on(self, origin, allowed, log):
        answer = via_asgi(Crossguard(fails, origins=[APP]), Request("GET", "/", (("Origin", origin),)))

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.status == 500
        headers = [
            ("content-type", "application/problem+json"),
            ("content-length", str(len(answer.body))),
            ("cache-control", "no-store"),
        ]
        allowance = [("access-control-allow-origin", APP)] if allowed else []
        assert answer.headers == [*headers, *allowance, ("vary", "Origin")]
        assert json.loads(answer.body)["detail"] == "The application failed; its log says why."
        # Whoever raises it on logs it: the server.
        assert "boom" not in log.text

    @pytest.mark.parametrize("debug", [True, False])
    def test_an_exception_with_a_status_is_for_the_framework_outside(self, debug):
        async def app(_scope, _receive, _send):
            raise HTTPException(404)

        answer = via_asgi(Crossguard(app, origins=[APP], debug=debug), Request("GET", "/", LISTED))

        assert isinstance(answer.raised, HTTPException)
        assert answer.messages == []

    def test_a_framework_outside_answers_it(self):
        async def app(_scope, _receive, _send):
            raise HTTPException(400, "what is missing")

        outside = ExceptionMiddleware(Crossguard(app, origins=[APP]))
        answer = via_asgi(outside, Request("GET", "/", LISTED))

        assert (answer.status, answer.body, answer.raised) == (400, b"what is missing", None)

    def test_a_crash_behind_the_beginning_is_the_server_s(self):
        async def app(_scope, _receive, send):
            await send(START)
            raise RuntimeError("boom")

        answer = via_asgi(Crossguard(app), Request())

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert [message["type"] for message in answer.messages] == ["http.response.start"]

    def test_head_gets_no_body(self):
        answer = via_asgi(Crossguard(fails), Request("HEAD"))

        assert answer.body == b""
        assert int(answer["content-length"]) > 0

    def test_in_debug_a_script_reads_what_happened(self):
        answer = via_asgi(Crossguard(fails, debug=True), Request("GET", "/", LISTED))

        assert json.loads(answer.body)["detail"] == "RuntimeError: boom (the traceback is in the log)"

    @pytest.mark.parametrize(
        "sent", [(("Accept", "text/html"),), (("Sec-Fetch-Mode", "navigate"), ("Origin", EVIL))]
    )
    def test_in_debug_a_navigation_is_left_to_the_page_outside(self, sent):
        answer = via_asgi(Crossguard(fails, debug=True), Request("GET", "/", sent))

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.messages == []

    def test_a_crash_where_no_policy_governs_is_left_alone(self):
        answer = via_asgi(Crossguard(fails, resources={"/api/*": {}}), Request())

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.messages == []

    def test_a_client_that_has_gone_does_not_hide_what_happened(self):
        async def send(_message):
            raise ConnectionResetError

        with pytest.raises(RuntimeError, match="boom"):
            asyncio.run(Crossguard(fails)(scope_of(Request()), received, send))

    def test_a_cancelled_request_is_not_answered(self):
        sent = []

        async def app(_scope, _receive, _send):
            raise asyncio.CancelledError

        async def send(message):
            sent.append(message)

        async def cancelled():
            with pytest.raises(asyncio.CancelledError):
                await Crossguard(app)(scope_of(Request()), received, send)

        asyncio.run(cancelled())
        assert sent == []
