"""The answer to a refused write: exactly these headers, nothing of the request, one line in the log."""

import json
import re
from typing import Any

import pytest
from flask import Blueprint, Flask, request, session
from werkzeug.exceptions import HTTPException

from crossguard import Decision, Outcome, Reason
from crossguard.flask import CORS, WriteRefused, decision_made
from tests.gate.wsgi import API, APP, EVIL, FROM_APP, FROM_EVIL, PARTNER, SIBLING, ask, environ, send, shop

COOKIE = {"Cookie": "session=abc"}
HOSTILE = "https://evil.test/<script>alert(1)</script>\x1b[31m"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "crossguard"]


@pytest.mark.parametrize(
    ("origin", "site", "options", "cors"),
    [
        (EVIL, "cross-site", {}, {}),
        ("null", "cross-site", {}, {}),
        (None, "cross-site", {}, {}),
        (PARTNER, "cross-site", {"readers": [PARTNER]}, {"Access-Control-Allow-Origin": PARTNER}),
        (PARTNER, "cross-site", {"readers": "*"}, {"Access-Control-Allow-Origin": "*"}),
        (
            APP,
            "same-site",
            {"token": "always", "expose_headers": ["X-Total"]},
            {
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Expose-Headers": "X-Total",
            },
        ),
    ],
    ids=["stranger", "null", "no Origin", "reader", "everybody", "listed"],
)
@pytest.mark.parametrize("debug", [False, True])
def test_a_refusal_has_exactly_these_headers(
    origin: str | None, site: str, options: dict[str, Any], cors: dict[str, str], debug: bool
) -> None:
    app = shop(**options)
    app.debug = debug
    sent = {"Sec-Fetch-Site": site, **({} if origin is None else {"Origin": origin})}
    answer = ask(app, headers=sent | COOKIE)
    assert answer.status == 403
    assert sorted(answer.lines) == sorted(
        {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(answer.body)),
            "Cache-Control": "no-store",
            "Vary": "Origin, Sec-Fetch-Site",
            **cors,
        }.items()
    )
    assert app.untouched


def test_a_refusal_is_a_problem_document() -> None:
    document = ask(shop(), headers=FROM_EVIL).json
    assert set(document) == {"type", "title", "status", "detail", "code", "instance"}
    assert document["type"].endswith("/codes/#cross-site")
    assert (document["title"], document["status"], document["code"]) == ("Write refused", 403, "cross-site")
    assert re.fullmatch(r"urn:request:[0-9a-f]{16}", document["instance"])


def test_each_refusal_has_its_own_instance() -> None:
    app = shop()
    assert len({ask(app, headers=FROM_EVIL).json["instance"] for _ in range(20)}) == 20


def test_every_refusal_of_one_kind_has_the_same_title() -> None:
    app = shop(token="always")
    sent = [
        FROM_EVIL,
        FROM_APP,
        FROM_APP | {"X-CSRF-Token": "x"},
        {"Origin": "null"},
        {"Referer": f"{EVIL}/"},
    ]
    answers = [ask(app, headers=headers).json for headers in sent]
    assert {answer["title"] for answer in answers} == {"Write refused"}
    assert [answer["code"] for answer in answers] == [
        "cross-site", "token-missing", "token-invalid", "null-origin", "referer-not-trusted",
    ]  # fmt: skip


def test_a_refused_head_has_no_body_and_the_same_headers() -> None:
    app = shop("/export", strict_get=["export"])
    answer = ask(app, "HEAD", "/export", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status, answer.body) == (403, b"")
    assert answer.refused


def test_a_refused_handshake_is_answered_in_the_same_way() -> None:
    answer = ask(
        shop(), "GET", "/ws", headers={"Origin": EVIL, "Upgrade": "websocket", "Connection": "Upgrade"}
    )
    assert (answer.status, answer.code) == (403, "origin-not-trusted")
    assert answer.vary == {"Origin", "Sec-Fetch-Site"}


