"""Every speaker says the same of one exchange: the log, the problem document, the terminal, JSON, the page, pytest."""

import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

from crossguard import Decision, Policy, RequestFacts
from crossguard.browser import Browser
from crossguard.browser.transports import wsgi
from crossguard.console.decisions.observation import Observation, to_row
from crossguard.console.models import utc_now
from crossguard.core.addresses import address_of
from crossguard.explain import Diagnosis
from crossguard.explain.text import as_text
from crossguard.flask import CORS, decision_made
from crossguard.flask.lookup import questions_about
from crossguard.pytest_plugin import AppBrowser

APP, API = "http://localhost:8080", "http://localhost:5000"
LINE = re.compile(r"^.* was refused: .*? Fix: (.*) \[([a-z-]+)\] (\S+)$")
TRUSTED: dict[str, Any] = {"origins": [APP], "supports_credentials": True}
JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True)
class Exchange:
    """A policy, and what a page does."""

    name: str
    origin: str
    options: dict[str, Any] = field(default_factory=lambda: TRUSTED)
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None


EXCHANGES = [
    Exchange("a near miss reads", "http://localhost:3000"),
    Exchange("a stranger reads", "https://evil.example"),
    Exchange("another name of this machine reads", "http://127.0.0.1:8080"),
    Exchange(
        "a page of the same domain reads",
        "https://beta.example.com",
        {"origins": ["https://app.example.com"]},
    ),
    Exchange("a lookalike reads", "https://app.examp1e.com", {"origins": ["https://app.example.com"]}),
    Exchange("no page is listed", "http://localhost:3000", {"origins": []}),
    Exchange("a sandboxed frame reads", "null"),
    Exchange("an app scheme reads", "capacitor://localhost"),
    Exchange(
        "a subdomain pattern and the apex", "https://example.com", {"origins": ["https://*.example.com"]}
    ),
    Exchange("a method that is not listed", APP, {"origins": [APP], "methods": ["GET"]}, "PUT"),
    Exchange("a method in lower case", APP, TRUSTED, "patch"),
    Exchange("headers that are not listed", APP, TRUSTED, headers=(("X-A", "1"), ("traceparent", "1"))),
    Exchange("a response header", APP, TRUSTED, headers=(("Access-Control-Allow-Origin", "*"),)),
    Exchange(
        "everything at once", "http://localhost:3000", {"origins": [APP], "methods": ["GET"]}, "PUT", JSON
    ),
    Exchange("a near miss writes", "http://localhost:3000", TRUSTED, "POST"),
    Exchange("a stranger writes", "https://evil.example", TRUSTED, "POST"),
    Exchange("a sandboxed frame writes", "null", TRUSTED, "POST"),
    Exchange("a page of the same site writes", "http://shop.localhost:3000", TRUSTED, "POST"),
    Exchange(
        "a reader writes",
        "https://studio.example",
        {"origins": [APP], "readers": ["https://studio.example"], "supports_credentials": True},
        "POST",
    ),
    Exchange(
        "a pattern writes",
        "https://a.example.com",
        {"origins": ["https://*.example.com"], "supports_credentials": True},
        "POST",
    ),
    Exchange("a write that is no JSON", APP, TRUSTED | {"json_only": True}, "POST", body="a=1"),
    Exchange("a write without the token", APP, TRUSTED | {"token": "always"}, "POST"),
]


def make(exchange: Exchange) -> Flask:
    app = Flask("shop")
    app.config.update(SECRET_KEY="secret", SESSION_COOKIE_SAMESITE="Lax")
    app.debug = True
    methods = ["GET", "POST", "PUT", "PATCH"]
    app.add_url_rule("/orders", "orders", lambda: {"orders": []}, methods=methods)
    CORS(app, **exchange.options)
    return app


class Heard:
    """What the server's side says of one exchange: the log, the answer, and what the page of decisions keeps."""

    def __init__(self, exchange: Exchange, caplog: pytest.LogCaptureFixture) -> None:
        rows: list[dict[str, Any]] = []

        def keep(_: object, decision: Decision, facts: RequestFacts, policy: Policy) -> None:
            if not decision.allowed:
                rows.append(to_row(Observation(utc_now(), decision, facts, policy)))

        app = make(exchange)
        with caplog.at_level(logging.INFO, "crossguard"), decision_made.connected_to(keep, app):
            verdict = run(Browser("chromium", send=wsgi(app)), exchange)
        self.rows = [(row["reason"], row["fix"]) for row in rows]
        self.lines = [
            (found[2], found[1], found[3])
            for record in caplog.records
            if (found := LINE.match(record.getMessage())) is not None
        ]
        actual = verdict.hops[-1].actual
        response = actual.response if actual is not None else None
        self.document = json.loads(response.body) if response is not None and response.status >= 400 else None


def run(browser: Browser, exchange: Exchange) -> Any:
    options: dict[str, Any] = {} if exchange.body is None else {"body": exchange.body}
    return browser.open(exchange.origin).verdict(
        f"{API}/orders", method=exchange.method, headers=exchange.headers, **options
    )


def explained(exchange: Exchange, *words: str) -> str:
    """Return what ``flask cors explain`` prints."""
    app = make(exchange)
    args = ["cors", "explain", f"{API}/orders", "--origin", exchange.origin, "-X", exchange.method]
    for name, value in exchange.headers:
        args += ["-H", f"{name}: {value}"]
    args += [] if exchange.body is None else ["-d", exchange.body]
    group = FlaskGroup(create_app=lambda: app, set_debug_flag=False)
    result = CliRunner().invoke(
        group, [*args, "--credentials", "same-origin", *words], catch_exceptions=False
    )
    assert result.exit_code in {0, 1}, result.output
    return result.stdout


def diagnosed(exchange: Exchange) -> Diagnosis:
    """Return what the pytest plugin says."""
    app = make(exchange)
    browser = AppBrowser(wsgi(app), **questions_about(app))
    options: dict[str, Any] = {} if exchange.body is None else {"body": exchange.body}
    return browser.diagnose(
        exchange.origin,
        "/orders",
        method=exchange.method,
        headers=exchange.headers,
        credentials="same-origin",
        **options,
    )


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_every_speaker_gives_the_same_code_and_the_same_fix(exchange, caplog):
    heard = Heard(exchange, caplog)
    (line,) = heard.lines
    code, fix, address = line
    assert address == address_of(code)
    assert heard.rows == [(code, fix)]
    if heard.document is not None:
        assert heard.document["code"] == code
        assert heard.document["type"] == address
        assert f"Fix: {fix} [{code}] {address}" in heard.document["detail"]

    document = json.loads(explained(exchange, "--json"))
    assert (document["cause"], document["fix"], document["page"]) == (code, fix, address)
    terminal = " ".join(explained(exchange).split())
    assert f"Fix: {fix}" in terminal
    assert f"[{code}]" in terminal
    assert address in terminal

    told = diagnosed(exchange)
    assert (told.cause, told.fix, told.address) == (code, fix, address)
    assert told.line == (document["line"] or "")
    assert f"fix:  {fix}" in as_text(told)
    assert address in as_text(told)
