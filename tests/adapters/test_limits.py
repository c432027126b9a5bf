"""One line a second for each policy, reason and site, and work that grows with the lines of a request."""

import asyncio
import logging

import pytest

from crossguard.adapters.reporter import site_of
from crossguard.asgi import Crossguard
from crossguard.core.addresses import address_of
from crossguard.lists.origin_check import OriginCheck
from crossguard.logs import MOST_KINDS, Limiter
from tests.adapters.test_reports import GATED
from tests.adapters.wire import Request, scope_of
from tests.cases.cors import APP, EVIL
from tests.core.counting import stays_small


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("crossguard.logs.time.monotonic", made)
    return made


def refused(kind, app, origin, path="/items"):
    return kind.ask(app, Request("POST", path, (("Origin", origin), ("Sec-Fetch-Site", "cross-site"))))


def test_of_one_site_one_line_a_second_is_written_and_the_others_are_counted(kind, clock, log):
    app = kind.make(**GATED)

    for number in range(100):
        assert refused(kind, app, f"https://host-{number}.evil.example", f"/{number}").status == 403
    assert len(log.records) == 1
    assert "left out" not in log.text

    clock.now += 1.1
    refused(kind, app, "https://other.evil.example")
    assert len(log.records) == 2
    assert (
        log.records[-1]
        .getMessage()
        .endswith(f"[cross-site] {address_of('cross-site')} (99 more like it left out)")
    )


def test_other_sites_and_other_reasons_have_lines_of_their_own(kind, clock, log):
    app = kind.make(**GATED)
    for origin in (EVIL, "https://a.example", "https://b.example", "null"):
        for _ in range(3):
            refused(kind, app, origin)
            kind.ask(app, Request("GET", "/items", (("Origin", origin),)))

    assert len(log.records) == 8


def test_two_policies_have_lines_of_their_own(kind, clock, log):
    app = kind.make(resources={"/a": GATED, "/b": GATED})
    for path in ("/a", "/b", "/a", "/b"):
        refused(kind, app, EVIL, path)

    assert len(log.records) == 2


def test_strangers_cannot_fill_the_memory_or_the_log(clock):
    limiter = Limiter()
    assert stays_small(lambda number: limiter.admit(f"{number}.example"))

    limiter = Limiter()
    written = [limiter.admit(f"{number}.example") for number in range(10 * MOST_KINDS)]

    assert sum(left_out is not None for left_out in written) == MOST_KINDS + 1

    clock.now += 1.1
    # The next line says how many were left out, whoever it is about.
    assert limiter.admit("0.example") == (0, 9 * MOST_KINDS - 1)
    assert limiter.admit("1.example") == (0, 0)


def test_words_are_made_only_for_what_is_written(kind, clock, log, monkeypatch):
    made = []
    monkeypatch.setattr(
        "crossguard.adapters.reporter._explained", lambda decision, *_: made.append(decision) or WORDS
    )
    app = kind.make(**GATED)
    for _ in range(10):
        refused(kind, app, EVIL)
    assert len(made) == 1

    log.set_level(logging.CRITICAL, logger="crossguard")
    clock.now += 2
    refused(kind, app, EVIL)
    assert len(made) == 1


class WORDS:
    summary, fix, code, address = "summary", "fix", "code", "address"


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("https://a.b.example.co.uk:8443", "example.co.uk"),
        ("https://me.github.io", "me.github.io"),
        ("https://github.io", "github.io"),
        ("http://localhost:8080", "localhost"),
        ("http://192.0.2.1", "192.0.2.1"),
        ("http://[::1]:5000", "[::1]"),
        ("null", ""),
        (None, ""),
        ("x" * 9000, ""),
    ],
)
def test_a_site_is_the_registrable_domain(origin, site):
    assert site_of(origin) == site


class Value(bytes):
    """A header value that counts how many bytes are copied behind it."""

    copied = 0

    def __add__(self, other):
        Value.copied += len(self) + len(other)
        return Value(bytes(self) + other)


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("header", ["origin", "sec-fetch-site", "cookie", "vary"])
def test_many_lines_of_a_header_are_not_joined_one_by_one(method, header):
    async def app(_scope, _receive, send):
        lines = [(b"vary", Value(b"accept"))] * (2000 if header == "vary" else 1)
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        await send({"type": "http.response.body", "body": b""})

    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = scope_of(Request(method, "/items", (("Access-Control-Request-Method", "PUT"),)))
    scope["headers"] += [(header.encode(), Value(b"https://evil.example"))] * 2000
    Value.copied = 0
    asyncio.run(Crossguard(app, **GATED)(scope, receive, send))

    assert sent[0]["status"] in {200, 204, 403}
    assert Value.copied == 0


def test_several_lines_of_origin_are_no_origin(kind):
    sent = (("Origin", APP), ("Origin", APP), ("Sec-Fetch-Site", "same-site"))

    assert kind.ask(kind.make(**GATED), Request("POST", "/items", sent)).status == 403


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_callable_is_asked_once_in_a_request_although_nothing_is_remembered(kind, method):
    questions = []
    ask = OriginCheck(lambda origin: questions.append(origin) or False, seconds=0)
    app = kind.make(**GATED | {"origins": ask}, debug=True)
    sent = (("Origin", EVIL), ("Sec-Fetch-Site", "cross-site"), ("Access-Control-Request-Method", "PUT"))

    for number in range(1, 3):
        kind.ask(app, Request(method, "/items", sent))
        assert questions == [EVIL] * number