@pytest.mark.parametrize(
    "accept", ["text/html", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "*/*", "image/png"]
)
@pytest.mark.parametrize("debug", [False, True])
def test_a_form_gets_a_page_without_script(accept: str, debug: bool) -> None:
    """A script on a page of the API could reload it, and the browser then says same-origin (W180)."""
    app = shop()
    app.debug = debug
    sent = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": accept}
    answer = ask(app, headers=FROM_EVIL | sent)
    assert answer.status == 403
    assert app.untouched
    if "text/html" not in accept:
        assert answer.code == "cross-site"
        return
    assert answer.lines == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(answer.body))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Vary", "Origin, Sec-Fetch-Site"),
    ]
    page = answer.body.decode()
    assert "<code>cross-site</code>" in page
    assert not re.search("<script|javascript:| on[a-z]+=", page, re.IGNORECASE)


@pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin", "websocket", "frobnicated"])
def test_a_script_gets_no_page_whatever_it_accepts(mode: str) -> None:
    assert ask(shop(), headers=FROM_EVIL | {"Sec-Fetch-Mode": mode, "Accept": "text/html"}).refused


@pytest.mark.parametrize("origin", ["https://<script>alert(1)</script>.test", 'https://"&<b>', "<img src=x>"])
def test_what_a_form_says_of_itself_is_not_markup(origin: str) -> None:
    app = shop()
    app.debug = True
    answer = ask(app, headers={"Origin": origin, "Accept": "text/html"})
    page = answer.body.decode()
    assert answer.status == 403
    assert answer.get("Content-Type") == "text/html; charset=utf-8"
    assert not re.search("<script|<b>|<img", page)


def test_the_detail_names_the_origin_and_where_the_list_is_in_debug_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for debug in (False, True):
        caplog.clear()
        app = shop()
        app.debug = debug
        detail = ask(app, headers=FROM_EVIL).json["detail"]
        assert (EVIL in detail) is debug
        assert ("add it to origins at " in detail) is debug
        # The log says so always.
        (line,) = lines(caplog)
        assert EVIL in line
        assert "add it to origins at " in line
        assert line.endswith("[cross-site] https://crossguard.readthedocs.io/codes/#cross-site")
        assert "test_refusals.py:" in line or "wsgi.py:" in line
        assert caplog.records[-1].levelname == "WARNING"


