"""The cookies of an application: what cannot work does not start, what works in some browsers is said, and the postures."""

from typing import Any

import pytest
from flask import Blueprint, Flask
from flask_login import LoginManager

from crossguard import ConfigError, IssueCode
from crossguard.browser import PROFILES
from crossguard.browser.posture import CookieAttributes, Relation, cookie_fits, named, recommend, relation
from crossguard.flask import CORS, policy_rows
from crossguard.flask.cookies import configured_cookies
from tests.gate.wsgi import FROM_APP, ask

API = "https://api.shop.com"
APP = "https://app.shop.com"
ELSEWHERE = "https://front.net"


def app_with(
    *,
    origins: tuple[str, ...] = (APP,),
    api: str | None = API,
    login: bool = False,
    debug: bool = False,
    **more: Any,
) -> Flask:
    """Return an application whose upper-case arguments are its configuration; the others go to CORS."""
    app = Flask("cookies")
    app.debug = debug
    app.secret_key = "a key of the tests"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    config = {name: value for name, value in more.items() if name.isupper()}
    options = {name: value for name, value in more.items() if not name.isupper()}
    app.config.update(config)
    if login:
        app.config.setdefault("REMEMBER_COOKIE_SAMESITE", "Lax")
        LoginManager(app).user_loader(lambda _name: None)
    app.add_url_rule("/", "home", lambda: "home", methods=["GET", "POST"])
    CORS(
        app, origins=list(origins), supports_credentials=True, public_origins=[api] if api else [], **options
    )
    return app


def mistakes_of(app: Flask) -> list[str]:
    """Return what keeps the application from starting."""
    with pytest.raises(ConfigError) as caught:
        ask(app, "GET", "/")
    assert {issue.code for issue in caught.value.issues} == {IssueCode.COOKIE_CANNOT_WORK}
    return [str(issue) for issue in caught.value.issues]


