"""No second list: one policy answers CORS, preflights, writes and WebSockets alike, origin by origin."""

import re
from typing import Any

import pytest

from crossguard import Policy, compile_policy, load_config
from crossguard.core.gate import WriteGate
from crossguard.core.origins import parse_serialized
from crossguard.core.request import WriteFacts
from crossguard.flask import policy_rows
from crossguard.suffixes import is_public_suffix
from tests.gate.wsgi import API, APP, EVIL, PARTNER, SIBLING, ask, shop

#: Everything that has ever been taken for the front end, and what is like it.
ORIGINS = (
    APP,
    API,
    SIBLING,
    PARTNER,
    EVIL,
    "https://shop.example",
    "https://a.b.shop.example",
    "https://admin.shop.example",
    "http://app.shop.example",
    "http://api.shop.example",
    "https://app.shop.example:443",
    "https://app.shop.example:8443",
    "https://app.shop.example.",
    "https://app.shop.example/",
    "https://app.shop.example?x",
    "https://app.shop.example#x",
    "https://app.shop.example.evil.test",
    "https://evil.test/app.shop.example",
    "https://app.shop.example@evil.test",
    "https://user@app.shop.example",
    "https://xapp.shop.example",
    "https://app-shop.example",
    "https://app_shop.example",
    "https://App.Shop.Example",
    "HTTPS://app.shop.example",
    "wss://app.shop.example",
    "ftp://app.shop.example",
    "//app.shop.example",
    "app.shop.example",
    " https://app.shop.example",
    "https://app.shop.example https://evil.test",
    "https://app.shop.example, https://app.shop.example",
    "https://xn--pp-via.shop.example",
    "null",
    "*",
    "file://",
    "chrome-extension://abcdefghijklmnop",
    "http://localhost:8080",
    "http://localhost",
    "http://127.0.0.1:8080",
    "http://[::1]:8080",
    "https://" + "a" * 65536,
)

POLICIES: dict[str, dict[str, Any]] = {
    "exact": {"origins": [APP, "https://admin.shop.example"]},
    "readers": {"origins": [APP], "readers": [PARTNER, "https://*.shop.example"]},
    "everybody reads": {"origins": [APP], "readers": "*"},
    "a pattern": {"origins": ["https://*.shop.example"]},
    "a pattern that writes": {"origins": ["https://*.shop.example"], "wildcard_writes": True},
    "an expression": {
        "origins": [re.compile(r"https://(app|admin)\.shop\.example")],
        "wildcard_writes": True,
    },
    "ports": {"origins": ["http://localhost:*"]},
    "nobody": {"origins": []},
    "an application of its own scheme": {"origins": ["chrome-extension://abcdefghijklmnop"]},
    "its own origin, listed": {"origins": [API]},
    "development": {"origins": ["http://localhost:8080"], "public_origins": ["http://localhost:5000"]},
}


def options_of(name: str) -> dict[str, Any]:
    return {"supports_credentials": True, "public_origins": [API]} | POLICIES[name]


def policy_of(name: str) -> Policy:
    return compile_policy(load_config(options_of(name), is_public_suffix=is_public_suffix))


def test_there_are_at_least_forty_origins() -> None:
    assert len(set(ORIGINS)) >= 40


@pytest.mark.parametrize("name", POLICIES)
def test_one_policy_gives_one_answer_everywhere(name: str) -> None:
    policy = policy_of(name)
    gate = policy.gate
    assert isinstance(gate, WriteGate)
    own = policy.config.public_origins
    for origin in ORIGINS:
        reads_with_cookies = ("Access-Control-Allow-Credentials", "true") in policy.actual_edits(
            origin
        ).fields
        may_send_preflighted = ("Access-Control-Allow-Credentials", "true") in policy.preflight_edits(
            origin
        ).fields
        writes = gate.decide(WriteFacts("POST", origin=origin, fetch_site="cross-site")).allowed
        writes_from_an_old_browser = gate.decide(WriteFacts("POST", origin=origin)).allowed
        by_referer = gate.decide(WriteFacts("POST", referer=f"{origin}/a")).allowed
        strict_get = gate.decide(WriteFacts("FETCH", origin=origin, fetch_site="same-site")).allowed
        connects = gate.decide(WriteFacts("GET", origin=origin, websocket=True)).allowed

        assert reads_with_cookies == may_send_preflighted == policy.trusts(origin), origin
        assert writes == strict_get == policy.may_write(origin), origin
        assert writes_from_an_old_browser == connects == policy.allows(origin), origin
        assert policy.allows(origin) == (policy.may_write(origin) or origin in own), origin
        # Whoever writes reads; who reads with credentials writes, unless only a wildcard covers it.
        assert not writes or reads_with_cookies, origin
        if not any("*" in str(entry) or isinstance(entry, re.Pattern) for entry in policy.config.origins):
            assert writes == reads_with_cookies, origin
        # A Referer has a path behind its origin, and opaque schemes have none.
        if parse_serialized(origin) and origin.startswith("http"):
            assert by_referer == policy.allows(origin), origin


@pytest.mark.parametrize("name", POLICIES)
def test_the_application_gives_the_same_answers(name: str) -> None:
    options = options_of(name)
    app = shop("/export", strict_get=["export"], **options)
    # Cookies between sites are another matter, with tests of their own.
    app.config.update(
        SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_PARTITIONED=True
    )
    policy = policy_of(name)
    for origin in ORIGINS:
        relation = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        preflight = relation | {"Access-Control-Request-Method": "POST"}
        handshake = {"Origin": origin, "Upgrade": "websocket", "Connection": "Upgrade"}
        read = ask(app, "GET", headers=relation)
        asked = ask(app, "OPTIONS", headers=preflight)
        trusted = "true" if policy.trusts(origin) else None
        assert read.get("Access-Control-Allow-Credentials") == trusted, origin
        assert asked.get("Access-Control-Allow-Credentials") == trusted, origin
        assert (ask(app, "POST", headers=relation).status == 200) is policy.may_write(origin), origin
        assert (ask(app, "GET", "/export", headers=relation).status == 200) is policy.may_write(origin), (
            origin
        )
        assert (ask(app, "GET", "/ws", headers=handshake).status == 200) is policy.allows(origin), origin


def test_the_policy_that_the_application_shows_is_the_one_that_it_asks() -> None:
    app = shop()
    shown = {row.policy for row in policy_rows(app)}
    (policy,) = shown
    assert policy is not None
    for origin in ORIGINS:
        assert policy.allows(origin) == (ask(app, headers={"Origin": origin}).status == 200)


def is_entry(origin: str) -> bool:
    try:
        load_config({"origins": [origin]}, is_public_suffix=is_public_suffix)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("origin", [origin for origin in ORIGINS if is_entry(origin)])
def test_adding_any_origin_as_a_reader_changes_nobodys_writes(origin: str) -> None:
    plain = policy_of("exact")
    options = options_of("exact") | {"readers": [origin]}
    added = compile_policy(load_config(options, is_public_suffix=is_public_suffix))
    for asked in ORIGINS:
        assert added.may_write(asked) == plain.may_write(asked)
        assert added.allows(asked) == plain.allows(asked)
