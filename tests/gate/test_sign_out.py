"""Signing in, staying and signing out, in the jar of a browser: for every posture, in every browser where it works."""

from typing import Any

import pytest
from flask import session
from flask_login import LoginManager

from crossguard.browser import PROFILES, Browser, Page
from crossguard.browser.transports import wsgi
from tests.gate.people import Person, people_app
from tests.gate.wsgi import FROM_APP, Shop, ask

APP = "https://app.shop.com"
API = "https://api.shop.com"
ELSEWHERE = "https://front.net"
ALL = set(PROFILES)
NO_CROSS_SITE = {"firefox-block-third-party", "webkit"}
NO_UNPARTITIONED = NO_CROSS_SITE | {"chromium-block-third-party", "safari"}
# WebKit takes no Secure cookie from http, not even from this machine.
NO_SECURE = {"webkit", "webkit-allow-third-party", "safari"}

SECURE = {"SESSION_COOKIE_SECURE": True, "REMEMBER_COOKIE_SECURE": True}
NONE = SECURE | {"SESSION_COOKIE_SAMESITE": "None", "REMEMBER_COOKIE_SAMESITE": "None"}
HOST = {"SESSION_COOKIE_NAME": "__Host-session", "REMEMBER_COOKIE_NAME": "__Host-remember"}

