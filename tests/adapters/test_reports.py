"""What both middlewares log and tell."""

import json
import logging

import pytest

from crossguard import Outcome, Reason
from crossguard.core.addresses import address_of
from tests.adapters.wire import Request
from tests.cases.cors import APP, CASES, EVIL, OWN

GATED = {
    "origins": [APP],
    "supports_credentials": True,
    "public_origins": [OWN],
    "auth_cookies": ["session"],
}
FROM_EVIL = (("Origin", EVIL), ("Sec-Fetch-Site", "cross-site"), ("Cookie", "session=x"))


def asked(case):
    sent = [("Origin", case.origin)] if case.origin is not None else []
    sent += [("Access-Control-Request-Method", case.asks_method)] if case.asks_method is not None else []
    sent += [("Access-Control-Request-Headers", case.asks_headers)] if case.asks_headers is not None else []
    sent += [("Access-Control-Request-Private-Network", "true")] if case.asks_private_network else []
    return Request(case.method, "/items", tuple(sent))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_decision_is_told_once(kind, case):
    told = []
    app = kind.make(**case.options, on_decision=lambda *decided: told.append(decided))

    kind.ask(app, asked(case))

    if not case.origin:
        assert told == []
        return
    ((decision, facts, policy),) = told
    assert (decision.outcome, decision.reason, decision.detail) == (case.outcome, case.reason, case.detail)
    assert (facts.method, facts.origin, facts.url) == (case.method, case.origin, f"{OWN}/items")
    assert policy is app.policies[""]


@pytest.mark.parametrize(("report_only", "status"), [(False, 403), (True, 200)])
def test_a_refused_write_is_told_and_logged(kind, report_only, status, log):
    told = []
    app = kind.make(**GATED, report_only=report_only, on_decision=lambda *decided: told.append(decided[0]))

    assert kind.ask(app, Request("POST", "/items", FROM_EVIL)).status == status

    assert (told[0].outcome, told[0].reason) == (Outcome.WRITE_REFUSED, Reason.CROSS_SITE)
    first = log.records[0]
    assert first.levelno == logging.WARNING
    assert first.getMessage().startswith("report_only" if report_only else f"POST {OWN}/items from '{EVIL}'")
    assert first.getMessage().endswith(f"[cross-site] {address_of('cross-site')}")


def test_a_listener_that_fails_is_logged_and_breaks_nothing(kind, log):
    def listen(*_decided):
        raise RuntimeError("the listener is broken")

    app = kind.make(**GATED, on_decision=listen)

    for request, status in (
        (Request("GET", "/items", (("Origin", APP),)), 200),
        (Request("OPTIONS", "/items", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))), 204),
        (Request("POST", "/items", FROM_EVIL), 403),
    ):
        log.clear()
        assert kind.ask(app, request).status == status
        assert "the listener is broken" in log.text


@pytest.mark.parametrize(("debug", "level"), [(True, logging.WARNING), (False, logging.INFO)])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a_refused_read_is_one_line_with_the_fix(kind, debug, level, method, log):
    app = kind.make(origins=[APP], debug=debug)
    sent = (("Origin", EVIL), ("Access-Control-Request-Method", "PUT"))

    kind.ask(app, Request(method, "/items", sent))

    (record,) = log.records
    assert record.levelno == level
    assert "If this is one of your front ends, add it to origins" in record.getMessage()


def test_a_preflight_that_a_browser_will_fail_on_is_logged(kind, log):
    app = kind.make(origins=[APP], methods=["GET"])

    kind.ask(app, Request("OPTIONS", "/items", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))))

    assert "[method-not-listed]" in log.text


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("https://evil\r\nFAKE", "/items"),
        ("https://e\x1b[2J", "/items"),
        (EVIL, "/a%0d%0aFAKE"),
        (EVIL, "/%1b%5b2J"),
    ],
)
def test_what_a_stranger_sends_stays_on_one_line(kind, origin, path, log):
    app = kind.make(origins=[APP])

    kind.ask(app, Request("GET", path, (("Origin", origin),)))

    (record,) = log.records
    assert record.getMessage().isprintable()


@pytest.mark.parametrize("debug", [True, False])
def test_only_developers_are_told_what_to_write(kind, debug):
    app = kind.make(**GATED, debug=debug)

    document = json.loads(kind.ask(app, Request("POST", "/items", FROM_EVIL)).body)

    assert ("add it to origins" in document["detail"]) is debug
    assert (EVIL in document["detail"]) is debug


def test_headers_of_the_application_s_own_are_reported_once(kind, log):
    app = kind.make(origins=[APP])

    for _ in range(3):
        kind.ask(app, Request("GET", "/says-it-itself", (("Origin", APP),)))

    (record,) = log.records
    assert record.levelno == logging.WARNING
    assert f"{OWN}/says-it-itself set " in record.getMessage()


def test_nobody_is_told_of_what_no_policy_governs(kind, log):
    told = []
    app = kind.make(
        resources={"/api/*": {"origins": [APP]}}, on_decision=lambda *decided: told.append(decided)
    )

    kind.ask(app, Request("POST", "/items", FROM_EVIL))

    assert told == []
    assert log.records == []