def warnings_of(app: Flask, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the application says about its cookies as it starts; and that it says it once."""
    app.testing = True
    for _ in range(2):
        ask(app, "GET", "/")
    return [record.getMessage() for record in caplog.records if "cookie" in record.getMessage()]


CANNOT_WORK: list[tuple[str, dict[str, Any], str, str]] = [
    ("None without Secure", {"SESSION_COOKIE_SAMESITE": "None"}, "none-requires-secure", "Secure"),
    (
        "__Host- with Domain",
        {"SESSION_COOKIE_NAME": "__Host-session", "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_DOMAIN": "shop.com"},
        "host-prefix-forbids-domain",
        "__Host-session=…; Path=/; Secure",
    ),
    ("Domain is a public suffix", {"SESSION_COOKIE_DOMAIN": "com"}, "public-suffix-domain", "session"),
    (
        "Lax between sites",
        {"origins": (ELSEWHERE,), "SESSION_COOKIE_SECURE": True},
        "samesite-lax",
        "SameSite=None; Partitioned",
    ),
    (
        "Strict between sites",
        {"origins": (ELSEWHERE,), "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_SAMESITE": "Strict"},
        "samesite-strict",
        "SameSite=None; Partitioned",
    ),
    (
        "Lax between two customers of one public suffix",
        {"origins": ("https://alice.github.io",), "api": "https://bob.github.io", "SESSION_COOKIE_SECURE": True},
        "samesite-lax",
        "SameSite=None; Partitioned",
    ),
    (
        "a remember-me cookie that is Partitioned without Secure",
        {"login": True, "REMEMBER_COOKIE_SAMESITE": "None", "REMEMBER_COOKIE_PARTITIONED": True},
        "requires-secure",
        "remember_token",
    ),
    (
        "a remember-me cookie that is Partitioned and Lax without Secure",
        {"login": True, "REMEMBER_COOKIE_PARTITIONED": True},
        "partitioned-requires-secure",
        "remember_token",
    ),
    ("__Host- without Secure", {"SESSION_COOKIE_NAME": "__Host-s"}, "host-prefix-requires-secure", "Secure"),
    (
        "__Host- with a path",
        {"SESSION_COOKIE_NAME": "__Host-s", "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_PATH": "/api"},
        "host-prefix-requires-root",
        "Path=/",
    ),
    ("__Secure- without Secure", {"SESSION_COOKIE_NAME": "__Secure-s"}, "secure-prefix-requires-secure", "Secure"),
    ("Domain is another site", {"SESSION_COOKIE_DOMAIN": "front.net"}, "domain-mismatch", "session"),
    (
        "Secure on http",
        {"origins": ("http://nas.lan:8080",), "api": "http://nas.lan:5000", "SESSION_COOKIE_SECURE": True,
         "dangerously_allow_insecure_origins": True},
        "secure-requires-https",
        "session",
    ),
    (
        "http between sites",
        {"origins": ("http://front.org",), "api": "http://api.shop.com", "SESSION_COOKIE_SAMESITE": "None",
         "dangerously_allow_insecure_origins": True},
        "none-requires-secure",
        "serve both over https",
    ),
    (
        "a page on this machine with a deployed API",
        {"origins": ("http://localhost:5173",), "SESSION_COOKIE_SECURE": True},
        "samesite-lax",
        "SameSite=None; Partitioned",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "reason", "fix"), [row[1:] for row in CANNOT_WORK], ids=[row[0] for row in CANNOT_WORK]
)
def test_a_posture_that_cannot_work_does_not_start(given: dict[str, Any], reason: str, fix: str) -> None:
    mistakes = mistakes_of(app_with(**given))
    assert len(mistakes) == 1
    assert reason in mistakes[0]
    _, _, advice = mistakes[0].partition("Fix: ")
    assert fix in mistakes[0]
    assert advice.partition("[")[0].strip()


@pytest.mark.parametrize(
    "name",
    [
        "none-requires-secure",
        "host-prefix-forbids-domain",
        "public-suffix-domain",
        "samesite-lax",
        "partitioned-requires-secure",
    ],
)
def test_every_reason_that_has_a_name_is_given_by_it(name: str) -> None:
    assert name in {reason for _, _, reason, _ in CANNOT_WORK}


def test_what_cannot_work_without_knowing_the_own_origin_is_found_too() -> None:
    """What fails even on the front end's own origin fails everywhere."""
    (mistake,) = mistakes_of(app_with(api=None, SESSION_COOKIE_NAME="__Host-s"))
    assert "host-prefix-requires-secure" in mistake


def test_each_cookie_that_cannot_work_is_named_for_each_front_end() -> None:
    app = app_with(
        origins=(ELSEWHERE, "https://other.org"),
        login=True,
        SESSION_COOKIE_SECURE=True,
        REMEMBER_COOKIE_SECURE=True,
    )
    mistakes = mistakes_of(app)
    assert len(mistakes) == 4
    for cookie in ("session", "remember_token"):
        for origin in (ELSEWHERE, "https://other.org"):
            assert len([line for line in mistakes if f"cookie {cookie} for {origin}" in line]) == 1


def test_what_does_not_build_is_said_again_for_every_request() -> None:
    app = app_with(SESSION_COOKIE_NAME="__Host-s")
    assert mistakes_of(app) == mistakes_of(app)
    with pytest.raises(ConfigError):
        policy_rows(app)


WORKS: list[tuple[str, dict[str, Any]]] = [
    ("Lax on one site", {"SESSION_COOKIE_SECURE": True}),
    ("Strict on one site", {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_SAMESITE": "Strict"}),
    ("__Host- on one site", {"SESSION_COOKIE_NAME": "__Host-s", "SESSION_COOKIE_SECURE": True}),
    ("http on one machine", {"origins": ("http://localhost:8080",), "api": "http://localhost:5000"}),
    (
        "http on a local network",
        {"origins": ("http://nas.lan:8080",), "api": "http://nas.lan:5000", "dangerously_allow_insecure_origins": True},
    ),
    ("an own origin that is not known", {"api": None, "SESSION_COOKIE_SECURE": True}),
    ("no sessions at all", {"SECRET_KEY": None, "SESSION_COOKIE_SAMESITE": "None"}),
    ("no credentials at all", {"supports_credentials": False}),
]  # fmt: skip


@pytest.mark.parametrize("given", [row[1] for row in WORKS], ids=[row[0] for row in WORKS])
def test_what_works_everywhere_starts_without_a_word(
    given: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    if "supports_credentials" in given:
        app = Flask("reader")
        app.secret_key = "a key of the tests"
        app.config.update(SESSION_COOKIE_SAMESITE="None")
        app.add_url_rule("/", "home", lambda: "home")
        CORS(app, origins=[APP])
    else:
        app = app_with(**given)
    assert warnings_of(app, caplog) == []


def test_what_production_has_says_on_one_machine_where_it_does_not_work(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Chromium and Firefox take Secure cookies from http://localhost, WebKit does not (webkit.org/b/281149)."""
    app = app_with(
        origins=("http://localhost:8080",),
        api="http://localhost:5000",
        SESSION_COOKIE_NAME="__Host-s",
        SESSION_COOKIE_SECURE=True,
    )
    [line] = warnings_of(app, caplog)
    assert "webkit (secure-requires-https), webkit-allow-third-party (secure-requires-https), " in line
    assert "safari (secure-requires-https; derived, not measured)" in line
    assert "chromium" not in line
    assert "firefox" not in line


def test_what_works_in_some_browsers_says_in_which_not(caplog: pytest.LogCaptureFixture) -> None:
    unpartitioned = {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_SAMESITE": "None"}
    (line,) = warnings_of(app_with(origins=(ELSEWHERE,), **unpartitioned), caplog)
    assert "chromium-block-third-party (third-party-blocked)" in line
    assert "firefox-block-third-party (third-party-blocked)" in line
    assert "chromium (" not in line
    assert " firefox (" not in line
    assert "one registrable domain" in line
    caplog.clear()
    (line,) = warnings_of(
        app_with(origins=(ELSEWHERE,), **unpartitioned, SESSION_COOKIE_PARTITIONED=True), caplog
    )
    assert "chromium-block-third-party" not in line
    assert "firefox-block-third-party (third-party-blocked)" in line


def test_flasks_own_defaults_are_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = warnings_of(app_with(SESSION_COOKIE_SAMESITE=None), caplog)
    assert line.startswith("the cookie session has no SameSite")


def test_a_domain_is_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    given = {
        "SESSION_COOKIE_DOMAIN": "shop.com",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Secure-s",
    }
    (line,) = warnings_of(app_with(**given), caplog)
    assert "Domain=shop.com" in line


def test_a_session_that_is_partitioned_is_secure_as_werkzeug_sends_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Werkzeug adds Secure to Partitioned, so that this works although it was not written."""
    app = app_with(origins=(ELSEWHERE,), SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_PARTITIONED=True)

    @app.get("/keep")
    def keep() -> str:
        from flask import session

        session["a"] = "b"
        return "kept"

    lines = warnings_of(app, caplog)
    assert all("firefox-block-third-party" in line for line in lines)
    (cookie,) = ask(app, "GET", "/keep").all("Set-Cookie")
    assert "Secure" in cookie
    assert "Partitioned" in cookie


def cookies_of(app: Flask) -> list[str]:
    policy_rows(app)
    return [cookie.set_cookie("x") for cookie in configured_cookies(app)]


POSTURES: list[tuple[str, dict[str, Any], str, str]] = [
    ("same-site over https", {"cookies": "same-site"}, "__Host-", "Path=/; Secure; HttpOnly; SameSite=Lax"),
    (
        "cross-site over https",
        {"cookies": "cross-site", "origins": (ELSEWHERE,)},
        "__Host-",
        "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
    ),
    ("auto, one site", {"cookies": "auto"}, "__Host-", "Path=/; Secure; HttpOnly; SameSite=Lax"),
    (
        "auto, one of them elsewhere",
        {"cookies": "auto", "origins": (APP, ELSEWHERE)},
        "__Host-",
        "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
    ),
    ("auto, own origin unknown", {"cookies": "auto", "api": None}, "__Host-", "Path=/; Secure; HttpOnly; SameSite=Lax"),
    (
        "same-site while developing",
        {"cookies": "same-site", "origins": ("http://localhost:8080",), "api": "http://localhost:5000"},
        "",
        "Path=/; HttpOnly; SameSite=Lax",
    ),
    (
        "auto while developing, own origin unknown",
        {"cookies": "auto", "origins": ("http://localhost:*",), "api": None, "debug": True},
        "",
        "Path=/; HttpOnly; SameSite=Lax",
    ),
    (
        "auto while developing, on names of this machine that are two sites",
        {"cookies": "auto", "origins": ("http://app.localhost:8080",), "api": "http://api.localhost:5000"},
        "__Host-",
        "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
    ),
    (
        "cross-site while developing",
        {"cookies": "cross-site", "origins": ("http://127.0.0.1:8080",), "api": "http://localhost:5000"},
        "__Host-",
        "Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "prefix", "attributes"), [row[1:] for row in POSTURES], ids=[row[0] for row in POSTURES]
)
def test_one_option_sets_both_cookies(given: dict[str, Any], prefix: str, attributes: str) -> None:
    app = app_with(login=True, **given)
    assert cookies_of(app) == [f"{prefix}session=x; {attributes}", f"{prefix}remember_token=x; {attributes}"]
    # Asked again, nothing is added to what is there.
    assert cookies_of(app) == [f"{prefix}session=x; {attributes}", f"{prefix}remember_token=x; {attributes}"]
    assert (
        ask(app, "POST", "/", headers={"Origin": given.get("origins", (APP,))[0].replace("*", "8080")}).status
        == 200
    )


def test_a_posture_goes_over_what_stood_there_and_keeps_the_names() -> None:
    app = app_with(
        login=True,
        cookies="same-site",
        SESSION_COOKIE_NAME="shop",
        SESSION_COOKIE_DOMAIN="shop.com",
        SESSION_COOKIE_PATH="/api",
        SESSION_COOKIE_SAMESITE="None",
        REMEMBER_COOKIE_NAME="__Secure-stay",
    )
    attributes = "Path=/; Secure; HttpOnly; SameSite=Lax"
    assert cookies_of(app) == [f"__Host-shop=x; {attributes}", f"__Host-stay=x; {attributes}"]


def test_what_signs_in_is_known_to_the_gate_by_the_name_that_the_posture_gave() -> None:
    app = app_with(login=True, cookies="same-site", public=["home"])
    sent = FROM_APP | {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    for name in ("__Host-session", "__Host-remember_token"):
        assert ask(app, "POST", "/", headers=sent | {"Cookie": f"{name}=1"}).code == "cross-site"
    assert ask(app, "POST", "/", headers=sent | {"Cookie": "session=1"}).status == 200


def test_a_posture_that_cannot_work_does_not_start_either() -> None:
    app = app_with(
        cookies="cross-site",
        origins=("http://front.org",),
        api="http://api.shop.com",
        dangerously_allow_insecure_origins=True,
    )
    (mistake,) = mistakes_of(app)
    assert "serve both over https" in mistake


def test_same_site_is_refused_where_the_front_end_is_elsewhere() -> None:
    (mistake,) = mistakes_of(app_with(cookies="same-site", origins=(ELSEWHERE,)))
    assert "samesite-lax" in mistake
    assert 'cookies="cross-site"' in mistake


@pytest.mark.parametrize("late", [True, False])
def test_the_posture_of_a_blueprint_is_set_too(late: bool) -> None:
    """An application has one set of cookies; an option that did nothing would be a silent mistake."""
    app = Flask("blueprint")
    app.secret_key = "a key of the tests"
    api = Blueprint("api", __name__, url_prefix="/api")
    api.add_url_rule("/", "home", lambda: "home")
    options: dict[str, Any] = {
        "origins": [APP],
        "supports_credentials": True,
        "public_origins": [API],
        "cookies": "same-site",
    }
    if late:
        app.register_blueprint(api)
    CORS(api, **options)
    if not late:
        app.register_blueprint(api)
    assert cookies_of(app) == ["__Host-session=x; Path=/; Secure; HttpOnly; SameSite=Lax"]


SITES = [
    (APP, API),
    (API, API),
    (ELSEWHERE, API),
    ("https://alice.github.io", "https://bob.github.io"),
    ("http://nas.lan:8080", "http://nas.lan:5000"),
    ("http://localhost:8080", "http://localhost:5000"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:5000"),
    ("http://app.localhost:8080", "http://api.localhost:5000"),
]


@pytest.mark.parametrize(("frontend", "api"), SITES)
def test_what_is_recommended_works(frontend: str, api: str) -> None:
    """In every profile on one site; across sites wherever third-party cookies are not all blocked.

    Across sites it is Secure, and WebKit takes no such cookie from http.
    """
    situation = relation(frontend, api)
    cookie = recommend(situation, secure=api.startswith("https:") or situation is Relation.CROSS_SITE)
    assert cookie is not None
    fits = cookie_fits(named(cookie, "session"), frontend, api)
    failing = {profile for profile, fit in fits.items() if not fit.works}
    expected = {"firefox-block-third-party", "webkit"} if situation is Relation.CROSS_SITE else set()
    if expected and api.startswith("http:"):
        expected |= {"webkit-allow-third-party", "safari"}
    assert failing == expected
    assert set(fits) == set(PROFILES)


def test_no_cookie_is_recommended_between_http_sites() -> None:
    assert recommend(Relation.CROSS_SITE, secure=False) is None


def test_a_name_loses_one_prefix_before_it_gets_another() -> None:
    recommendation = recommend(Relation.SAME_SITE, secure=True)
    assert recommendation is not None
    for stem in ("s", "__Host-s", "__Secure-s"):
        assert named(recommendation, stem).name == "__Host-s"
    assert isinstance(named(recommendation, "s"), CookieAttributes)
