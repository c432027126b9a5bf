"""Marks of routes: exempt, public and strict_get, each exactly the route that was named."""

import pytest
from flask import Blueprint, Flask
from flask_login import LoginManager

from crossguard import ConfigError, IssueCode
from crossguard.flask import CORS, policy_rows
from tests.gate.wsgi import API, APP, FROM_API, FROM_APP, FROM_EVIL, Shop, ask, shop

COOKIE = {"Cookie": "session=abc"}


def issues_of(app: Flask) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        policy_rows(app)
    return [(issue.code.value, issue.where) for issue in caught.value.issues]


def hooks(path: str = "/hooks/stripe", **rule: object) -> Shop:
    """An API with one exempt route."""
    app = shop(cors=False)
    app.view(path, "stripe", **{"methods": ["POST"], **rule})
    CORS(
        app,
        origins=[APP],
        supports_credentials=True,
        public_origins=[API],
        exempt={"stripe": "the body is signed"},
    )
    return app


def test_an_exempt_route_takes_writes_of_everybody() -> None:
    app = hooks()
    assert ask(app, "POST", "/hooks/stripe", headers=FROM_EVIL | COOKIE).status == 200
    assert ask(app, "POST", "/hooks/stripe").status == 200
    assert ask(app, "POST", "/hooks/stripe?x=/orders", headers=FROM_EVIL).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/hooks/stripe/"),
        ("POST", "/hooks//stripe"),
        ("POST", "/hooks/./stripe"),
        ("POST", "/x/../hooks/stripe"),
        ("POST", "/hooks/stripe/../../orders"),
        ("POST", "/hooks/stripe/x"),
        ("POST", "/hooks/Stripe"),
        ("POST", "/hooks/stripe%2F"),
        ("POST", "/hooks/stripe;x"),
        ("POST", "/hooks"),
        ("PUT", "/hooks/stripe"),
        ("DELETE", "/hooks/stripe"),
        ("FROBNICATE", "/hooks/stripe"),
    ],
)  # fmt: skip
def test_nothing_beside_an_exempt_route_is_exempt(method: str, path: str) -> None:
    """No slash, no redirect, no other method, no other spelling of the path (CVE-2025-47910)."""
    app = hooks()
    assert ask(app, method, path, headers=FROM_EVIL | COOKIE).code == "cross-site"
    assert app.untouched


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "//hooks/stripe"), ("POST", "hooks/stripe"), ("post", "/hooks/stripe")]
)
def test_what_werkzeug_takes_for_the_route_itself_runs_it_and_nothing_else(method: str, path: str) -> None:
    app = hooks()
    assert ask(app, method, path, headers=FROM_EVIL).status == 200
    assert app.ran == ["POST stripe"]


