"""Every public vector of the write gate, through the core and through a real application."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard import ConfigError, Policy, Reason, compile_policy, load_config
from crossguard.browser.posture import CookieAttributes, Relation, cookie_fits, relation
from crossguard.core.content import decide_content
from crossguard.core.gate import Verdict, WriteGate
from crossguard.core.request import TokenState
from crossguard.flask import csrf_token
from crossguard.suffixes import is_public_suffix
from tests.gate.vectors import GATED, Json, facts, kinds, marks, options, vectors
from tests.gate.wsgi import METHODS, Answer, Shop, environ, send, shop

PROFILES = {
    "chromium": "chromium",
    "chromium-block3p": "chromium-block-third-party",
    "firefox": "firefox",
    "firefox-block3p": "firefox-block-third-party",
}


def each(*wanted: str) -> pytest.MarkDecorator:
    found = vectors(*wanted)
    assert found
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


def test_no_kind_of_vector_is_left_out() -> None:
    assert kinds() == {*GATED, "response", "config", "site", "cookie"}


def policy_of(vector: Json) -> Policy:
    return compile_policy(load_config(options(vector), is_public_suffix=is_public_suffix))


def token_state(vector: Json) -> TokenState:
    headers = vector["request"]["headers"]
    found = [value for name, value in headers.items() if name.lower().startswith(("x-csrf", "x-xsrf"))]
    if not found:
        return TokenState.MISSING
    return TokenState.VALID if found[0] == vector.get("session_token") else TokenState.INVALID


@each("write", "websocket", "token")
def test_the_core_decides_as_the_vector_says(vector: Json) -> None:
    gate = policy_of(vector).gate
    assert isinstance(gate, WriteGate)
    verdict = gate.decide(facts(vector), marks(vector), lambda: token_state(vector))
    expect = vector["expect"]
    assert verdict == Verdict(expect["decision"] == "allow", Reason(expect["reason"]))


@each("content")
def test_the_core_judges_the_body_as_the_vector_says(vector: Json) -> None:
    expect = vector["expect"]
    assert decide_content(facts(vector)) == Verdict(expect["decision"] == "allow", Reason(expect["reason"]))


def app_of(vector: Json) -> Shop:
    """Return an application under the vector's configuration, whose routes are its paths."""
    config = vector["config"]
    routes = ("exempt", "public", "strict_get")
    paths = {path for name in routes for path in config.get(name, ())} | {vector["request"]["path"]}
    app = shop(cors=False)
    endpoints = {"/orders": "orders", "/ws": "ws"}
    for path in sorted(paths - set(endpoints)):
        if ".." not in path:
            endpoints[path] = path.strip("/").replace("/", "_")
            websocket = vector["kind"] == "websocket"
            app.view(path, endpoints[path], websocket=websocket, methods=["GET"] if websocket else METHODS)
    from crossguard.flask import CORS

    CORS(
        app,
        **options(vector),
        exempt={endpoints[path]: "its body is signed" for path in config["exempt"]},
        public=[endpoints[path] for path in config["public"]],
        strict_get=[endpoints[path] for path in config.get("strict_get", ())],
    )
    if config["trust_forwarded"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def sign(app: Flask) -> tuple[str, str]:
    """Return the cookie header of a new session of *app*, and a token of it."""
    response = app.response_class()
    with app.test_request_context(base_url="https://api.shop.example"):
        from flask import session

        token = csrf_token()
        app.session_interface.save_session(app, session, response)  # type: ignore[arg-type]
    return response.headers["Set-Cookie"].partition(";")[0], token


def send_vector(app: Shop, vector: Json) -> Answer:
    request = vector["request"]
    headers: dict[str, Any] = dict(request["headers"])
    if vector["kind"] == "token":
        own, token = sign(app)
        _, foreign = sign(app)
        headers = {
            name: {vector["session_token"]: token}.get(value, foreign)
            if name.lower().startswith(("x-csrf", "x-xsrf"))
            else value
            for name, value in headers.items()
        }
        if "Cookie" in headers:
            headers["Cookie"] += f"; {own}"
        app.sessions.opened = app.sessions.saved = 0
    scheme = {"ws": "http", "wss": "https"}.get(request["scheme"], request["scheme"])
    wsgi = environ(request["method"], request["path"], headers, scheme=scheme, host=request["host"])
    return send(app, wsgi)


@each(*GATED)
def test_the_application_answers_as_the_vector_says(vector: Json) -> None:
    app = app_of(vector)
    answer = send_vector(app, vector)
    expect, method = vector["expect"], vector["request"]["method"]
    if expect["decision"] == "deny":
        assert (answer.status, answer.code) == (415 if vector["kind"] == "content" else 403, expect["reason"])
        assert not app.ran
        assert not app.sessions.saved
        assert app.sessions.opened == (expect["reason"] == "token-invalid")
        assert not answer.all("Set-Cookie")
    else:
        assert answer.code is None
        assert answer.status < 300
        # A preflight is answered before there is a view.
        assert [line.partition(" ")[0] for line in app.ran] == ([] if method == "OPTIONS" else [method])


@each("response")
def test_the_response_is_as_the_vector_says(vector: Json) -> None:
    app = app_of(vector)
    answer = send_vector(app, vector)
    expect = vector["expect"]
    assert answer.status == expect["status"]
    assert answer.get("Access-Control-Allow-Origin") == expect["acao"]
    assert answer.get("Access-Control-Allow-Credentials") == expect["acac"]
    if expect["status"] == 403:
        assert answer.get("Content-Type") == expect["content_type"]
        assert answer.vary == set(expect["vary"])
        assert answer.get("Cache-Control") == expect["cache_control"]
        assert answer.code == expect["code"]
        assert app.untouched
    else:
        # Flask adds Cookie, as the application keeps its session.
        assert answer.vary == {*expect["vary"], "Cookie"}
        assert app.ran
    assert expect["set_cookie"] is None or bool(answer.all("Set-Cookie")) is expect["set_cookie"]


@each("config")
def test_the_configuration_is_read_as_the_vector_says(vector: Json) -> None:
    expect = vector["expect"]
    given = {"origins": [vector["origin"]], "supports_credentials": vector["credentials"]}
    if expect["decision"] == "ok":
        config = load_config(given, is_public_suffix=is_public_suffix)
        assert config.origins == (expect["reason"],)
    else:
        with pytest.raises(ConfigError) as caught:
            load_config(given, is_public_suffix=is_public_suffix)
        assert [issue.code.value for issue in caught.value.issues] == [expect["reason"]]


@each("site")
def test_two_origins_are_one_site_or_not_as_the_vector_says(vector: Json) -> None:
    found = relation(vector["a"], vector["b"])
    same = found in {Relation.SAME_SITE, Relation.SAME_ORIGIN}
    assert ("same-site" if same else "cross-site") == vector["expect"]["reason"]


def attributes_of(vector: Json) -> CookieAttributes:
    given = dict(part.partition("=")[::2] for part in vector["attributes"].split("; "))
    cookie = CookieAttributes(
        vector["cookie_name"],
        secure="Secure" in given,
        http_only="HttpOnly" in given,
        same_site=given.get("SameSite", ""),
        partitioned="Partitioned" in given,
        domain=given.get("Domain", ""),
        path=given["Path"],
    )
    assert set(cookie.set_cookie().split("; ")[1:]) == set(vector["attributes"].split("; "))
    return cookie


@each("cookie")
def test_a_cookie_works_in_the_browsers_that_the_vector_names(vector: Json) -> None:
    fits = cookie_fits(attributes_of(vector), vector["frontend"], vector["api"])
    works = {name: fits[profile].works for name, profile in PROFILES.items()}
    assert works == vector["expect"]["works"]
    assert all(fit.works or (fit.reason and fit.step) for fit in fits.values())
