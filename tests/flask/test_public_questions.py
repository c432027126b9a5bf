"""What an application may ask of its own policy: cookies, entries, options, and where a request goes."""

import pytest
from flask import Flask

from crossguard import ConfigError
from crossguard.browser import HttpRequest, parse_url
from crossguard.flask import (
    CORS,
    check_options,
    cookie_report,
    endpoint_for,
    policy_for,
    policy_of,
    would_accept,
)

API = "https://api.example.com"


@pytest.fixture
def app():
    app = Flask("asked")
    app.secret_key = "x" * 32
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    app.add_url_rule("/items/<int:number>", "item", lambda number: "", methods=["GET", "DELETE"])
    CORS(
        app,
        origins=["https://app.example.com", "https://shop.example.com"],
        supports_credentials=True,
        public_origins=[API],
    )
    return app


def test_front_ends_with_which_a_cookie_fares_alike_stand_in_one_row(app):
    report = cookie_report(app)
    [row] = report.rows
    assert row.frontends == ("https://app.example.com", "https://shop.example.com")
    assert (row.cookie, row.api, row.relation) == ("session", API, "same-site")
    assert all(fit.works for fit in row.fits)
    assert (report.frontends, report.listed) == (2, 2)


@pytest.mark.parametrize(
    ("entry", "judgement"),
    [
        ("https://app.example.com", (True, True, True, True)),
        ("HTTPS://New.Example.com:443", (True, False, True, True)),
        ("https://*.example.com", (True, False, False, True)),
        ("https://elsewhere.example", (True, False, True, False)),
        ("https://app.example.com/", (False, False, False, True)),
        ("*", (False, False, False, True)),
        ("", (False, False, False, True)),
    ],
)
def test_an_entry_is_judged_before_it_is_listed(app, entry, judgement):
    """Whether it is accepted, listed, may write, and gets its cookie."""
    accepted, _, _, cookies = judgement
    found = would_accept(app, entry)
    assert (found.accepted, found.listed, found.writes, found.cookies) == judgement
    assert bool(found.reason) == bool(found.fix) == (not accepted or not cookies)
    if accepted:
        assert found.entry == found.entry.lower().removesuffix(":443")
    # Nothing was listed by the way.
    assert len(policy_for(app).config.origins) == 2


def test_without_a_policy_there_is_nothing_to_ask():
    with pytest.raises(LookupError, match="no policy governs /x"):
        would_accept(Flask("bare"), "https://a.example", "/x")


def test_options_are_checked_without_being_declared(app):
    policy = check_options(app, origins=["https://other.example.com"], supports_credentials=True)
    assert policy.trusts("https://other.example.com")
    assert not policy_for(app).trusts("https://other.example.com")
    with pytest.raises(ConfigError, match="trailing slash"):
        check_options(app, origins=["https://a.example/"])
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    with pytest.raises(ConfigError, match="session"):
        check_options(
            app, origins=["https://elsewhere.example"], supports_credentials=True, public_origins=[API]
        )


@pytest.mark.parametrize(
    ("method", "path", "requested", "endpoint"),
    [
        ("GET", "/items/7", None, "item"),
        ("OPTIONS", "/items/7", "DELETE", "item"),
        ("OPTIONS", "/items/7", "PUT", None),
        ("PUT", "/items/7", None, None),
        ("GET", "/items/x", None, None),
    ],
)
def test_where_a_request_would_go_is_told_without_running_anything(app, method, path, requested, endpoint):
    headers = (("Origin", "https://app.example.com"),)
    if requested is not None:
        headers += (("Access-Control-Request-Method", requested),)
    request = HttpRequest(method, parse_url(f"{API}{path}"), headers)
    assert endpoint_for(app, request) == endpoint
    assert policy_of(app, request) == policy_for(app)
