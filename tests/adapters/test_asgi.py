"""What is particular to ASGI: messages that pass, failures, handshakes, mounts and frameworks' own lists."""

import asyncio
import json

import pytest

from crossguard import Outcome, Reason
from crossguard.asgi import Crossguard
from tests.adapters.wire import Request, received, run_asgi, scope_of, via_asgi
from tests.cases.cors import APP, EVIL, OWN

LISTED = (("Origin", APP),)
GATED = {"origins": [APP], "supports_credentials": True, "public_origins": [OWN], "auth_cookies": ["session"]}
OFFERED = {"extensions": {"websocket.http.response": {}}}


def sends(*messages):
    """Return an application that sends *messages*, and notes that it was called."""

    async def app(scope, receive, send):
        app.called.append((scope, receive, send))
        for message in messages:
            await send(message)

    app.called = []
    return app


START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
BODY = {"type": "http.response.body", "body": b"x"}
CONNECT = {"type": "websocket.connect"}
ACCEPT = {"type": "websocket.accept", "subprotocol": None, "headers": []}


def run(app, scope, *incoming):
    return asyncio.run(run_asgi(app, scope, [*incoming]))


class TestMessages:
    @pytest.mark.parametrize(
        "message",
        [
            {"type": "http.response.body", "body": b"x", "more_body": True},
            {"type": "http.response.trailers", "headers": [(b"access-control-allow-origin", b"*")]},
            {"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]},
            {"type": "http.response.push", "path": "/x", "headers": []},
            {"type": "http.response.pathsend", "path": "/srv/x"},
            {"type": "http.response.zerocopysend", "file": 3},
            {"type": "http.response.debug", "info": {}},
        ],
        ids=lambda message: message["type"],
    )
    def test_everything_but_the_beginning_passes_as_it_is(self, message):
        answer = run(
            Crossguard(sends(message, START, message), origins=[APP]), scope_of(Request("GET", "/", LISTED))
        )

        first, start, last = answer.messages
        assert first is message
        assert last is message
        assert (b"access-control-allow-origin", APP.encode()) in start["headers"]

    def test_the_application_s_own_message_stays_as_it_was(self):
        app = Crossguard(sends(START), origins=[APP])

        for origin, allowed in ((APP, True), (EVIL, False), (APP, True)):
            answer = run(app, scope_of(Request("GET", "/", (("Origin", origin),))))
            assert (answer.get("access-control-allow-origin") == APP) is allowed

        assert START == {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain")],
        }

    def test_a_message_keeps_what_else_it_says(self):
        answer = run(Crossguard(sends(START | {"trailers": True})), scope_of(Request()))

        assert answer.messages[0]["trailers"] is True

    @pytest.mark.parametrize(
        "headers",
        [
            ((b"content-type", b"text/plain"),),
            [[b"content-type", b"text/plain"]],
            iter([(b"content-type", b"text/plain")]),
            iter([(b"x-own", b"1"), (b"content-type", b"text/plain")]),
        ],
        ids=["tuple", "lists", "iterator", "iterator with a name of its own"],
    )
    def test_headers_may_be_any_iterable_of_pairs(self, headers):
        answer = run(
            Crossguard(sends(START | {"headers": headers}), origins=[APP]),
            scope_of(Request("GET", "/", LISTED)),
        )

        assert answer["content-type"] == "text/plain"
        assert answer["access-control-allow-origin"] == APP

    @pytest.mark.parametrize(
        "start", [{"type": "http.response.start", "status": 200}, START | {"headers": []}]
    )
    def test_headers_may_be_missing(self, start):
        answer = run(Crossguard(sends(start), origins=[APP]), scope_of(Request("GET", "/", LISTED)))

        assert answer.headers == [("access-control-allow-origin", APP), ("vary", "Origin")]

    def test_the_application_gets_the_server_s_own_receive(self):
        app = sends(START)

        async def receive():
            raise AssertionError("asked")

        async def send(_message):
            """Take it."""

        asyncio.run(Crossguard(app)(scope_of(Request()), receive, send))

        assert app.called[0][1] is receive

    def test_parts_leave_as_they_are_made(self):
        order = []

        async def app(_scope, _receive, send):
            for message in (START, BODY | {"more_body": True}, BODY):
                order.append("made")
                await send(message)

        async def send(_message):
            order.append("sent")

        asyncio.run(Crossguard(app)(scope_of(Request()), received, send))

        assert order == ["made", "sent"] * 3

    @pytest.mark.parametrize("kind", ["lifespan", "whatever comes"])
    def test_other_scopes_pass_untouched(self, kind):
        app = sends()
        scope = {"type": kind}

        async def send(_message):
            """Take it."""

        asyncio.run(Crossguard(app, **GATED)(scope, received, send))

        assert app.called == [(scope, received, send)]

    def test_a_path_without_a_policy_passes_untouched(self):
        app = sends()

        async def send(_message):
            """Take it."""

        for kind in ("http", "websocket"):
            asyncio.run(
                Crossguard(app, resources={"/api/*": GATED})(scope_of(Request(), kind), received, send)
            )

        assert [call[1:] for call in app.called] == [(received, send)] * 2

    @pytest.mark.parametrize("kind", ["http", "websocket"])
    def test_the_scope_stays_as_it_was(self, kind):
        scope = scope_of(Request("POST", "/", (*LISTED, ("Cookie", "session=x"))), kind)
        before = {**scope, "headers": [*scope["headers"]]}

        run(Crossguard(sends(), **GATED, on_decision=print), scope)

        assert scope == before

    def test_what_the_application_makes_of_the_scope_changes_nothing(self):
        async def app(scope, _receive, send):
            scope["headers"] = []
            scope["path"] = scope["root_path"] = "/elsewhere"
            await send(START)

        answer = run(Crossguard(app, origins=[APP]), scope_of(Request("GET", "/", LISTED)))

        assert answer["access-control-allow-origin"] == APP

    def test_a_cookie_on_several_lines_is_one(self):
        sent = (("Origin", EVIL), ("Authorization", "Bearer x"), ("Cookie", "a=1"), ("Cookie", "session=x"))

        assert via_asgi(Crossguard(sends(START), **GATED), Request("POST", "/", sent)).status == 403

    def test_an_upgrade_on_an_http_scope_is_a_get_like_any_other(self):
        # Servers make a websocket scope of a handshake; of what is left nobody makes a connection.
        sent = (("Origin", EVIL), ("Upgrade", "websocket"), ("Connection", "Upgrade"))

        assert via_asgi(Crossguard(sends(START), **GATED), Request("GET", "/", sent)).status == 200


class TestCrashes:
    @staticmethod
    async def fails(_scope, _receive, _send):
        raise RuntimeError("boom")

    @pytest.mark.parametrize(("origin", "allowed"), [(APP, True), (EVIL, False)])
    def test_a_crash_is_answered_in_a_form_that_a_page_reads_and_raised_on(self, origin, allowed, log):
        answer = via_asgi(Crossguard(self.fails, origins=[APP]), Request("GET", "/", (("Origin", origin),)))

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

    def test_a_crash_behind_the_beginning_is_the_server_s(self):
        async def app(_scope, _receive, send):
            await send(START)
            raise RuntimeError("boom")

        answer = via_asgi(Crossguard(app), Request())

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert [message["type"] for message in answer.messages] == ["http.response.start"]

    def test_head_gets_no_body(self):
        answer = via_asgi(Crossguard(self.fails), Request("HEAD"))

        assert answer.body == b""
        assert int(answer["content-length"]) > 0

    def test_in_debug_a_script_reads_what_happened(self):
        answer = via_asgi(Crossguard(self.fails, debug=True), Request("GET", "/", LISTED))

        assert json.loads(answer.body)["detail"] == "RuntimeError: boom (the traceback is in the log)"

    @pytest.mark.parametrize(
        "sent", [(("Accept", "text/html"),), (("Sec-Fetch-Mode", "navigate"), ("Origin", EVIL))]
    )
    def test_in_debug_a_navigation_is_left_to_the_page_outside(self, sent):
        answer = via_asgi(Crossguard(self.fails, debug=True), Request("GET", "/", sent))

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.messages == []

    def test_a_crash_where_no_policy_governs_is_left_alone(self):
        answer = via_asgi(Crossguard(self.fails, resources={"/api/*": {}}), Request())

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.messages == []

    def test_a_client_that_has_gone_does_not_hide_what_happened(self):
        async def send(_message):
            raise ConnectionResetError

        with pytest.raises(RuntimeError, match="boom"):
            asyncio.run(Crossguard(self.fails)(scope_of(Request()), received, send))

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


class TestHandshakes:
    def shake(self, app, *sent, incoming=(CONNECT,), **scope):
        return run(app, scope_of(Request("GET", "/ws", sent), "websocket", **scope), *incoming)

    @pytest.mark.parametrize("origin", [APP, OWN])
    def test_a_listed_page_and_the_own_ones_connect(self, origin):
        app = sends(ACCEPT)
        answer = self.shake(Crossguard(app, **GATED), ("Origin", origin), ("Cookie", "session=x"))

        assert answer.messages == [ACCEPT]
        assert answer.messages[0] is ACCEPT
        assert app.called

    def test_a_stranger_is_refused_with_a_response_where_the_server_offers_that(self):
        app = sends(ACCEPT)
        answer = self.shake(Crossguard(app, **GATED), ("Origin", EVIL), ("Cookie", "session=x"), **OFFERED)

        assert [message["type"] for message in answer.messages] == [
            "websocket.http.response.start",
            "websocket.http.response.body",
        ]
        assert answer.status == 403
        assert json.loads(answer.body)["code"] == "origin-not-trusted"
        assert answer.headers == [
            ("content-type", "application/problem+json"),
            ("content-length", str(len(answer.body))),
            ("cache-control", "no-store"),
            ("vary", "Origin, Sec-Fetch-Site"),
        ]
        assert app.called == []

    @pytest.mark.parametrize("scope", [{}, {"extensions": None}, {"extensions": {"tls": {}}}])
    def test_and_is_hung_up_on_where_it_does_not(self, scope):
        app = sends(ACCEPT)
        answer = self.shake(Crossguard(app, **GATED), ("Origin", EVIL), **scope)

        assert answer.messages == [{"type": "websocket.close", "code": 1008, "reason": ""}]
        assert app.called == []

    def test_a_client_that_has_gone_already_is_not_answered(self):
        answer = self.shake(Crossguard(sends(), **GATED), ("Origin", EVIL), incoming=())

        assert answer.messages == []

    @pytest.mark.parametrize(("cookie", "passes"), [("session=x", False), ("other=x", True)])
    def test_without_an_origin_the_cookie_decides(self, cookie, passes):
        app = sends(ACCEPT)

        self.shake(Crossguard(app, **GATED), ("Cookie", cookie))

        assert bool(app.called) is passes

    def test_ws_on_missing_lets_them_in(self):
        app = sends(ACCEPT)

        self.shake(Crossguard(app, **GATED, ws_on_missing="allow"), ("Cookie", "session=x"))

        assert app.called

    @pytest.mark.parametrize(
        ("base", "origin", "passes"),
        [
            ("https://api.example.com", "https://api.example.com", True),
            ("http://localhost:8000", "http://localhost:8000", True),
            ("http://api.example.com", "https://api.example.com", True),
            ("https://api.example.com", "http://api.example.com", False),
        ],
    )
    def test_ws_is_compared_as_http(self, base, origin, passes):
        app = sends(ACCEPT)
        guarded = Crossguard(app, **GATED | {"public_origins": []})

        run(guarded, scope_of(Request("GET", "/ws", (("Origin", origin),), base), "websocket"), CONNECT)

        assert bool(app.called) is passes

    def test_an_exempt_path_takes_every_handshake(self):
        app = sends(ACCEPT)

        self.shake(Crossguard(app, **GATED, exempt={"/ws": "it asks for a ticket"}), ("Origin", EVIL))

        assert app.called

    def test_without_a_gate_nobody_is_refused(self):
        app = sends(ACCEPT)

        self.shake(Crossguard(app, origins=[APP]), ("Origin", EVIL))

        assert app.called

    def test_report_only_lets_everybody_in_and_says_so(self, log):
        app = sends(ACCEPT)

        self.shake(Crossguard(app, **GATED, report_only=True), ("Origin", EVIL))

        assert app.called
        assert log.records[0].getMessage().startswith(f"report_only, not refused: GET {OWN}/ws from '{EVIL}'")

    def test_every_handshake_from_a_page_is_told(self):
        told = []
        guarded = Crossguard(sends(ACCEPT), **GATED, on_decision=lambda *decided: told.append(decided))

        for sent in ((("Origin", APP),), (("Origin", OWN),), (("Origin", EVIL),), ()):
            self.shake(guarded, *sent)

        assert [(decision.outcome, decision.reason) for decision, _, _ in told] == [
            (Outcome.WRITE_ALLOWED, Reason.TRUSTED_ORIGIN),
            (Outcome.WRITE_ALLOWED, Reason.SAME_ORIGIN_FALLBACK),
            (Outcome.WRITE_REFUSED, Reason.ORIGIN_NOT_TRUSTED),
        ]
        assert {facts.url for _, facts, _ in told} == {f"{OWN}/ws"}

    def test_a_refusal_of_the_application_s_own_carries_the_policy(self):
        denial = {"type": "websocket.http.response.start", "status": 401, "headers": []}
        app = sends(denial, {"type": "websocket.http.response.body", "body": b"no"})

        answer = self.shake(Crossguard(app, **GATED), ("Origin", APP), **OFFERED)

        assert answer.status == 401
        assert answer["access-control-allow-origin"] == APP

    def test_a_crash_is_the_server_s_to_answer(self):
        answer = self.shake(Crossguard(TestCrashes.fails, **GATED), ("Origin", APP), **OFFERED)

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.messages == []


class TestMounting:
    @pytest.mark.parametrize(
        ("root", "path", "governed"),
        [
            ("", "/items", True),
            ("/shop", "/items", True),
            ("/shop/", "/items", True),
            ("", "/shop/items", False),
        ],
    )
    def test_paths_are_below_the_mount(self, root, path, governed):
        guarded = Crossguard(sends(START), resources={"/items": {"origins": [APP]}})
        scope = scope_of(Request("GET", path, LISTED, root=root.rstrip("/"))) | {"root_path": root}

        answer = run(guarded, scope)

        assert (answer.get("access-control-allow-origin") == APP) is governed

    @pytest.mark.parametrize(("root", "path"), [("/shop", "/shop"), ("/shop", "/shop/"), ("", ""), ("", "/")])
    def test_the_root_has_a_path(self, root, path):
        guarded = Crossguard(sends(START), resources={"/": {"origins": [APP]}})

        answer = run(guarded, scope_of(Request("GET", "/", LISTED)) | {"root_path": root, "path": path})

        assert answer["access-control-allow-origin"] == APP

    def test_a_mount_covers_whole_segments(self):
        guarded = Crossguard(sends(START), resources={"/shopping/items": {"origins": [APP]}})

        answer = run(guarded, scope_of(Request("GET", "/shopping/items", LISTED)) | {"root_path": "/shop"})

        assert answer["access-control-allow-origin"] == APP

    def test_the_path_is_not_decoded_again(self):
        guarded = Crossguard(
            sends(START), resources={"/%61pi": {"origins": [APP]}, "/api": {"origins": [EVIL]}}
        )

        assert via_asgi(guarded, Request("GET", "/%2561pi", LISTED))["access-control-allow-origin"] == APP

    def test_two_around_one_another_answer_once(self):
        inner = Crossguard(sends(START), origins=[EVIL])
        answer = via_asgi(Crossguard(inner, origins=[APP]), Request("GET", "/", LISTED))

        assert answer["access-control-allow-origin"] == APP
        assert answer["vary"] == "Origin"
