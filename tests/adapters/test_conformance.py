"""One table through the core, WSGI, ASGI and Flask: same status, same exact headers, application called or not."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given

from crossguard import RequestFacts, apply_edits, asgi, decide, wsgi
from crossguard.core.addresses import address_of
from crossguard.flask import CORS
from tests.adapters.cases import BODY, CASES, Case
from tests.adapters.inner import Called, asgi_app, flask_app, wsgi_app
from tests.adapters.reference import via_core
from tests.adapters.wire import Answer, Request, via_asgi, via_wsgi
from tests.adapters.write_cases import WRITES
from tests.cases.build import policy
from tests.strategies import facts, options

TABLE = (*CASES, *WRITES)


def through_wsgi(case: Case, called: Called) -> Answer:
    return via_wsgi(wsgi.Crossguard(wsgi_app(called), **case.options), case.request)


def through_asgi(case: Case, called: Called) -> Answer:
    answer = via_asgi(asgi.Crossguard(asgi_app(called), **case.options), case.request)
    assert answer.raised is None
    return answer


def through_flask(case: Case, called: Called) -> Answer:
    app = flask_app(called)
    CORS(app, **case.options)
    return via_wsgi(app, case.request)


SENDERS: dict[str, Callable[[Case, Called], Answer]] = {
    "core": via_core,
    "wsgi": through_wsgi,
    "asgi": through_asgi,
    "flask": through_flask,
}


@pytest.mark.parametrize("way", SENDERS)
@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.id)
def test_every_adapter_gives_exactly_what_the_table_says(case, way):
    called: Called = []

    answer = SENDERS[way](case, called)

    assert answer.status == case.status
    assert bool(called) is case.called
    length = (
        str(len(answer.body)) if case.code and case.request.method != "HEAD" else answer.get("content-length")
    )
    expected = [(name, value or length) for name, value in case.headers]
    assert sorted(answer.headers) == sorted(expected)


@pytest.mark.parametrize("way", [way for way in SENDERS if way != "core"])
@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.id)
def test_every_adapter_sends_the_same_body(case, way):
    body = SENDERS[way](case, []).body

    if case.request.method == "HEAD" or case.status == 204:
        assert body == b""
    elif case.code:
        document = json.loads(body)
        assert re.fullmatch("urn:request:[0-9a-f]{16}", document.pop("instance"))
        assert document == {
            "type": address_of(case.code),
            "title": "Unsupported media type" if case.status == 415 else "Write refused",
            "status": case.status,
            "detail": document["detail"],
            "code": case.code,
        }
        assert document["detail"].endswith(".")
        assert "evil" not in document["detail"]
    else:
        assert body == BODY


def test_the_cases_are_told_apart_and_cover_every_kind_of_answer():
    assert len({case.id for case in TABLE}) == len(TABLE)
    assert {case.status for case in TABLE} == {200, 201, 204, 403, 404, 415}
    assert {case.called for case in TABLE} == {True, False}


def asked_in(facts: RequestFacts) -> Request:
    sent = {
        "Origin": facts.origin,
        "Access-Control-Request-Method": facts.requested_method,
        "Access-Control-Request-Headers": facts.requested_headers,
        "Access-Control-Request-Private-Network": "true" if facts.requests_private_network else None,
    }
    return Request(
        facts.method, "/items", tuple((name, text) for name, text in sent.items() if text is not None)
    )


@given(options(), facts())
def test_wsgi_and_asgi_agree_with_the_engine_whatever_is_asked(written, asked):
    case = Case("any", written | {"write_gate": False}, asked_in(asked))
    edits, _ = apply_edits(decide(policy(**written), asked).edits, [])
    expected = sorted((name.lower(), value) for name, value in edits)

    for way in (through_wsgi, through_asgi):
        got = [
            pair
            for pair in way(case, []).headers
            if pair[0].startswith("access-control-") or pair[0] == "vary"
        ]
        assert sorted(got) == expected
