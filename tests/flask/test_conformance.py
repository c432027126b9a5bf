"""The extension gives exactly what the engine decides: every case, and configurations nobody thought of."""

import pytest
from flask import Flask, request
from hypothesis import assume, given

from crossguard import RequestFacts, apply_edits, decide
from crossguard.flask import CORS, decision_made
from tests.cases.build import policy
from tests.cases.cors import CASES, OWN, Case
from tests.flask.wire import Answer, send
from tests.strategies import facts, options

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def make_app(written):
    app = Flask("conformance")
    called = []

    @app.route("/items", methods=METHODS)
    def items():
        called.append(request.method)
        return "items"

    CORS(app, **written)
    return app, called


def ask(app, asked: RequestFacts | Case) -> Answer:
    if isinstance(asked, Case):
        fields = (asked.asks_method, asked.asks_headers, asked.asks_private_network)
    else:
        fields = (asked.requested_method, asked.requested_headers, asked.requests_private_network)
    method, names, private = fields
    headers = [] if method is None else [("Access-Control-Request-Method", method)]
    headers += [] if names is None else [("Access-Control-Request-Headers", names)]
    headers += [("Access-Control-Request-Private-Network", "true")] if private else []
    return send(app, asked.method, "/items", headers, origin=asked.origin, base=OWN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_case_gets_exactly_its_headers(case):
    app, called = make_app(case.options)

    answer = ask(app, case)

    assert answer.cors == case.headers
    if case.outcome.value.startswith("preflight"):
        assert (answer.status, answer.body, called) == (204, b"", [])
        assert answer.headers == [*answer.cors.items()]
    else:
        assert answer.status == 200
        # Flask answers OPTIONS itself.
        assert called == ([] if case.method == "OPTIONS" else [case.method])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_case_is_told_to_whoever_listens(case):
    app, _ = make_app(case.options)
    told = []

    def listen(sender, **decided):
        told.append((sender, decided))

    with decision_made.connected_to(listen):
        ask(app, case)

    if not case.origin:
        assert told == []
        return
    ((sender, decided),) = told
    assert sender is app
    assert set(decided) == {"decision", "facts", "policy"}
    assert decided["decision"].outcome is case.outcome
    assert decided["decision"].reason is case.reason
    assert decided["decision"].detail == case.detail
    assert (decided["facts"].method, decided["facts"].origin) == (case.method, case.origin)
    assert decided["facts"].url == f"{OWN}/items"
    assert decided["policy"].name == "app"


@given(options(), facts())
def test_the_extension_agrees_with_the_engine(written, asked):
    assume(asked.method in {*METHODS, "OPTIONS"})
    # The gate, which decides about writes with credentials, has tables of its own.
    assume(asked.method in {"GET", "HEAD", "OPTIONS"} or not written["supports_credentials"])
    app, _ = make_app(written)

    edits, _ = apply_edits(decide(policy(**written), asked).edits, [])

    assert ask(app, asked).cors == dict(edits)