def test_the_slash_that_an_exempt_route_has_is_its_own() -> None:
    app = hooks("/hooks/stripe/")
    assert ask(app, "POST", "/hooks/stripe/", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/hooks/stripe", headers=FROM_EVIL).code == "cross-site"


def test_a_method_of_the_same_path_that_is_another_endpoint_is_not_exempt() -> None:
    app = shop(cors=False)
    app.view("/hooks", "take", methods=["POST"])
    app.view("/hooks", "drop", methods=["DELETE"])
    CORS(app, origins=[APP], supports_credentials=True, exempt={"take": "signed"}, public_origins=[API])
    assert ask(app, "POST", "/hooks", headers=FROM_EVIL).status == 200
    assert ask(app, "DELETE", "/hooks", headers=FROM_EVIL).code == "cross-site"
    assert ask(app, "PUT", "/hooks", headers=FROM_EVIL).code == "cross-site"


def test_a_route_with_arguments_is_exempt_for_all_of_them() -> None:
    app = hooks("/hooks/<name>")
    assert ask(app, "POST", "/hooks/x", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/hooks/x/y", headers=FROM_EVIL).code == "cross-site"


def test_a_path_that_is_not_ascii_is_matched_as_flask_does() -> None:
    app = hooks("/hooks/zoë")
    assert ask(app, "POST", "/hooks/zo\xc3\xab", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/hooks/zo\xeb", headers=FROM_EVIL).code == "cross-site"


def test_an_exempt_route_takes_any_body_and_needs_no_token() -> None:
    app = shop("/hooks", exempt={"hooks": "signed"}, json_only=True, token="always")
    assert ask(app, "POST", "/hooks", headers={"Content-Type": "text/plain"}, body=b"x").status == 200
    assert ask(app, "POST", "/orders", headers={"Content-Type": "text/plain"}, body=b"x").status == 403


def test_an_endpoint_of_a_blueprint_is_named_as_in_url_for() -> None:
    for name, policy_on_blueprint in ((".stripe", True), ("hooks.stripe", True), ("hooks.stripe", False)):
        app = shop(cors=False)
        hooks = Blueprint("hooks", __name__, url_prefix="/hooks")
        hooks.add_url_rule("/stripe", "stripe", lambda: "done", methods=["POST"])
        hooks.add_url_rule("/other", "other", lambda: "done", methods=["POST"])
        options = {"origins": [APP], "supports_credentials": True, "public_origins": [API]}
        CORS(hooks if policy_on_blueprint else app, exempt={name: "signed"}, **options)
        app.register_blueprint(hooks)
        assert ask(app, "POST", "/hooks/stripe", headers=FROM_EVIL).status == 200
        assert ask(app, "POST", "/hooks/other", headers=FROM_EVIL).code == "cross-site"


@pytest.mark.parametrize("field", ["exempt", "public", "strict_get"])
def test_an_endpoint_that_does_not_exist_does_not_start(field: str) -> None:
    value = {"hook": "signed"} if field == "exempt" else ["hook"]
    app = shop("/hooks", **{field: value})
    with pytest.raises(ConfigError, match="Did you mean 'hooks'") as caught:
        policy_rows(app)
    assert caught.value.issues[0].code is IssueCode.UNKNOWN_ENDPOINT
    app = shop("/hooks", **{field: {"/hooks": "signed"} if field == "exempt" else ["/hooks"]})
    assert issues_of(app)[0][0] == "unknown-endpoint"


def test_a_mistake_in_the_marks_keeps_every_request_out() -> None:
    app = shop(exempt={"hook": "signed"})
    with pytest.raises(ConfigError):
        ask(app, headers=FROM_APP)
    with pytest.raises(ConfigError):
        ask(app, headers=FROM_EVIL)
    assert app.untouched


def test_a_public_route_takes_writes_without_credentials_only() -> None:
    app = shop("/search", public=["search"])
    assert ask(app, "POST", "/search", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/search", headers=FROM_EVIL | {"Cookie": "theme=dark"}).status == 200
    for credentials in (COOKIE, {"Cookie": "remember_token=1"}, {"Authorization": "Basic eDp5"}):
        assert ask(app, "POST", "/search", headers=FROM_EVIL | credentials).code == "cross-site"
    assert ask(app, "POST", "/search", headers=FROM_APP | COOKIE).status == 200
    assert ask(app, "POST", "/search/", headers=FROM_EVIL).code == "cross-site"
    assert ask(app, "POST", "/orders", headers=FROM_EVIL).code == "cross-site"


def test_further_cookies_that_sign_in_can_be_named() -> None:
    app = shop("/search", public=["search"], auth_cookies=["sso"])
    assert ask(app, "POST", "/search", headers=FROM_EVIL | {"Cookie": "sso=1"}).code == "cross-site"
    assert ask(app, "POST", "/search", headers=FROM_EVIL | COOKIE).code == "cross-site"
    assert ask(app, "POST", "/search", headers=FROM_EVIL | {"Cookie": "other=1"}).status == 200


def signed_in_by(login_view: str | None = None, **options: object) -> Shop:
    app = shop("/sign-in", **options)
    manager = LoginManager(app)
    manager.login_view = login_view
    return app


@pytest.mark.parametrize("view", ["sign-in", "/sign-in", "https://api.shop.example/sign-in"])
def test_the_sign_in_view_cannot_be_public(view: str) -> None:
    """Otherwise a stranger's page signs the user in to the stranger's account, with no cookie in play."""
    assert ("sign-in-is-public", "public") in issues_of(signed_in_by(view, public=["sign-in"]))


def test_the_sign_in_view_of_a_blueprint_cannot_be_public() -> None:
    app = signed_in_by(public=["sign-in"])
    app.login_manager.blueprint_login_views = {"admin": "sign-in"}  # type: ignore[attr-defined]
    assert ("sign-in-is-public", "public") in issues_of(app)


def test_another_view_than_the_sign_in_can_be_public() -> None:
    app = signed_in_by("sign-in", public=["orders"])
    policy_rows(app)
    assert ask(app, "POST", "/orders", headers=FROM_EVIL).status == 200


def test_signing_in_and_out_is_gated_with_or_without_a_cookie() -> None:
    app = signed_in_by("sign-in")
    for cookie in ({}, COOKIE):
        assert ask(app, "POST", "/sign-in", headers=FROM_EVIL | cookie).code == "cross-site"
        assert ask(app, "POST", "/sign-in", headers=FROM_APP | cookie).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_strict_get_is_gated_like_a_write(method: str) -> None:
    app = shop("/export", strict_get=["export"])
    embedded = {"Sec-Fetch-Site": "cross-site"} | COOKIE
    assert ask(app, method, "/export", headers=embedded).status == 403
    assert ask(app, method, "/export", headers=COOKIE).status == 403
    assert app.untouched
    for allowed in (FROM_APP, FROM_API, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}):
        assert ask(app, method, "/export", headers=allowed | COOKIE).status == 200
    assert ask(app, method, "/export").status == 200


def test_a_preflight_of_a_strict_get_is_answered() -> None:
    app = shop("/export", strict_get=["export"])
    preflight = FROM_APP | {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-a"}
    assert ask(app, "OPTIONS", "/export", headers=preflight).status == 204


def test_other_gets_stay_free_beside_a_strict_one() -> None:
    app = shop("/export", strict_get=["export"])
    assert ask(app, "GET", "/orders", headers={"Sec-Fetch-Site": "cross-site"} | COOKIE).status == 200
    # A redirect to it changes nothing yet.
    assert ask(app, "GET", "/export/", headers={"Sec-Fetch-Site": "cross-site"} | COOKIE).status == 404


def test_a_link_of_the_front_end_is_refused_a_strict_get() -> None:
    """A navigation carries no Origin, so that any page of the site could have sent it."""
    app = shop("/export", strict_get=["export"])
    link = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"} | COOKIE
    assert ask(app, "GET", "/export", headers=link).code == "same-site"


def test_a_strict_get_of_a_readers_route_is_gated() -> None:
    app = shop("/export", strict_get=["export"], origins="*", supports_credentials=False, write_gate=True)
    assert ask(app, "GET", "/export", headers={"Sec-Fetch-Site": "cross-site"} | COOKIE).code == "cross-site"
    assert ask(app, "GET", "/export", headers={"Sec-Fetch-Site": "cross-site"}).status == 200
