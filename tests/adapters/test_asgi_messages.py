"""Messages through the ASGI middleware: the beginning is edited, everything else passes as it is."""

import asyncio

import pytest

from crossguard.asgi import Crossguard
from tests.adapters.asgi_server import BODY, GATED, LISTED, START, run, sends
from tests.adapters.wire import Request, received, scope_of, via_asgi
from tests.cases.cors import APP, EVIL


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
