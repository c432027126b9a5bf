"""The gate's options: what does not build, with everything wrong said at once, and what the presets mean."""

import pickle
import re
from datetime import timedelta
from typing import Any

import pytest

from crossguard import ConfigError, CorsConfig, IssueCode, compile_policy, load_config
from crossguard.core.addresses import address_of
from crossguard.core.options import GATE_OPTIONS, OPTION_NAMES, TOKEN_HEADERS
from crossguard.suffixes import is_public_suffix
from tests.gate.wsgi import API, APP, EVIL, FROM_API, FROM_APP, FROM_EVIL, ask, shop

COOKIE = {"Cookie": "session=abc"}


def config(**options: object) -> CorsConfig:
    given = {"origins": [APP], "supports_credentials": True} | options
    return load_config(given, is_public_suffix=is_public_suffix)


BROKEN = [
    ({"on_missing": "alow"}, "unknown-choice", "on_missing"),
    ({"on_missing": None}, "unknown-choice", "on_missing"),
    ({"ws_on_missing": "token"}, "unknown-choice", "ws_on_missing"),
    ({"token": "on"}, "unknown-choice", "token"),
    ({"token": True}, "unknown-choice", "token"),
    ({"cookies": "lax"}, "unknown-choice", "cookies"),
    ({"write_gate": "False"}, "misleading-string", "write_gate"),
    ({"write_gate": None}, "not-set", "write_gate"),
    ({"report_only": 1}, "wrong-type", "report_only"),
    ({"json_only": "yes"}, "misleading-string", "json_only"),
    ({"wildcard_writes": 0}, "wrong-type", "wildcard_writes"),
    ({"strict": "true"}, "misleading-string", "strict"),
    ({"public_origins": ["api.shop.example"]}, "scheme-required", "public_origins[0]"),
    ({"public_origins": [API, f"{API}/"]}, "not-an-origin", "public_origins[1]"),
    ({"public_origins": ["https://*.github.io"]}, "public-suffix-wildcard", "public_origins[0]"),
    ({"public_origins": [re.compile("https://api.*")]}, "wrong-type", "public_origins[0]"),
    ({"public_origins": [str.isascii]}, "wrong-type", "public_origins[0]"),
    ({"public_origins": ["null"]}, "null-origin", "public_origins[0]"),
    ({"public_origins": "*"}, "bad-wildcard", "public_origins"),
    ({"public_origins": [7]}, "wrong-type", "public_origins[0]"),
    ({"public_origins": 7}, "wrong-type", "public_origins"),
    ({"auth_cookies": ["a b"]}, "wrong-type", "auth_cookies[0]"),
    ({"auth_cookies": [""]}, "wrong-type", "auth_cookies[0]"),
    ({"auth_cookies": "a;b"}, "misleading-string", "auth_cookies"),
    ({"auth_cookies": ["a,b"]}, "wrong-type", "auth_cookies[0]"),
    ({"exempt": ["hooks.stripe"]}, "wrong-type", "exempt"),
    ({"exempt": "hooks.stripe"}, "wrong-type", "exempt"),
    ({"exempt": {"hooks.stripe": ""}}, "reason-required", "exempt['hooks.stripe']"),
    ({"exempt": {"hooks.stripe": "  "}}, "reason-required", "exempt['hooks.stripe']"),
    ({"exempt": {"hooks.stripe": None}}, "reason-required", "exempt['hooks.stripe']"),
    ({"exempt": {7: "signed"}}, "reason-required", "exempt[7]"),
    ({"public": [None]}, "wrong-type", "public[0]"),
    ({"strict_get": 7}, "wrong-type", "strict_get"),
]


