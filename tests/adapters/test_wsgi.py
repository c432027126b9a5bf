"""What else is particular to WSGI: where applications are mounted, what they do to the environ, handshakes."""

import pytest

from crossguard.wsgi import Crossguard
from tests.adapters.wire import Request, environ_of, via_wsgi
from tests.adapters.wsgi_server import LISTED, OK
from tests.cases.cors import APP, EVIL, OWN

GATED = {
    "origins": [APP],
    "supports_credentials": True,
    "public_origins": [OWN],
    "auth_cookies": ["session"],
}


def broken(_environ, _start_response):
    raise RuntimeError("boom")


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
            broken, origins=[APP], on_decision=lambda _decision, facts, _policy: told.append(facts)
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
