"""Pages of apps and of browser extensions: listed, asked about, explained, audited."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from crossguard import ConfigError, IssueCode
from crossguard.asgi import Crossguard as AsgiCrossguard
from crossguard.browser import Browser, UsageError
from crossguard.browser.transports import wsgi
from crossguard.flask import CORS
from crossguard.wsgi import Crossguard as WsgiCrossguard

PAGES = (
    "chrome-extension://mjgnhhfkdbaffiihmnjkbgjaacmdphpk",
    "moz-extension://6f1b2c3d-0000-4000-8000-000000000001",
    "safari-web-extension://0b6f1c8e-1111-4222-8333-444455556666",
    "tauri://localhost",
    "capacitor://localhost",
    "ionic://localhost",
    "app://shop",
    "app://shop.local:8080",
    "vscode-webview://0a1b2c",
)
API = "http://localhost:5000"


def api(origin, **options):
    app = Flask("sidecar")
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SAMESITE="Lax")
    app.add_url_rule("/items", "items", list)
    app.add_url_rule("/items", "add", dict, methods=["POST"])
    CORS(app, origins=[origin], supports_credentials=True, public_origins=[API], **options)
    return app


def command(app, *words):
    group = FlaskGroup(create_app=lambda: app)
    return CliRunner().invoke(group, ["cors", *words], obj=ScriptInfo(create_app=lambda: app))


@pytest.mark.parametrize("origin", PAGES)
def test_the_model_of_a_browser_opens_a_page_there(origin):
    page = Browser(send=wsgi(api(origin))).open(origin)

    assert page.origin == origin
    assert page.url == f"{origin}/"
    read = page.verdict(f"{API}/items", credentials="include")
    assert read.response is not None
    assert read.hops[0].actual.request.header("origin") == origin
    assert read.hops[0].actual.request.header("sec-fetch-site") == "cross-site"
    assert page.verdict(f"{API}/items", method="POST", credentials="include").response.status == 200
    stranger = Browser(send=wsgi(api("http://localhost:8080"))).open(f"{origin}/index.html?a#b")
    assert stranger.verdict(f"{API}/items", credentials="include").failure is not None


@pytest.mark.parametrize("origin", PAGES)
def test_it_is_explained_listed_or_not(origin):
    listed = command(api(origin), "explain", "/items", "--origin", origin)
    assert listed.exit_code == 0
    assert "READABLE" in listed.output

    unlisted = command(api("http://localhost:8080"), "explain", "/items", "--origin", origin)
    assert unlisted.exit_code == 1
    assert "origin-not-listed" in unlisted.output


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        *[(page, "extension-id-varies") for page in PAGES[1:3]],
        *[(page, "app-not-named") for page in PAGES[3:6]],
        (PAGES[0], None),
        *[(page, None) for page in PAGES[6:]],
    ],
)
def test_the_audit_says_what_the_origin_names(origin, code):
    document = json.loads(command(api(origin), "audit", "--json").output)
    found = [entry["code"] for entry in document["findings"]]

    assert {"extension-id-varies", "app-not-named"} & set(found) == ({code} if code else set())
    assert "development-origin" not in found


@pytest.mark.parametrize("origin", PAGES)
def test_the_middleware_lists_it_too(origin):
    for middleware in (WsgiCrossguard, AsgiCrossguard):
        policy = middleware(lambda *_: (), origins=[origin], supports_credentials=True).policy_for("/")
        assert policy.trusts(origin)
        assert policy.may_write(origin)
        assert not policy.trusts(f"{origin}x")


@pytest.mark.parametrize(
    "origin", ["ftp://x", "ws://x", "file:///x", "data:text/html,x", "mailto:a@b", "tauri:", "app://"]
)
def test_what_has_no_pages_is_no_page(origin):
    with pytest.raises(UsageError):
        Browser(send=wsgi(api("http://localhost:8080"))).open(origin)


def test_ftp_is_not_listed():
    with pytest.raises(ConfigError) as caught:
        api("ftp://files.example.com")
    assert [issue.code for issue in caught.value.issues] == [IssueCode.SCHEME_UNUSABLE]