@pytest.mark.parametrize(
    ("options", "code", "where"), BROKEN, ids=[f"{where} {code}" for _, code, where in BROKEN]
)
def test_a_mistake_does_not_build_and_says_where(options: dict[str, object], code: str, where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(**options)
    assert [(issue.code.value, issue.where) for issue in caught.value.issues] == [(code, where)]
    assert all(issue.reason.endswith(".") and issue.fix for issue in caught.value.issues)


BUILDS = [
    {"on_missing": "deny"},
    {"on_missing": "token"},
    {"ws_on_missing": "allow"},
    {"token": "always"},
    {"cookies": "auto"},
    {"write_gate": False},
    {"report_only": True},
    {"json_only": True},
    {"wildcard_writes": True},
    {"public_origins": API},
    {"public_origins": [API, "http://localhost:5000"]},
    {"auth_cookies": "sso"},
    {"auth_cookies": ("sso", "__Host-x")},
    {"exempt": {"hooks.stripe": "the body is signed"}},
    {"exempt": {}},
    {"public": "search"},
    {"strict_get": {"export"}},
    {"strict": True, "public_origins": [API]},
]


@pytest.mark.parametrize("options", BUILDS, ids=map(str, BUILDS))
def test_what_is_right_builds_and_builds_again_from_what_it_says(options: dict[str, object]) -> None:
    built = config(**options)
    assert load_config(built.to_options(), is_public_suffix=is_public_suffix) == built


def test_every_mistake_is_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        config(origins=["app.shop.example"], on_missing="x", token="y", exempt=[], public_origins=["z"])
    assert {issue.where for issue in caught.value.issues} == {
        "origins[0]",
        "on_missing",
        "token",
        "exempt",
        "public_origins[0]",
    }


def test_every_option_of_the_gate_has_a_case_that_builds() -> None:
    assert {name for options in BUILDS for name in options} == {option.name for option in GATE_OPTIONS}
    assert len(set(OPTION_NAMES)) == len(OPTION_NAMES)


def test_own_origins_are_normalised() -> None:
    assert config(public_origins=["HTTPS://API.shop.example:443", API]).public_origins == (API,)


def test_the_gate_is_on_as_soon_as_credentials_are() -> None:
    assert config().write_gate
    assert not config(supports_credentials=False).write_gate
    assert not config(write_gate=False).write_gate
    assert config(supports_credentials=False, write_gate=True).write_gate


STRICT = {"strict": True, "public_origins": [API]}


def test_the_strict_preset_means_what_it_says() -> None:
    strict = config(**STRICT)
    assert (strict.on_missing, strict.ws_on_missing, strict.json_only, strict.write_gate) == (
        "deny",
        "deny",
        True,
        True,
    )
    assert not strict.report_only
    assert not strict.wildcard_writes
    assert config(**STRICT, on_missing="token").on_missing == "token"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"strict": True}, "public_origins"),
        (STRICT | {"on_missing": "allow"}, "on_missing"),
        (STRICT | {"ws_on_missing": "allow"}, "ws_on_missing"),
        (STRICT | {"report_only": True}, "report_only"),
        (STRICT | {"wildcard_writes": True}, "wildcard_writes"),
        (STRICT | {"write_gate": False}, "write_gate"),
        (STRICT | {"json_only": False}, "json_only"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_strict_preset_does_not_build_with_what_loosens_it(
    options: dict[str, object], where: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        config(**options)
    assert [(issue.code, issue.where) for issue in caught.value.issues] == [(IssueCode.NOT_STRICT, where)]


def test_the_strict_preset_in_an_application() -> None:
    app = shop(strict=True)
    json = {"Content-Type": "application/json"}
    assert ask(app, headers=FROM_APP | COOKIE | json, body=b"{}").status == 200
    assert ask(app, headers=FROM_APP | COOKIE, body=b"{}").status == 415
    assert ask(app, headers=COOKIE | json, body=b"{}").code == "no-browser-evidence"
    assert ask(app, headers=json, body=b"{}").code == "no-browser-evidence"
    assert ask(app, headers={"Authorization": "Bearer x"} | json, body=b"{}").status == 200
    assert ask(app, headers={"Origin": EVIL}, host="evil.test").code == "origin-not-trusted"


def test_json_only_refuses_a_body_of_another_kind_with_415() -> None:
    app = shop(json_only=True)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "text/plain;application/json", ""):
        answer = ask(app, headers=FROM_APP | COOKIE | {"Content-Type": kind}, body=b"{}")
        assert (answer.status, answer.code) == (415, "unsupported-media-type")
        assert answer.json["title"] == "Unsupported media type"
        assert answer.get("Access-Control-Allow-Origin") == APP
        assert answer.get("Cache-Control") == "no-store"
    chunked = {"Transfer-Encoding": "chunked"}
    assert ask(app, headers=FROM_APP | chunked).status == 415
    assert app.untouched
    assert ask(app, headers=FROM_APP | {"Content-Type": "application/json"}, body=b"{}").status == 200
    assert ask(app, "DELETE", headers=FROM_APP).status == 200
    assert ask(app, "GET", headers=FROM_APP).status == 200


def test_whoever_may_not_write_is_not_told_about_the_body() -> None:
    app = shop(json_only=True)
    assert ask(app, headers=FROM_EVIL | {"Content-Type": "text/plain"}, body=b"x").code == "cross-site"


def test_report_only_lets_everything_pass_and_says_what_it_would_refuse(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Frameworks that other tests load may have set another level.
    caplog.set_level("WARNING", logger="crossguard")
    app = shop(report_only=True, json_only=True)
    assert ask(app, headers=FROM_EVIL | COOKIE).status == 200
    assert ask(app, headers=FROM_APP | {"Content-Type": "text/plain"}, body=b"x").status == 200
    assert ask(app, headers=FROM_APP).status == 200
    lines = [record.getMessage() for record in caplog.records if record.name == "crossguard"]
    assert len(lines) == 2
    assert all(line.startswith("report_only, not refused: ") for line in lines)
    assert lines[0].endswith(f"[cross-site] {address_of('cross-site')}")
    assert lines[1].endswith(f"[unsupported-media-type] {address_of('unsupported-media-type')}")
    assert app.ran == ["POST orders"] * 3


@pytest.mark.parametrize(("mode", "status"), [("allow", 200), ("deny", 403), ("token", 403)])
def test_a_write_without_any_evidence_obeys_on_missing(mode: str, status: int) -> None:
    app = shop(on_missing=mode)
    answer = ask(app, headers=COOKIE)
    assert answer.status == status
    assert answer.code == {"allow": None, "deny": "no-browser-evidence", "token": "token-missing"}[mode]
    assert ask(app, headers=FROM_APP | COOKIE).status == 200
    assert ask(app, headers=FROM_API | COOKIE).status == 200


def test_an_own_origin_that_is_written_down_makes_host_irrelevant() -> None:
    """A page whose name was rebound to the API's address has the Host that it wants (DNS rebinding)."""
    rebound = {"Origin": "https://evil.test"} | COOKIE
    assert ask(shop(), headers=rebound, host="evil.test").code == "origin-not-trusted"
    assert ask(shop(public_origins=[]), headers=rebound, host="evil.test").status == 200
    assert ask(shop(), headers={"Origin": API} | COOKIE, host="10.0.0.5:8000", scheme="http").status == 200


@pytest.mark.parametrize(
    ("options", "debug", "count"),
    [({"public_origins": []}, False, 1), ({"public_origins": []}, True, 0), ({}, False, 0)],
)
def test_a_derived_own_origin_is_warned_about_once_and_not_in_debug(
    options: dict[str, object], debug: bool, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    app = shop(**options)
    app.testing, app.debug = False, debug
    ask(app, headers=FROM_APP)
    ask(app, headers=FROM_APP)
    lines = [record.getMessage() for record in caplog.records]
    assert len([line for line in lines if 'public_origins=["https://api.example.com"]' in line]) == count


def test_options_can_stand_in_the_configuration_of_the_application() -> None:
    from crossguard.flask import CORS

    app = shop(cors=False)
    app.config.update(
        CORS_ORIGINS=[APP],
        CORS_SUPPORTS_CREDENTIALS=True,
        CORS_PUBLIC_ORIGINS=[API],
        CORS_ON_MISSING="deny",
        CORS_EXEMPT={"orders": "signed"},
        CORS_MAX_AGE=timedelta(minutes=1),
    )
    CORS(app)
    assert ask(app, "POST", "/orders", headers=FROM_EVIL).status == 200
    assert ask(app, "POST", "/missing", headers=COOKIE).code == "no-browser-evidence"


def test_the_token_layer_adds_its_headers_to_preflights_once() -> None:
    for options in ({"token": "always"}, {"on_missing": "token"}):
        allowed = config(**options).allow_headers
        assert set(TOKEN_HEADERS) <= set(allowed)
        again = config(**options, allow_headers=["x-csrf-token", "X-Other"]).allow_headers
        assert again == ("x-csrf-token", "X-Other", "X-CSRFToken", "X-XSRF-Token")
    assert not set(TOKEN_HEADERS) & set(config().allow_headers)
    assert config(token="always", allow_headers="*").allow_headers == ("*",)


def copied(value: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - nobody else's


def test_a_policy_with_a_gate_can_be_pickled() -> None:
    policy = compile_policy(
        config(origins=[APP, "https://*.shop.example"], public_origins=[API], exempt={"a": "b"})
    )
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = copied(policy, protocol)
        assert again == policy
        allows = copied(policy.allows, protocol)
        for origin in (APP, API, EVIL, "https://blog.shop.example", None, ""):
            assert allows(origin) == policy.allows(origin)


def test_the_strict_preset_gates_readers_too() -> None:
    strict = load_config(
        {"origins": "*", "strict": True, "public_origins": [API]}, is_public_suffix=is_public_suffix
    )
    assert strict.write_gate
    app = shop(origins="*", supports_credentials=False, strict=True)
    assert ask(app, headers=FROM_EVIL | COOKIE).code == "cross-site"
