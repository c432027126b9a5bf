"""What the recipes say of the other ways to do it: the ones that fail, and the ones that leak."""

import pytest
from flask import Flask, abort, request

from crossguard.browser.transports import asgi, wsgi
from crossguard.flask import CORS
from crossguard.pytest_plugin import AppBrowser
from tests.recipes.pages import run

API, APP = "https://api.example.com", "https://app.example.com"


def test_the_double_submitted_cookie_of_jwt_extended_locks_out_pages_on_another_host():
    app = run("flask-jwt-extended-cookies").namespace["app"]
    app.config["JWT_COOKIE_CSRF_PROTECT"] = True
    page = AppBrowser(wsgi(app), api=API).open(APP)
    page.fetch(f"{API}/sign-in", method="POST", credentials="include")
    answer = page.fetch(f"{API}/orders", method="POST", credentials="include")
    assert (answer.status, answer.json()) == (401, {"msg": "Missing CSRF token"})


@pytest.mark.parametrize(("same_site", "sent"), [("Lax", True), ("Strict", False)])
def test_a_strict_cookie_loses_the_way_back_of_a_redirect_and_lax_does_not(same_site, sent):
    app = Flask("shop")
    seen = []

    @app.get("/sign-in")
    def sign_in():
        return "", {"Set-Cookie": f"state=1; Path=/; Secure; SameSite={same_site}"}

    @app.get("/signed-in")
    def signed_in():
        seen.append("state" in request.cookies)
        return ""

    browser = AppBrowser(wsgi(app), api=API)
    browser.open(API).fetch(f"{API}/sign-in")
    browser.open("https://provider.example").follow_link(f"{API}/signed-in")
    assert seen == [sent]


def test_a_cache_above_the_check_hands_one_users_answer_to_all():
    namespace = run("flask-caching").namespace
    app = Flask("shop")
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = type(namespace["cache"])(app)

    @app.get("/me")
    @cache.cached(timeout=60)
    def me():
        return {"user": request.headers.get("User") or abort(401)}

    client = app.test_client()
    assert client.get("/me", headers={"User": "ann"}).json == {"user": "ann"}
    assert client.get("/me").json == {"user": "ann"}
    cache.clear()
    assert client.get("/me").status_code == 401
    assert client.get("/me", headers={"User": "ann"}).status_code == 401


def test_inside_of_connexion_the_answers_of_its_validation_carry_no_headers():
    namespace = run("connexion").namespace
    app = namespace["FlaskApp"]("shop")
    app.add_api(namespace["SPECIFICATION"], resolver=lambda _operation: namespace["order"])
    CORS(app.app, origins=[APP], supports_credentials=True, public_origins=[API], cookies="same-site")
    browser = AppBrowser(asgi(app), api=API)
    headers = {"Content-Type": "application/json"}
    browser.assert_blocked(APP, "/orders", method="POST", headers=headers, body="{}")


@pytest.mark.parametrize("order", ["before", "after"])
def test_the_order_of_socketio_and_the_policy_decides_which_of_them_answers(order, caplog):
    namespace = run("flask-socketio").namespace
    make = namespace["SocketIO"]
    app = Flask("shop")
    app.secret_key = "of a test"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    options = {"origins": [APP], "supports_credentials": True, "public_origins": [API]}
    if order == "before":
        make(app, cors_allowed_origins="*", async_mode="threading")
        CORS(app, **options)
    else:
        CORS(app, **options)
        make(app, cors_allowed_origins="*", async_mode="threading")
    path = "/socket.io/?EIO=4&transport=polling"
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = app.test_client().get(path, headers=headers)
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    assert allowed == (None if order == "before" else "https://evil.example")
