"""Refused writes that the application answers: what it is told, and what its answer keeps to."""

import json
from typing import Any

import pytest

from crossguard.adapters.on_refused import Refusal
from tests.adapters.both import Kind
from tests.adapters.wire import Answer, Request
from tests.adapters.write_cases import FROM_APP, FROM_EVIL, GATED

STRANGE = Request("POST", "/items", FROM_EVIL)
PLAIN = {"Content-Type": "text/plain"}


class Answering:
    """An application of both protocols that answers refused writes, and notes what it was told."""

    def __init__(self, status: int = 403, body: bytes = b"not you", **headers: str) -> None:
        self.status = status
        self.body = body
        self.headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.told: list[Refusal] = []

    def of(self, kind: Kind) -> Any:
        return self.wsgi if kind.name == "wsgi" else self.asgi

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.told.append(environ["crossguard.refusal"])
        start_response(f"{self.status} Whatever", self.headers)
        return [self.body]

    async def asgi(self, scope: dict[str, Any], _receive: Any, send: Any) -> None:
        self.told.append(scope["crossguard.refusal"])
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[:3], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[3:]})


def ask(kind: Kind, answering: Any, request: Request = STRANGE, **options: Any) -> tuple[Answer, list[str]]:
    called: list[str] = []
    app = kind.wrap(kind.inner(called), **GATED, on_refused=answering, **options)
    return kind.ask(app, request), called


def test_the_application_answers_and_is_told_why(kind: Kind) -> None:
    answering = Answering(status=422, Content_Type="text/plain", X_Own="1")
    answer, called = ask(kind, answering.of(kind))
    assert (answer.status, answer.body, called) == (422, b"not you", [])
    assert sorted(answer.headers) == [
        ("cache-control", "no-store"),
        ("content-length", "7"),
        ("content-type", "text/plain"),
        ("vary", "Origin, Sec-Fetch-Site"),
        ("x-own", "1"),
    ]
    (refusal,) = answering.told
    assert refusal == Refusal("cross-site", 403, refusal.detail)
    assert "evil" not in refusal.detail


def test_in_debug_it_is_told_what_to_write(kind: Kind) -> None:
    answering = Answering()
    ask(kind, answering.of(kind), debug=True)
    assert "add it to origins" in answering.told[0].detail


def test_a_listed_front_end_can_read_it(kind: Kind) -> None:
    answering = Answering(status=415, Content_Type="application/json")
    request = Request("POST", "/items", (*FROM_APP, ("Content-Type", "text/plain")), body=b"x")
    answer, _ = ask(kind, answering.of(kind), request, json_only=True)
    assert answering.told[0][:2] == ("unsupported-media-type", 415)
    assert answer["access-control-allow-origin"] == dict(FROM_APP)["Origin"]
    assert answer["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize("status", [100, 200, 204, 302])
def test_it_stays_an_error(kind: Kind, status: int) -> None:
    assert ask(kind, Answering(status).of(kind))[0].status == 403


def test_it_is_not_stored_and_sets_nothing(kind: Kind) -> None:
    answering = Answering(
        Content_Type="text/plain",
        Cache_Control="max-age=60",
        Set_Cookie="session=stranger",
        Content_Length="1",
        Access_Control_Allow_Origin="*",
        Vary="Accept",
    )
    answer, _ = ask(kind, answering.of(kind))
    assert answer["cache-control"] == "no-store"
    assert answer["content-length"] == "7"
    assert answer["vary"] == "Accept, Origin, Sec-Fetch-Site"
    assert answer.get("set-cookie") is None
    assert answer.get("access-control-allow-origin") is None


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "TEXT/HTML", "image/svg+xml"])
def test_a_document_runs_no_script(kind: Kind, content_type: str) -> None:
    page = Answering(body=b"<script>location.reload()</script>", Content_Type=content_type)
    answer, _ = ask(kind, page.of(kind))
    assert answer["content-security-policy"] == "sandbox"


def test_what_has_no_type_is_no_document(kind: Kind) -> None:
    answer, _ = ask(kind, Answering(body=b"<script>location.reload()</script>").of(kind))
    assert answer["content-type"] == "text/plain; charset=utf-8"


def test_a_head_has_no_body(kind: Kind) -> None:
    request = Request("HEAD", "/export", FROM_EVIL)
    answer, _ = ask(kind, Answering(Content_Type="text/plain").of(kind), request, strict_get=["/export"])
    assert (answer.status, answer.body) == (403, b"")
    assert answer["vary"] == "Origin, Sec-Fetch-Site, Referer, Cookie, Authorization"


def fails_wsgi(_environ: object, _start_response: object) -> Any:
    raise ValueError("it has no template")


async def fails_asgi(_scope: object, _receive: object, _send: object) -> None:
    raise ValueError("it has no template")


async def silent_asgi(_scope: object, _receive: object, _send: object) -> None:
    """Say nothing."""


FAILING = {"wsgi": [fails_wsgi, lambda _environ, _start: []], "asgi": [fails_asgi, silent_asgi]}


@pytest.mark.parametrize("which", [0, 1], ids=["raises", "says nothing"])
def test_one_that_fails_is_logged_and_lets_nothing_through(kind: Kind, which: int, log: Any) -> None:
    answer, called = ask(kind, FAILING[kind.name][which])
    assert (answer.status, called) == (403, [])
    assert json.loads(answer.body)["code"] == "cross-site"
    assert "on_refused failed" in log.text


def test_what_is_allowed_is_not_its_concern(kind: Kind) -> None:
    answering = Answering()
    answer, called = ask(kind, answering.of(kind), Request("POST", "/items", FROM_APP))
    assert (answer.status, called, answering.told) == (200, ["/items"], [])
    ask(kind, answering.of(kind), report_only=True)
    assert answering.told == []


@pytest.mark.parametrize("value", ["page", 1, []])
def test_it_has_to_be_an_application(kind: Kind, value: Any) -> None:
    with pytest.raises(TypeError, match="on_refused"):
        kind.make(on_refused=value)


FORM = (("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html,application/xhtml+xml"))


def test_a_form_gets_a_page(kind: Kind) -> None:
    answer, _ = ask(kind, None, Request("POST", "/items", (*FROM_EVIL, *FORM)))
    assert answer.status == 403
    assert answer["content-type"] == "text/html; charset=utf-8"
    assert answer["content-security-policy"] == "default-src 'none'; sandbox"
    assert b"<code>cross-site</code>" in answer.body
    assert b"script" not in answer.body