#: What it is, the front end, the API, the configuration and options, and where it does not work.
ROWS: list[tuple[str, str, str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("one origin", API, API, {}, {"cookies": "same-site"}, set()),
    ("one site", APP, API, {}, {"cookies": "same-site"}, set()),
    ("one site, by itself", APP, API, {}, {"cookies": "auto"}, set()),
    ("one site, Strict", APP, API, SECURE | {"SESSION_COOKIE_SAMESITE": "Strict", "REMEMBER_COOKIE_SAMESITE": "Strict"}, {}, set()),
    ("one site, prefixes by hand", APP, API, SECURE | HOST | {"REMEMBER_COOKIE_SAMESITE": "Lax"}, {}, set()),
    ("one site, the prefix on the remember-me cookie only", APP, API, SECURE | {"REMEMBER_COOKIE_NAME": "__Host-r"}, {}, set()),
    (
        "shared with siblings",
        APP,
        API,
        SECURE | {"SESSION_COOKIE_NAME": "__Secure-s", "REMEMBER_COOKIE_NAME": "__Secure-r", "SESSION_COOKIE_DOMAIN": "shop.com", "REMEMBER_COOKIE_DOMAIN": "shop.com"},
        {},
        set(),
    ),
    ("Flask's defaults", APP, API, {"SESSION_COOKIE_SAMESITE": None}, {}, set()),
    ("two sites", ELSEWHERE, API, {}, {"cookies": "cross-site"}, NO_CROSS_SITE),
    ("two sites, by itself", ELSEWHERE, API, {}, {"cookies": "auto"}, NO_CROSS_SITE),
    ("two sites of one public suffix", "https://alice.github.io", "https://bob.github.io", {}, {"cookies": "auto"}, NO_CROSS_SITE),
    ("two sites, not partitioned", ELSEWHERE, API, NONE, {}, NO_UNPARTITIONED),
    ("two sites, prefixes by hand", ELSEWHERE, API, NONE | HOST | {"SESSION_COOKIE_PARTITIONED": True, "REMEMBER_COOKIE_PARTITIONED": True}, {}, NO_CROSS_SITE),
    ("http on one network", "http://nas.lan:8080", "http://nas.lan:5000", {}, {"cookies": "auto", "dangerously_allow_insecure_origins": True}, set()),
    ("one machine", "http://localhost:8080", "http://localhost:5000", {}, {"cookies": "auto"}, set()),
    ("one machine, what production has", "http://localhost:8080", "http://localhost:5000", SECURE | HOST, {}, NO_SECURE),
    ("one machine, by its address", "http://127.0.0.1:8080", "http://127.0.0.1:5000", {}, {"cookies": "auto"}, set()),
    ("two names of one machine", "http://app.localhost:8080", "http://api.localhost:5000", {}, {"cookies": "auto"}, NO_CROSS_SITE | NO_SECURE),
    ("a page on this machine, the API elsewhere", "http://localhost:5173", API, {}, {"cookies": "auto"}, NO_CROSS_SITE),
]  # fmt: skip

CASES = [
    pytest.param(*row[1:5], profile, id=f"{row[0]}, {profile}")
    for row in ROWS
    for profile in sorted(ALL - row[5])
]


def app_of(frontend: str, api: str, config: dict[str, Any], options: dict[str, Any]) -> Shop:
    app = people_app(remember=True, origins=[frontend], public_origins=[api], **options)
    app.config.update(config)
    return app


def page_of(app: Shop, frontend: str, profile: str) -> tuple[Browser, Page]:
    browser = Browser(profile, send=wsgi(app))
    return browser, browser.open(frontend)


def status(page: Page, url: str, method: str = "GET") -> int:
    return page.fetch(url, method=method, credentials="include").status


@pytest.mark.parametrize(("frontend", "api", "config", "options", "profile"), CASES)
def test_whoever_signs_out_is_signed_out(
    frontend: str, api: str, config: dict[str, Any], options: dict[str, Any], profile: str
) -> None:
    app = app_of(frontend, api, config, options)
    browser, page = page_of(app, frontend, profile)
    assert status(page, f"{api}/me") == 401
    assert status(page, f"{api}/auth/sign-in/ann", "POST") == 200
    assert page.fetch(f"{api}/me", credentials="include").json() == {"user": "ann"}
    assert len(browser.cookies) == 2
    # A reload is another page with the same jar.
    page = browser.open(frontend)
    assert status(page, f"{api}/me") == 200
    # Later only the remember-me cookie speaks, as in a browser that was closed in between.
    browser.advance(32 * 24 * 3600)
    assert status(page, f"{api}/me") == 200
    verdict = page.verdict(f"{api}/auth/sign-out", method="POST", credentials="include")
    assert verdict.response is not None
    assert verdict.response.status == 204
    assert not verdict.hops[-1].cookies.refused
    assert status(page, f"{api}/me") == 401
    remember = app.config.get("REMEMBER_COOKIE_NAME", "remember_token")
    assert remember not in {cookie.name for cookie in browser.cookies}
    # Whatever cookie is left signs nobody in.
    assert status(browser.open(frontend), f"{api}/me") == 401


def test_the_rows_cover_every_browser_and_every_relation() -> None:
    assert {case.values[4] for case in CASES} == ALL
    assert len(ROWS) == 19
    assert {frozenset(row[5]) for row in ROWS} == {
        frozenset(),
        frozenset(NO_CROSS_SITE),
        frozenset(NO_UNPARTITIONED),
        frozenset(NO_SECURE),
        frozenset(NO_CROSS_SITE | NO_SECURE),
    }


def test_flask_login_alone_would_leave_the_cookie_there() -> None:
    """What this library mends; should Flask-Login mend it one day, this says so."""
    app = app_of(APP, API, SECURE | HOST, {})
    bare = app.response_class()
    with app.test_request_context():
        LoginManager()._clear_cookie(bare)
    assert "Secure" not in bare.headers["Set-Cookie"]
    person = Person(app, Origin=APP)
    person.sign_in()
    lines = person.ask("POST", "/auth/sign-out").all("Set-Cookie")
    assert lines
    assert all("Secure" in line for line in lines)


def test_every_set_cookie_of_the_remember_me_cookie_has_the_same_attributes() -> None:
    app = app_of(ELSEWHERE, API, {}, {"cookies": "cross-site"})
    person = Person(app, Origin=ELSEWHERE)
    set_lines = person.sign_in().all("Set-Cookie")
    cleared_lines = person.ask("POST", "/auth/sign-out").all("Set-Cookie")
    for lines in (set_lines, cleared_lines):
        (line,) = [line for line in lines if line.startswith("__Host-remember_token=")]
        attributes = {part.strip() for part in line.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= attributes
        names = [part.partition("=")[0] for part in attributes]
        assert len(names) == len(set(names))


def test_a_cookie_of_another_name_is_left_alone() -> None:
    app = app_of(
        APP, API, SECURE | {"REMEMBER_COOKIE_SAMESITE": "None", "REMEMBER_COOKIE_PARTITIONED": True}, {}
    )

    @app.get("/theme")
    def theme() -> Any:
        response = app.make_response("dark")
        response.set_cookie("remember_token_2", "x")
        response.set_cookie("theme", "remember_token=x")
        return response

    lines = ask(app, "GET", "/theme", headers=FROM_APP).all("Set-Cookie")
    assert sorted(line for line in lines if "session" not in line) == [
        "remember_token_2=x; Path=/",
        "theme=remember_token=x; Path=/",
    ]  # fmt: skip


def test_signing_out_is_a_write_and_not_a_link() -> None:
    app = app_of(APP, API, {}, {"cookies": "same-site"})
    browser, page = page_of(app, APP, "chromium")
    assert status(page, f"{API}/auth/sign-in/ann", "POST") == 200
    assert browser.open("https://evil.test").load_image(f"{API}/auth/sign-out").hops[0].response.status == 405
    browser.open("https://evil.test").submit_form(f"{API}/auth/sign-out")
    assert status(page, f"{API}/me") == 200


def test_a_stranger_cannot_sign_anybody_in_or_out() -> None:
    """Sign-in CSRF needs no cookie: the victim would use the stranger's account."""
    app = app_of(APP, API, {"SESSION_COOKIE_SAMESITE": None}, {})
    for profile in ALL:
        browser = Browser(profile, send=wsgi(app))
        evil = browser.open("https://evil.test")
        for send in (evil.submit_form, evil.send_beacon):
            verdict = send(f"{API}/auth/sign-in/mallory")
            assert verdict.hops[0].response.status == 403
        assert browser.cookies == ()


def test_signing_in_leaves_nothing_of_the_session_before() -> None:
    app = app_of(APP, API, {}, {"cookies": "same-site"})

    @app.post("/keep")
    def keep() -> str:
        session["basket"] = "full"
        return "kept"

    @app.get("/basket")
    def basket() -> str:
        return str(session.get("basket"))

    _, page = page_of(app, APP, "firefox")
    assert status(page, f"{API}/keep", "POST") == 200
    assert page.fetch(f"{API}/basket", credentials="include").text() == "full"
    assert status(page, f"{API}/auth/sign-in/ann", "POST") == 200
    assert page.fetch(f"{API}/basket", credentials="include").text() == "None"


def test_a_signed_out_fetch_gets_a_problem_and_no_cookie() -> None:
    app = app_of(APP, API, {}, {"cookies": "same-site"})
    answer = ask(app, "GET", "/me", headers=FROM_APP | {"Origin": APP, "Sec-Fetch-Mode": "cors"})
    assert (answer.status, answer.code) == (401, "sign-in-required")
    assert answer.get("Access-Control-Allow-Origin") == APP
    assert not answer.all("Set-Cookie")


def test_login_required_keeps_options_out_of_the_view() -> None:
    app = app_of(APP, API, {}, {"cookies": "same-site"})
    listed = FROM_APP | {"Origin": APP}
    for headers in ({}, listed, {"Origin": "https://evil.test"}):
        answer = ask(app, "OPTIONS", "/lists-options", headers=headers)
        assert answer.status == 401
        assert b"secret" not in answer.body
    assert (
        ask(
            app, "OPTIONS", "/lists-options", headers=listed | {"Access-Control-Request-Method": "GET"}
        ).status
        == 204
    )
    assert "lists-options" not in app.ran
    person = Person(app, Origin=APP)
    person.sign_in()
    assert person.ask("OPTIONS", "/lists-options").status == 200
    assert app.ran == ["lists-options"]
