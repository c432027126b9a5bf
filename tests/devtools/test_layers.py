"""What stands around the guard, beside it and inside of it; handshakes; and frameworks that answer by themselves."""

import asyncio
import json

import pytest
from flask import Flask, abort
from flask.sessions import SecureCookieSessionInterface
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossguard import asgi
from crossguard.flask import CORS, cross_origin, csrf_token
from tests.adapters.wire import Request, run_asgi, scope_of, via_wsgi
from tests.devtools.ways import API, OPTIONS, PAGE, Served

OTHER = "http://localhost:8081"
# In debug every page of this machine may write.
STRANGER = "https://stranger.example"


def api(**options):
    app = Flask("layers")
    app.debug = True
    CORS(app, **{**OPTIONS, **options})

    @app.get("/items")
    def items():
        return "items"

    @app.get("/crash")
    def crash():
        raise KeyError("what the view has read")

    @app.get("/abort")
    def gone():
        abort(410)

    return app


def served(app):
    return Served(app, via_wsgi, [])


def around(app, *, preflights=False, **fields):
    """Stand around *app* and set header fields of CORS, as another library does."""
    inner = app.wsgi_app

    def outside(environ, start_response):
        if preflights and environ["REQUEST_METHOD"] == "OPTIONS":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b""]

        def start(status, headers, *more):
            left = [field for field in headers if field[0] not in fields]
            return start_response(
                status, [*left, *((name, value) for name, value in fields.items() if value)], *more
            )

        return inner(environ, start)

    app.wsgi_app = outside
    return served(app)


def test_a_layer_outside_that_changes_the_answer_is_told():
    outside = around(api(), **{"Access-Control-Allow-Origin": "https://wrong.example"})
    outside.fetch(PAGE)

    told = outside.why(PAGE)["diagnosis"]
    assert told["code"] == "changed-outside"
    assert f"Access-Control-Allow-Origin: {PAGE}" in told["summary"]
    assert "https://wrong.example" in told["summary"]
    assert [hint["code"] for hint in told["hints"]] == ["allow-origin-mismatch"]


def test_a_layer_outside_that_takes_the_headers_away_is_told():
    outside = around(api(), **{"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": ""})
    outside.fetch(PAGE)

    told = outside.why(PAGE)["diagnosis"]
    assert told["code"] == "changed-outside"
    assert [hint["code"] for hint in told["hints"]] == ["allow-origin-missing"]


def test_a_layer_outside_that_answers_preflights_is_told():
    outside = around(api(), preflights=True)
    outside.preflight(PAGE, "PUT")

    told = outside.why(PAGE, method="PUT")
    assert told["seen"] == "preflight"
    assert told["exchange"]["preflight"]["status"] == 200
    assert told["decision"] is None
    assert told["diagnosis"]["code"] == "answered-outside"
    assert [hint["code"] for hint in told["diagnosis"]["hints"]] == ["allow-origin-missing"]


def test_a_layer_outside_that_changes_nothing_is_not_told():
    outside = around(api(), **{"X-Frame-Options": "DENY"})
    outside.fetch(PAGE, Cookie="a=1")

    assert outside.why(PAGE, credentials="include")["diagnosis"] is None


def test_the_addresses_stand_before_every_layer():
    outside = around(api(), preflights=True, **{"Access-Control-Allow-Origin": "x"})

    assert outside.preflight(OTHER, "POST", "/_crossguard/why", "x-crossguard-token").status == 204
    assert outside.post("/_crossguard/why", {"url": API}, origin=OTHER)["access-control-allow-origin"] == "*"


def test_an_application_whose_wsgi_app_was_kept_has_the_addresses():
    app = api()
    kept = served(app.wsgi_app)
    kept.fetch(PAGE)

    assert kept.why(PAGE)["seen"] == "request"


def test_each_application_of_a_dispatcher_remembers_its_own_requests_below_its_mount():
    outer, inner = api(), api()
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/inner": inner})
    both = served(outer)
    both.fetch(PAGE, path="/inner/items")

    assert both.why(PAGE, f"{API}/inner/items")["seen"] == "request"
    answer = both.post("/inner/_crossguard/why", {"url": f"{API}/inner/items"}, origin=PAGE)
    assert b'"seen": "request"' in answer.body
    assert both.why(PAGE)["seen"] == "nothing"


def test_an_application_with_a_decorator_only_has_the_addresses():
    app = Flask("marked")
    app.debug = True

    @app.get("/items")
    @cross_origin(origins=[PAGE])
    def items():
        return "items"

    marked = served(app)
    marked.fetch(OTHER)

    assert marked.why(OTHER)["diagnosis"]["code"] == "origin-not-listed"


