"""The application's cookies against its front ends, as administrators see them."""

from typing import get_args

import pytest
from flask import Flask

from crossguard.browser import PROFILES
from crossguard.browser.posture import Fit
from crossguard.browser.posture import Relation as KnownRelation
from crossguard.console.explain.cookies import list_cookies
from crossguard.console.explain.schemas import Browser, Relation
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS
from crossguard.flask import CORS
from crossguard.flask.cookie_table import _worded
from tests.console.support import WEB, is_readable

API = "http://localhost:5000"


def listed(**options):
    """Return the postures of an application with a session, and the notes about them."""
    app = Flask("listed")
    app.secret_key = "x" * 32
    CORS(app, supports_credentials=True, **options)
    found = list_cookies(app)
    return found.items, found.notes


def test_every_cookie_is_shown_for_every_front_end_in_every_browser(standing_admin):
    response = standing_admin.get("/admin/cookies")
    assert response.status_code == 200
    assert response.cache_control.no_store
    assert is_readable(response)
    body = response.get_json()
    assert body["notes"] == []
    assert [(item["cookie"], item["frontends"], item["api"]) for item in body["items"]] == [
        ("crossguard_session", [WEB], API),
        ("remember_token", [WEB], API),
    ]
    for item in body["items"]:
        assert item["set_cookie"] == f"{item['cookie']}=…; Path=/; HttpOnly; SameSite=Lax"
        assert item["relation"] == "same-site"
        assert item["fits"] == [
            {"browser": name, "works": True, "reason": "", "step": "", "explanation": "", "fix": ""}
            for name in PROFILES
        ]


def test_what_works_in_some_browsers_only_says_in_which_and_why():
    items, notes = listed(
        origins=["https://app.elsewhere.example"],
        public_origins=["https://api.example.com"],
        cookies="cross-site",
    )
    [item] = items
    assert item.cookie == "__Host-session"
    assert item.relation == "cross-site"
    assert item.set_cookie == "__Host-session=…; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
    works = {fit.browser: fit.works for fit in item.fits}
    assert works == {
        "chromium": True,
        "chromium-block-third-party": True,
        "firefox": True,
        "firefox-block-third-party": False,
        "webkit": False,
        "webkit-allow-third-party": True,
        "safari": True,
    }
    failing = next(fit for fit in item.fits if not fit.works)
    assert failing.reason == "third-party-blocked"
    assert failing.step
    assert failing.explanation == "the browser blocks third-party cookies."
    assert "Partitioned" in failing.fix
    [note] = notes
    assert "firefox-block-third-party" in note


def test_a_pattern_is_shown_by_an_origin_that_it_covers_for_every_address_of_the_api():
    items, _ = listed(
        origins=["https://*.example.com"],
        public_origins=["https://api.example.com", "https://api.example.org"],
    )
    assert [(*item.frontends, item.api, item.relation, item.fits[0].works) for item in items] == [
        ("https://app.example.com", "https://api.example.com", "same-site", True),
        ("https://app.example.com", "https://api.example.org", "cross-site", False),
    ]


def test_where_the_api_is_unknown_it_is_taken_for_the_front_ends_own_origin():
    [item], _ = listed(origins=["https://app.example.com"])
    assert (*item.frontends, item.api) == ("https://app.example.com", "https://app.example.com")
    assert item.relation == "same-origin"


def test_without_credentials_there_is_nothing_to_show():
    app = Flask("open")
    CORS(app, origins=["https://app.example.com"])
    found = list_cookies(app)
    assert (found.items, found.notes) == ([], [])


@pytest.mark.parametrize("code", [*COOKIE_TEXTS, *CODE_TEXTS])
def test_every_reason_has_words(code):
    shown = _worded("firefox", Fit(works=False, reason=code.value, step="a step"), "https://a.example", API)
    assert shown.explanation
    assert shown.fix
    assert "{" not in shown.explanation + shown.fix


def test_the_schema_names_every_browser_and_every_relation():
    assert get_args(Browser) == tuple(PROFILES)
    assert set(get_args(Relation)) == {relation.value for relation in KnownRelation}
