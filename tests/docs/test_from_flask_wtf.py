"""The rows of docs/coming-from-flask-wtf.md: the same application guarded by Flask-WTF and by crossguard."""

import pytest
from flask import Flask, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from crossguard.flask import CORS
from tests.docs.both import APP, EVIL, row

API = "https://api.example"
OWN = {"Origin": API, "Referer": f"{API}/page", "Sec-Fetch-Site": "same-origin"}
LISTED = {"Origin": APP, "Referer": f"{APP}/", "Sec-Fetch-Site": "cross-site"}
STRANGER = {"Origin": EVIL, "Referer": f"{EVIL}/", "Sec-Fetch-Site": "cross-site"}

BOTH = pytest.mark.parametrize("old", [True, False], ids=["Flask-WTF", "crossguard"])


class Shop(Flask):
    """An application that counts what has run."""

    def __init__(self, *, old: bool, **options):
        super().__init__("shop")
        self.secret_key = "of a test"
        self.config["SESSION_COOKIE_SAMESITE"], self.config["SESSION_COOKIE_SECURE"] = "None", True
        self.ran: list[str] = []
        self.add_url_rule("/token", view_func=generate_csrf)
        self.add_url_rule("/orders", view_func=self.order, methods=["POST", "PURGE"])
        self.add_url_rule("/hook", view_func=self.hook, methods=["POST"])
        self.add_url_rule("/socket", view_func=self.hook, endpoint="socket", websocket=True)
        self.before_request(lambda: self.ran.append("before"))
        if old:
            CSRFProtect(self).exempt(self.hook_name())
        else:
            given = {"origins": [APP], "public_origins": [API], "exempt": {"hook": "the body is signed"}}
            CORS(self, supports_credentials=True, **(given | options))

    def hook_name(self) -> str:
        # As Flask-WTF keeps what it exempts: module and name of the view.
        view = self.view_functions["hook"]
        return f"{view.__module__}.{view.__name__}"

    def order(self) -> str:
        self.ran.append("order")
        session["orders"] = 1
        return "ok"

    def hook(self) -> str:
        self.ran.append("hook")
        return "ok"


def send(app: Shop, headers, path="/orders", *, method="POST", token=False, base=API, **given):
    """Send a request of a browser that has a session; *token* puts a right one into the form."""
    client = app.test_client()
    if token:
        given["data"] = {"csrf_token": client.get("/token", base_url=base).text}
    app.ran.clear()
    return client.open(path, method=method, headers=headers, base_url=base, **given)


@row("a form of a stranger's page")
@BOTH
def test_a_stranger_is_refused(old):
    answer = send(app := Shop(old=old), STRANGER, data={"count": "1"})
    assert answer.status_code == (400 if old else 403)
    assert "order" not in app.ran


@row("a `fetch` of a listed page on another host, without a token")
@BOTH
def test_a_listed_page_needs_no_token(old):
    answer = send(app := Shop(old=old), LISTED, json={})
    assert answer.status_code == (400 if old else 200)
    assert ("order" in app.ran) is not old


@row("a form of the API's own page, without a token")
@BOTH
def test_an_own_page_needs_no_token(old):
    assert send(Shop(old=old), OWN, data={"count": "1"}).status_code == (400 if old else 200)


@row("a stranger's page that has got hold of the token, over http")
@BOTH
def test_a_token_makes_no_friend(old):
    # Over http, where Flask-WTF does not compare the referrer; the session's cookie must not be Secure.
    app = Shop(old=old, **({} if old else {"origins": [], "public_origins": ["http://api.example"]}))
    app.config.update(SESSION_COOKIE_SECURE=False, SESSION_COOKIE_SAMESITE="Lax")
    client = app.test_client()
    token = {"csrf_token": client.get("/token", base_url="http://api.example").text}
    answer = client.post("/orders", data=token, headers=STRANGER, base_url="http://api.example")
    assert answer.status_code == (200 if old else 403)


@row("a right token over https, from a page with `Referrer-Policy: no-referrer`")
@BOTH
def test_no_referrer_is_needed(old):
    headers = {name: value for name, value in OWN.items() if name != "Referer"}
    answer = send(Shop(old=old), headers, token=True)
    assert answer.status_code == (400 if old else 200)
    assert ("referrer header is missing" in answer.text) is old


@row("a form that was open for longer than the time limit")
@BOTH
def test_nothing_expires(old):
    app = Shop(old=old)
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    answer = send(app, OWN, token=True)
    assert answer.status_code == (400 if old else 200)
    assert ("expired" in answer.text) is old


@row("a program without `Origin` and without a token, such as curl")
@BOTH
def test_a_program(old):
    assert send(Shop(old=old), {}).status_code == (400 if old else 200)
    if not old:
        assert send(Shop(old=old, on_missing="deny"), {}).status_code == 403


@row("a view that is marked exempt, and a stranger")
@BOTH
def test_what_is_exempt_runs(old):
    answer = send(app := Shop(old=old), STRANGER, "/hook")
    assert (answer.status_code, app.ran) == (200, ["before", "hook"])


@row("a method that is not in `WTF_CSRF_METHODS`, such as `PURGE`")
@BOTH
def test_every_other_method_is_a_write(old):
    assert send(Shop(old=old), STRANGER, method="PURGE").status_code == (200 if old else 403)


@row("a WebSocket handshake of a stranger")
@BOTH
def test_a_handshake_is_a_write(old):
    headers = {"Origin": EVIL, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    answer = send(app := Shop(old=old), headers, "/socket", method="GET")
    assert answer.status_code == (200 if old else 403)
    assert ("hook" in app.ran) is old


@row("the answer to a listed page that is refused")
@BOTH
def test_a_refusal_can_be_read(old):
    answer = send(Shop(old=old, **({} if old else {"json_only": True})), LISTED, data={"count": "1"})
    if old:
        assert (answer.status_code, answer.mimetype) == (400, "text/html")
        assert "Access-Control-Allow-Origin" not in answer.headers
    else:
        assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")
        assert answer.headers["Access-Control-Allow-Origin"] == APP
        assert answer.json["code"] == "unsupported-media-type"


@row("the session of a request that is refused")
@BOTH
def test_a_refusal_runs_nothing(old):
    send(app := Shop(old=old), STRANGER)
    assert app.ran == (["before"] if old else [])
