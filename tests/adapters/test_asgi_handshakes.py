"""WebSocket handshakes: refused before the application sees them, or handed on as they are."""

import json

import pytest

from crossguard import Outcome, Reason
from crossguard.asgi import Crossguard
from tests.adapters.asgi_server import ACCEPT, CONNECT, GATED, OFFERED, fails, run, sends
from tests.adapters.wire import Request, scope_of
from tests.cases.cors import APP, EVIL, OWN


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

    @pytest.mark.parametrize(
        ("path", "cookie", "known", "passes"),
        [
            ("/ws", None, ["session"], True),
            ("/ws", "other=x", ["session"], True),
            ("/ws", "session=x", ["session"], False),
            ("/ws", "other=x", [], False),
            ("/ws/", None, ["session"], False),
        ],
    )
    def test_a_public_path_takes_everybody_who_is_not_signed_in(self, path, cookie, known, passes):
        app = sends(ACCEPT)
        guarded = Crossguard(app, **GATED | {"auth_cookies": known, "public": ["/ws"]})
        sent = (("Origin", EVIL), *([("Cookie", cookie)] if cookie else []))
        run(guarded, scope_of(Request("GET", path, sent), "websocket"), CONNECT)

        assert bool(app.called) is passes

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
        answer = self.shake(Crossguard(fails, **GATED), ("Origin", APP), **OFFERED)

        assert repr(answer.raised) == "RuntimeError('boom')"
        assert answer.messages == []