def test_a_view_that_is_left_to_the_debugger_is_told_as_one_that_failed():
    app = served(api())
    with pytest.raises(KeyError):
        app.ask("GET", "/crash", (("Origin", PAGE), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate")))

    told = app.why(PAGE, f"{API}/crash")
    assert told["diagnosis"]["code"] == "application-raised"
    assert "KeyError" in told["diagnosis"]["summary"]


def test_an_answer_of_the_framework_is_told_as_it_is():
    app = served(api())
    app.fetch(PAGE, path="/abort")
    app.fetch(PAGE, path="/nowhere")
    app.fetch(PAGE, "GET", path="/items/")

    assert app.why(PAGE, f"{API}/abort")["exchange"]["status"] == 410
    assert app.why(PAGE, f"{API}/nowhere")["diagnosis"]["code"] == "not-found"


def test_the_cookies_of_the_application_are_told_to_a_page_of_another_site():
    app = api(origins=["https://shop.test"], public_origins=["https://api.example.com"])
    app.secret_key = "k"
    app.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)
    guarded = served(app)
    base = "https://api.example.com"
    guarded.ask("GET", "/items", (("Origin", "https://shop.test"),), base=base)
    chromium = guarded.why("https://shop.test", f"{base}/items")["cookies"]
    assert chromium == []

    app.config.update(SESSION_COOKIE_SAMESITE="Lax")
    (cookie,) = guarded.why("https://shop.test", f"{base}/items")["cookies"]
    assert cookie["name"] == "session"
    assert "lax" in cookie["code"]


def test_policies_that_are_replaced_are_told_as_they_were_asked():
    app = api()
    guarded = served(app)
    guarded.fetch(OTHER)
    assert guarded.why(OTHER)["diagnosis"]["code"] == "origin-not-listed"
    guarded.fetch(PAGE, Cookie="a=1")

    assert guarded.why(PAGE, credentials="include")["diagnosis"] is None


async def accepting(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})


async def closing(scope, receive, send):
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def handshake(inner, origin, **options):
    app = asgi.Crossguard(inner, debug=True, **{**OPTIONS, **options})
    scope = scope_of(Request("GET", "/live", (("Origin", origin),), base=API), "websocket")
    answer = asyncio.run(run_asgi(app, scope, [{"type": "websocket.connect"}]))
    return answer, app


def asked(app, origin):
    from tests.adapters.wire import via_asgi

    return Served(app, via_asgi, []).why(origin, "ws://localhost:5000/live", kind="websocket")


def test_a_handshake_that_is_refused_is_told():
    _, app = handshake(accepting, STRANGER)
    told = asked(app, STRANGER)

    assert told["seen"] == "request"
    assert told["exchange"]["mode"] == "websocket"
    assert told["exchange"]["status"] == 403
    assert told["decision"]["outcome"] == "write-refused"
    assert told["diagnosis"]["code"] == "origin-not-trusted"
    assert STRANGER in told["diagnosis"]["summary"]


def test_a_handshake_that_is_accepted_is_told():
    _, app = handshake(accepting, PAGE)
    told = asked(app, PAGE)

    assert told["exchange"]["status"] == 101
    assert told["decision"]["allowed"]
    assert told["diagnosis"] is None


def test_a_handshake_that_the_application_closes_is_told():
    _, app = handshake(closing, PAGE)
    told = asked(app, PAGE)

    assert told["exchange"]["status"] == 403
    assert told["decision"]["allowed"]


def test_an_upgrade_through_wsgi_is_a_handshake():
    app = served(api())
    upgrade = (("Origin", STRANGER), ("Upgrade", "websocket"), ("Connection", "Upgrade"))
    app.ask("GET", "/items", upgrade)
    told = app.why(STRANGER, "ws://localhost:5000/items", kind="websocket")

    assert told["decision"]["outcome"] == "write-refused"
    assert app.why(STRANGER)["seen"] == "nothing"


def test_a_fetch_that_is_tried_opens_no_session():
    app = api(token="always", allow_headers=["X-CSRF-Token"])
    app.secret_key = "k"
    with app.test_request_context():
        token = csrf_token()
    opened = []

    class Sessions(SecureCookieSessionInterface):
        def open_session(self, app, request):
            opened.append(request.path)
            return super().open_session(app, request)

    app.session_interface = Sessions()
    guarded = served(app)
    question = {"origin": PAGE, "url": f"{API}/items", "method": "POST", "headers": [["X-CSRF-Token", token]]}
    told = json.loads(guarded.post("/_crossguard/try", question).body)
    without = json.loads(guarded.post("/_crossguard/try", {**question, "headers": []}).body)

    # The route has no POST, which the gate lets through with a token that may hold.
    assert "405" in told["summary"]
    assert [hint["cause"] for hint in without["hints"]] == ["token-missing"]
    assert opened == []


def test_the_layer_outside_is_the_cause_where_the_answer_would_have_done_without_it():
    outside = around(api(), **{"Access-Control-Allow-Origin": "*"})
    outside.fetch(PAGE, Cookie="a=1")

    told = outside.why(PAGE, credentials="include")["diagnosis"]
    assert told["code"] == "changed-outside"
    assert len(told["hints"]) == 1


def test_the_policy_is_the_cause_where_the_answer_would_not_have_done_without_the_layer_either():
    outside = around(
        api(origins=[PAGE], supports_credentials=False), **{"Access-Control-Expose-Headers": "X-Total"}
    )
    outside.fetch(PAGE)

    told = outside.why(PAGE, credentials="include")["diagnosis"]
    assert told["code"] == "credentials-not-supported"
    assert "supports_credentials=True" in told["fix"]
    assert [hint["code"] for hint in told["hints"]] == ["changed-outside"]


@pytest.mark.parametrize(("path", "code"), [("/items", "not-an-event-stream"), ("/missing", "not-found")])
def test_what_is_no_stream_is_none_with_a_layer_outside_either(path, code):
    outside = around(api(), **{"Access-Control-Allow-Origin": ""})
    outside.fetch(PAGE, path=path)

    told = outside.why(PAGE, f"{API}{path}", kind="eventsource")["diagnosis"]
    assert told["code"] == code
    assert "changed-outside" in [hint["code"] for hint in told["hints"]]
