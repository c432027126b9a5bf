"""The second layer of the gate in both middlewares: somebody else checks."""

import pytest

from crossguard.core.request import TokenState
from tests.adapters.mistakes import CREDENTIALED, mistakes
from tests.adapters.wire import Request
from tests.cases.cors import APP, EVIL

FROM_APP = (("Origin", APP), ("Sec-Fetch-Site", "same-site"))
WRITE = Request("POST", "/items", FROM_APP)


class TestTokens:
    @pytest.mark.parametrize("option", [{"token": "always"}, {"on_missing": "token"}])
    def test_tokens_need_somebody_who_checks_them(self, kind, option):
        found, error = mistakes(kind, **CREDENTIALED, **option)

        assert found == {(next(iter(option)), "not-set")}
        assert "only in Flask" in error.issues[0].reason
        assert "check_token" in error.issues[0].fix

    def test_without_a_gate_nobody_asks_for_tokens(self, kind):
        assert kind.make(origins=[APP], token="always")

    @pytest.mark.parametrize(
        ("state", "status", "code"),
        [
            (TokenState.VALID, 200, None),
            ("valid", 200, None),
            (TokenState.INVALID, 403, "token-invalid"),
            (TokenState.MISSING, 403, "token-missing"),
        ],
    )
    def test_what_checks_them_decides(self, kind, state, status, code):
        asked = []
        app = kind.make(
            **CREDENTIALED, token="always", check_token=lambda request: asked.append(request) or state
        )

        answer = kind.ask(app, WRITE)

        assert answer.status == status
        assert code is None or code.encode() in answer.body
        (request,) = asked
        assert request["PATH_INFO" if kind.name == "wsgi" else "path"] == "/items"

    @pytest.mark.parametrize("result", [None, True, "yes", "VALID"])
    def test_an_answer_that_is_no_state_counts_as_invalid(self, kind, result, log):
        app = kind.make(**CREDENTIALED, token="always", check_token=lambda _request: result)

        answer = kind.ask(app, WRITE)

        assert answer.status == 403
        assert b"token-invalid" in answer.body
        assert "check_token failed" in log.text

    def test_a_check_that_fails_counts_as_invalid_and_is_logged(self, kind, log):
        def check(_request):
            raise RuntimeError("the store is away")

        answer = kind.ask(kind.make(**CREDENTIALED, token="always", check_token=check), WRITE)

        assert answer.status == 403
        assert "the store is away" in log.text
        assert "the store" not in answer.body.decode()

    def test_it_is_asked_only_where_it_decides(self, kind):
        def check(_request):
            raise AssertionError("asked")

        app = kind.make(**CREDENTIALED, token="always", check_token=check)

        assert kind.ask(app, Request("GET", "/items", FROM_APP)).status == 200
        assert kind.ask(app, Request("POST", "/items", (("Origin", EVIL),))).status == 403