def test_every_refusal_is_one_line_whatever_the_request_says(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("Origin", "Referer", "Sec-Fetch-Site", "Host", "Cookie", "User-Agent"):
        for value in (
            HOSTILE,
            "\x85\xa0\xff",
            "a" * 65536,
            "\u2028".encode().decode("latin-1"),
            "%0a%0dSet-Cookie: x=1",
        ):
            caplog.clear()
            # A second line of one site would be left out.
            app = shop()
            headers = FROM_EVIL | {name: value}
            wsgi = environ("POST", "/orders\n\r\x1b\xe2\x80\xa8", headers | COOKIE)
            assert send(app, wsgi).status == 403
            (line,) = lines(caplog)
            assert line.isprintable()
            assert len(line) < 2000
            assert len(line.splitlines()) == 1


def test_nothing_that_a_stranger_sends_comes_back_outside_of_debug() -> None:
    app = shop()
    marker = "m4rk3r"
    headers = dict.fromkeys(
        ("Origin", "Referer", "User-Agent", "X-Request-Id", "Content-Type", "Cookie", "X-CSRF-Token"),
        f"https://{marker}.test",
    )
    answer = ask(app, marker, f"/{marker}", headers=headers)
    assert answer.status == 403
    assert marker not in str(answer.lines)
    assert marker.encode() not in answer.body


def test_what_comes_back_in_debug_is_json_that_cannot_end_a_string() -> None:
    app = shop()
    app.debug = True
    answer = ask(app, headers={"Origin": HOSTILE + '"}'})
    assert json.loads(answer.body)["code"] == "origin-not-trusted"
    assert answer.body.isascii()
    assert b"\x1b" not in answer.body


@pytest.mark.parametrize("permanent", [True, False])
@pytest.mark.parametrize("refresh", [True, False])
def test_a_refusal_sets_no_cookie(permanent: bool, refresh: bool) -> None:
    from flask import session

    app = shop(token="always")
    app.config["SESSION_REFRESH_EACH_REQUEST"] = refresh

    @app.post("/keep")
    def keep() -> str:
        session.permanent = permanent
        session["user"] = "ann"
        return "kept"

    app.config["REMEMBER_COOKIE_REFRESH_EACH_REQUEST"] = True
    token_less = shop()
    token_less.config["SESSION_REFRESH_EACH_REQUEST"] = refresh
    for api, headers, code in (
        (app, FROM_EVIL, "cross-site"),
        (app, FROM_APP, "token-missing"),
        (app, FROM_APP | {"X-CSRF-Token": "x"}, "token-invalid"),
        (token_less, FROM_EVIL, "cross-site"),
    ):
        answer = ask(api, headers=headers | COOKIE)
        assert answer.code == code
        assert not answer.all("Set-Cookie")
        assert not api.sessions.saved


class Listener:
    """Collects the signal of one application."""

    def __init__(self, app: Flask) -> None:
        self.heard: list[Decision] = []
        self.methods: list[str] = []
        decision_made.connect(self.receive, sender=app)

    def receive(self, sender: Flask, *, decision: Decision, facts: Any, policy: Any) -> None:
        assert policy.gate is not None
        self.heard.append(decision)
        self.methods.append(facts.method)


def test_a_refused_write_is_sent_to_whoever_listens() -> None:
    app = shop()
    listener = Listener(app)
    ask(app, headers=FROM_EVIL)
    ask(app, "DELETE", headers={"Sec-Fetch-Site": "cross-site"})
    assert [(heard.outcome, heard.reason) for heard in listener.heard] == [
        (Outcome.WRITE_REFUSED, Reason.CROSS_SITE),
        (Outcome.WRITE_REFUSED, Reason.CROSS_SITE),
    ]
    assert not any(heard.allowed for heard in listener.heard)
    assert listener.methods == ["POST", "DELETE"]
    # An allowed one is an ordinary cross-origin request.
    ask(app, headers=FROM_APP)
    assert [heard.outcome for heard in listener.heard[2:]] == [Outcome.ACTUAL_ALLOWED]


def test_what_report_only_lets_pass_is_sent_as_what_it_would_have_been() -> None:
    app = shop(report_only=True)
    listener = Listener(app)
    ask(app, headers=FROM_EVIL)
    assert [heard.outcome for heard in listener.heard] == [Outcome.WRITE_REFUSED, Outcome.ACTUAL_REFUSED]


def test_a_listener_that_fails_lets_nothing_pass() -> None:
    app = shop()

    def fail(_sender: Flask, **_given: object) -> None:
        raise RuntimeError("the listener")

    with decision_made.connected_to(fail, sender=app):
        try:
            answer = ask(app, headers=FROM_EVIL)
        except RuntimeError:
            answer = None
    assert answer is None or answer.status >= 400
    assert app.untouched


def test_the_body_of_a_refused_write_is_not_read() -> None:
    class Unreadable:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("read")

    app = shop(json_only=True)
    wsgi = environ(headers=FROM_EVIL | {"Content-Length": "1000000000"})
    wsgi["wsgi.input"] = Unreadable()
    assert send(app, wsgi).status == 403


def test_the_own_origin_is_named_as_the_front_ends_are() -> None:
    """Host decides nothing in the text either."""
    answer = ask(shop(), headers={"Origin": "http://api.shop.example"})
    assert answer.code == "insecure-origin"
    assert ask(shop(), headers={"Origin": API}).status == 200


@pytest.mark.parametrize(
    ("options", "origin", "site", "said"),
    [
        ({"origins": ["https://*.shop.example"]}, SIBLING, "same-site", "wildcard_writes=True would let it write, too."),
        ({"origins": [re.compile(r"https://[a-z]+\.shop\.example")]}, SIBLING, "same-site", "wildcard_writes=True would"),
        ({"readers": [PARTNER]}, PARTNER, "cross-site", "'https://partner.test' is listed for reading only."),
        ({"readers": ["https://*.partner.test"]}, "https://a.partner.test", "cross-site", "is listed for reading only."),
        ({"origins": ["https://*.shop.example"]}, f"{SIBLING}:8443", "same-site", "covers another port."),
        ({}, "http://app.shop.example", "cross-site", "http makes another origin."),
        ({"readers": "*"}, EVIL, "cross-site", "does not list its origin with credentials. Fix:"),
    ],
)  # fmt: skip
def test_the_log_says_how_near_it_was(
    options: dict[str, Any], origin: str, site: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(shop(**options), headers={"Origin": origin, "Sec-Fetch-Site": site}).status == 403
    (line,) = lines(caplog)
    assert said in line


def refusing(app: Flask | Blueprint, *answer: Any) -> list[WriteRefused]:
    """Let *app* answer refused writes; return what its handler was told."""
    told: list[WriteRefused] = []

    def handle(error: WriteRefused) -> Any:
        told.append(error)
        assert request.path
        assert not session
        return answer

    app.register_error_handler(WriteRefused, handle)
    return told


SIGNED_IN = FROM_EVIL | {"Cookie": "session=abc"}


def test_an_error_handler_answers_a_refused_write() -> None:
    app = shop()
    told = refusing(app, {"wrong": "origin"}, 403, {"X-Own": "1"})
    answer = ask(app, headers=SIGNED_IN)
    assert sorted(answer.lines) == [
        ("Cache-Control", "no-store"),
        ("Content-Length", str(len(answer.body))),
        ("Content-Type", "application/json"),
        ("Vary", "Origin, Sec-Fetch-Site"),
        ("X-Own", "1"),
    ]
    assert answer.status == 403
    assert answer.json == {"wrong": "origin"}
    assert [(error.code, error.reason) for error in told] == [(403, "cross-site")]
    assert app.untouched


def test_the_front_end_reads_what_the_handler_says() -> None:
    app = shop(json_only=True)
    told = refusing(app, "JSON, please", 415)
    answer = ask(app, headers=FROM_APP | {"Content-Type": "text/plain"}, body=b"x")
    assert (answer.status, told[0].code) == (415, 415)
    assert answer.get("Access-Control-Allow-Origin") == APP
    assert answer.get("Content-Security-Policy") == "sandbox"


def test_a_handler_that_forgets_the_status_still_refuses() -> None:
    app = shop()
    refusing(app, "not you")
    assert ask(app, headers=SIGNED_IN).status == 403


def test_the_handler_of_the_blueprint_answers_before_that_of_the_application() -> None:
    app = shop(cors=False)
    admin = Blueprint("admin", __name__)
    admin.add_url_rule("/admin", "do", lambda: "done", methods=["POST"])
    refusing(admin, "of the blueprint", 403)
    refusing(app, "of the application", 403)
    app.register_blueprint(admin)
    CORS(app, origins=[APP], supports_credentials=True)
    assert ask(app, path="/admin", headers=SIGNED_IN).body == b"of the blueprint"
    assert ask(app, headers=SIGNED_IN).body == b"of the application"
    assert ask(app, path="/missing", headers=SIGNED_IN).body == b"of the application"


def test_a_handler_of_a_blueprint_is_not_asked_elsewhere() -> None:
    app = shop(cors=False)
    admin = Blueprint("admin", __name__)
    refusing(admin, "of the blueprint", 403)
    app.register_blueprint(admin)
    CORS(app, origins=[APP], supports_credentials=True)
    assert ask(app, headers=SIGNED_IN).code == "cross-site"


def test_a_handler_that_fails_lets_nothing_through(caplog: pytest.LogCaptureFixture) -> None:
    app = shop()

    @app.errorhandler(WriteRefused)
    def handle(_error: WriteRefused) -> str:
        session["seen"] = True
        return "kept"

    assert ask(app, headers=SIGNED_IN).code == "cross-site"
    assert "The handler of refused writes failed" in caplog.text
    assert app.untouched


@pytest.mark.parametrize("kind", [403, 415, HTTPException, Exception])
def test_handlers_for_whatever_goes_wrong_are_not_asked(kind: Any) -> None:
    app = shop()
    app.register_error_handler(kind, lambda _error: ("<script>location.reload()</script>", 403))
    assert ask(app, headers=SIGNED_IN).code == "cross-site"
