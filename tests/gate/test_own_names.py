"""The API's own names through real applications: what an adapter finds, and what it says of a refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from crossguard import ConfigError, asgi, wsgi
from crossguard.flask import CORS, cross_origin, policy_for
from crossguard.lists.source import OriginSource
from tests.adapters.inner import asgi_app, wsgi_app
from tests.adapters.wire import Request, via_asgi, via_wsgi
from tests.gate.wsgi import API, APP, EVIL, Shop, ask, shop

COOKIE = {"Cookie": "session=x"}


def own(host: str, *, scheme: str = "http", origin: str | None = None) -> dict[str, Any]:
    """Return a write of a page under *host*, as a browser with Fetch Metadata sends it."""
    headers = {"Origin": origin or f"{scheme}://{host}", "Sec-Fetch-Site": "same-origin"}
    return {"headers": headers | COOKIE, "host": host, "scheme": scheme}


def looked_at(**config: Any) -> Shop:
    """Return an application in debug that has not named its own origins."""
    app = shop(cors=False)
    app.debug = True
    app.config.update(config)
    CORS(app, origins=[APP], supports_credentials=True)
    return app


@pytest.mark.parametrize(
    "host", ["localhost:5000", "127.0.0.1:5000", "[::1]:5000", "192.168.1.20:5000", "desk.local", "api"]
)
def test_in_debug_names_that_nobody_else_can_own_are_own(host: str) -> None:
    assert ask(looked_at(), **own(host)).status == 200


@pytest.mark.parametrize("origin", [None, "null"])
@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:5000", "localhost.evil.test", "127.0.0.1.evil.test"]
)
def test_in_debug_a_name_that_was_pointed_at_the_api_is_not(host: str, origin: str | None) -> None:
    app = looked_at()
    assert ask(app, **own(host, origin=origin)).code == "origin-not-trusted"
    bare = {"Origin": f"http://{host}", **COOKIE}
    assert ask(app, headers=bare, host=host, scheme="http").code == "origin-not-trusted"
    assert (
        ask(app, headers={"Referer": f"http://{host}/", **COOKIE}, host=host, scheme="http").code
        == "referer-not-trusted"
    )
    assert app.untouched


def test_in_debug_the_settings_of_flask_name_it() -> None:
    app = looked_at(TRUSTED_HOSTS=["shop.test", ".tenants.test"])
    for host in ("shop.test", "shop.test:5000", "tenants.test", "a.tenants.test"):
        assert ask(app, **own(host)).status == 200
    for host in ("evil.test", "eviltenants.test", "a.shop.test"):
        assert ask(app, **own(host)).code == "origin-not-trusted"
    app = looked_at(SERVER_NAME="shop.test:5000")
    assert ask(app, **own("shop.test:5000")).status == 200
    assert ask(app, **own("evil.test:5000")).code == "origin-not-trusted"


def test_the_settings_do_not_add_to_what_is_named() -> None:
    app = shop(cors=False)
    app.debug = True
    app.config["TRUSTED_HOSTS"] = ["shop.test", "api.shop.example"]
    CORS(app, origins=[APP], supports_credentials=True, public_origins=[API])
    assert ask(app, **own("shop.test")).code == "origin-not-trusted"
    assert ask(app, **own("api.shop.example", scheme="https")).status == 200
    assert ask(app, **own("shop.test", origin="http://localhost:8080")).status == 200


FORWARDED = {
    "Codespaces": (
        {"CODESPACE_NAME": "octo-cat-x7", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev"},
        "octo-cat-x7-5000.app.github.dev",
        "octo-cat-x7-8080.app.github.dev",
        "evil-5000.app.github.dev",
    ),
    "Gitpod": (
        {"GITPOD_WORKSPACE_URL": "https://octo-cat-x7.ws-eu1.gitpod.io"},
        "5000-octo-cat-x7.ws-eu1.gitpod.io",
        "8080-octo-cat-x7.ws-eu1.gitpod.io",
        "5000-evil.ws-eu1.gitpod.io",
    ),
}


def middleware(kind: str) -> Callable[[Request], int]:
    """Return what asks an application in debug under one of the three adapters."""
    options: dict[str, Any] = {"origins": [APP], "supports_credentials": True}
    if kind == "flask":
        app = looked_at()
        app.view("/items", "items")
        return lambda request: via_wsgi(app, request).status
    if kind == "wsgi":
        guarded = wsgi.Crossguard(wsgi_app([]), **options, auth_cookies=["session"], debug=True)
        return lambda request: via_wsgi(guarded, request).status
    served = asgi.Crossguard(asgi_app([]), **options, auth_cookies=["session"], debug=True)
    return lambda request: via_asgi(served, request).status


@pytest.mark.parametrize("kind", ["flask", "wsgi", "asgi"])
@pytest.mark.parametrize("environment", FORWARDED)
def test_a_forwarded_port_is_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, kind: str, environment: str
) -> None:
    variables, host, page, stranger = FORWARDED[environment]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ask_it = middleware(kind)

    def status(host: str, origin: str) -> int:
        sent = (("Origin", origin), ("Sec-Fetch-Site", "same-origin"), ("Cookie", "session=x"))
        return ask_it(Request("POST", "/items", sent, base=f"https://{host}"))

    assert status(host, f"https://{host}") == 200
    assert status(host, "null") == 200
    # The development server on another forwarded port passes the request on.
    assert status("localhost:5000", f"https://{page}") == 200
    assert status(stranger, f"https://{stranger}") == 403
    assert status(stranger, "null") == 403
    monkeypatch.undo()
    ask_it = middleware(kind)
    assert status(host, f"https://{host}") == 403


def test_outside_debug_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for variables, *_ in FORWARDED.values():
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
    app = shop()
    assert ask(app, **own("octo-cat-x7-5000.app.github.dev", scheme="https")).code == "origin-not-trusted"


def test_a_workspace_url_that_is_none_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITPOD_WORKSPACE_URL", "https://[x")
    assert ask(looked_at(), **own("localhost:5000")).status == 200


def test_the_log_says_what_to_write_for_a_name_of_ones_own(caplog: pytest.LogCaptureFixture) -> None:
    ask(shop(), **own("www.api.shop.example", scheme="https", origin="null"))
    line = "public_origins=['https://api.shop.example', 'https://www.api.shop.example']"
    question = "Fix: If https://www.api.shop.example is a name of the API's own: "
    assert f"{question}{line} [origin-not-trusted]" in caplog.text
    # A stranger can point a name at the API, so that no line names it.
    for application, host in ((looked_at(), "shop.test:5000"), (shop(), "shop.test")):
        caplog.clear()
        ask(application, **own(host))
        assert "Fix: If this is a name of the API's own, add it to public_origins at " in caplog.text
        assert "public_origins=[" not in caplog.text
    caplog.clear()
    ask(shop(), headers={"Origin": EVIL, **COOKIE})
    assert "public_origins" not in caplog.text


class Tenants(OriginSource):
    """Names of tenants that can change, or cannot be read."""

    def __init__(self, *rows: str, broken: bool = False) -> None:
        super().__init__(seconds=3600)
        self.rows = [*rows]
        self.broken = broken

    def version(self) -> object:
        return tuple(self.rows)

    def read(self) -> list[str]:
        if self.broken:
            raise OSError("no database")
        return self.rows

    def __str__(self) -> str:
        return "the tenants"


def test_tenants_can_come_from_a_source() -> None:
    app = shop(
        origins=[APP], public_origins=[API, Tenants("https://acme.example", "https://*.tenants.example", "*")]
    )
    for host in ("api.shop.example", "acme.example", "a.tenants.example"):
        assert ask(app, **own(host, scheme="https")).status == 200
        assert ask(app, **own(host, scheme="https", origin="null")).status == 200
    for host in ("evil.test", "other.example"):
        assert ask(app, **own(host, scheme="https")).code == "origin-not-trusted"


@pytest.mark.parametrize("tenants", [Tenants(), Tenants(broken=True)], ids=["empty", "broken"])
def test_a_source_that_lists_nobody_is_no_reason_to_believe_host(
    tenants: Tenants, caplog: pytest.LogCaptureFixture
) -> None:
    app = shop(public_origins=tenants, strict=True)
    assert ask(app, **own("evil.test", scheme="https")).code == "origin-not-trusted"
    bare = {"Origin": EVIL, **COOKIE}
    assert ask(app, headers=bare, host="evil.test").code == "origin-not-trusted"
    assert "derives the API's own origin" not in caplog.text


def test_what_is_named_can_be_replaced() -> None:
    app = shop()
    policy = policy_for(app)
    assert policy is not None
    assert policy.allows(API)
    policy.replace(public_origins=["https://new.shop.example"])
    assert ask(app, **own("new.shop.example", scheme="https")).status == 200
    assert ask(app, **own("api.shop.example", scheme="https")).code == "origin-not-trusted"
    assert not policy.allows(API)
    policy.replace(public_origins=Tenants("https://acme.example"))
    assert ask(app, **own("acme.example", scheme="https")).status == 200


def test_cookies_are_compared_with_names_that_are_written_in_full() -> None:
    app = shop(public_origins=[API, "https://*.tenants.example"])
    assert ask(app, **own("acme.tenants.example", scheme="https")).status == 200
    alone = shop(origins=["https://app.tenants.example"], public_origins="https://*.tenants.example")
    assert ask(alone, **own("acme.tenants.example", scheme="https")).status == 200
    with pytest.raises(ConfigError, match="no browser stores it"):
        ask(shop(public_origins="https://*.tenants.example"))


def test_a_tenant_is_not_let_in_by_its_origin_alone() -> None:
    policy = policy_for(shop(origins=[], public_origins=["https://*.tenants.example"]))
    assert policy is not None
    assert not policy.allows("https://a.tenants.example")


def readers_beside(app: Flask) -> None:
    @app.post("/open")
    @cross_origin(origins="*")
    def open_() -> str:
        app.config["RAN"] = True
        return "ran"


FROM_EVIL = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("cookie", "status"),
    [
        (None, 200),
        ("", 200),
        ("access_token_cookie=x", 403),
        ("theme=dark", 403),
        ("session=x", 403),
        (";", 403),
    ],
)
def test_a_readers_view_runs_no_write_with_a_cookie(cookie: str | None, status: int) -> None:
    app = shop()
    readers_beside(app)
    sent = FROM_EVIL | ({} if cookie is None else {"Cookie": cookie})
    assert ask(app, path="/open", headers=sent).status == status
    assert app.config.get("RAN", False) is (status == 200)


def test_what_signs_in_by_one_policy_counts_in_all() -> None:
    app = shop(auth_cookies=["access_token_cookie"])

    @app.post("/guestbook")
    @cross_origin(origins="*", public=["guestbook"])
    def guestbook() -> str:
        return "signed"

    for cookie, status in (("theme=dark", 200), ("access_token_cookie=x", 403), ("session=x", 403)):
        assert ask(app, path="/guestbook", headers=FROM_EVIL | {"Cookie": cookie}).status == status


def test_what_a_reader_is_told_does_not_open_to_a_stranger(caplog: pytest.LogCaptureFixture) -> None:
    app = shop()
    readers_beside(app)
    ask(app, path="/open", headers=FROM_EVIL | {"Cookie": "theme=dark"})
    assert "Fix: send no cookies (credentials: 'omit')" in caplog.text


@pytest.mark.parametrize("kind", [wsgi, asgi], ids=["wsgi", "asgi"])
def test_the_same_in_a_middleware(kind: Any) -> None:
    resources = {
        "/api/*": {"origins": [APP], "supports_credentials": True, "auth_cookies": ["access_token_cookie"]},
        "/open/*": {"origins": "*", "public": ["/open/guestbook"]},
    }
    inner, via = (wsgi_app, via_wsgi) if kind is wsgi else (asgi_app, via_asgi)
    app = kind.Crossguard(inner([]), resources=resources)
    for path, cookie, status in (
        ("/open/x", "theme=dark", 403),
        ("/open/guestbook", "theme=dark", 404),
        ("/open/guestbook", "access_token_cookie=x", 403),
    ):
        sent = (*FROM_EVIL.items(), ("Cookie", cookie))
        assert via(app, Request("POST", path, sent)).status == status
