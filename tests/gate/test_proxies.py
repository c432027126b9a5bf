"""Behind a proxy: X-Forwarded-* is read where the operator says so, and nowhere else."""

from typing import Any

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard.flask import CORS
from tests.gate.wsgi import API, APP, EVIL, Answer, Shop, environ, send, shop

COOKIE = {"Cookie": "session=abc"}
#: What a proxy that was told to says of the request that reached it.
FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "api.shop.example",
    "X-Forwarded-For": "192.0.2.7",
}


def behind(app: Shop, *, host: str = "10.0.0.5:8000", **headers: str) -> Answer:
    """Send what the proxy passes on: over http, under the name that it has for the API."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return send(app, environ(headers=names | COOKIE, scheme="http", host=host))


def fixed(app: Shop, **trusted: int) -> Shop:
    app.wsgi_app = ProxyFix(app.wsgi_app, **({"x_for": 1, "x_proto": 1, "x_host": 1} | trusted))  # type: ignore[method-assign,arg-type]
    return app


@pytest.mark.parametrize("options", [{}, {"public_origins": []}], ids=["written", "derived"])
def test_x_forwarded_is_not_read_by_itself(options: dict[str, Any]) -> None:
    app = shop(**options)
    spoofed = {
        "X_Forwarded_Host": "evil.test",
        "X_Forwarded_Proto": "https",
        "Forwarded": "host=evil.test;proto=https",
    }
    assert behind(app, Origin=EVIL, **spoofed).code == "origin-not-trusted"
    assert (
        behind(app, Origin=EVIL, X_Original_Host="evil.test", X_Host="evil.test").code == "origin-not-trusted"
    )
    assert app.untouched


@pytest.mark.parametrize("options", [{}, {"public_origins": []}], ids=["written", "derived"])
def test_with_proxy_fix_the_own_page_may_write_and_nobody_is_let_in(options: dict[str, Any]) -> None:
    app = fixed(shop(**options))
    sent = {name.replace("-", "_"): value for name, value in FORWARDED.items()}
    assert behind(app, Origin=API, **sent).status == 200
    assert behind(app, Origin=APP, **sent).status == 200
    assert behind(app, Origin=EVIL, **sent).code == "origin-not-trusted"
    assert behind(app, Origin="http://api.shop.example", **sent).code == "insecure-origin"
    assert behind(app, Origin="http://10.0.0.5:8000", **sent).code == "origin-not-trusted"


def test_proxy_fix_reads_only_what_it_was_told_to() -> None:
    app = fixed(shop(public_origins=[]), x_host=0)
    assert (
        behind(app, Origin=EVIL, X_Forwarded_Host="evil.test", X_Forwarded_Proto="https").code
        == "origin-not-trusted"
    )
    # The last proxy's word counts, not the client's before it.
    app = fixed(shop(public_origins=[]))
    assert (
        behind(app, Origin=EVIL, X_Forwarded_Host="evil.test, api.shop.example").code == "origin-not-trusted"
    )


def test_an_own_origin_that_is_written_needs_no_proxy_fix() -> None:
    app = shop()
    assert behind(app, Origin=API).status == 200
    assert behind(app, Origin=EVIL).code == "origin-not-trusted"
    assert behind(app, Origin="http://10.0.0.5:8000").code == "origin-not-trusted"


@pytest.mark.parametrize(
    "evidence", [{}, {"Sec_Fetch_Site": "same-origin"}], ids=["Origin", "Sec-Fetch-Site"]
)
def test_a_page_of_the_own_origin_is_not_told_that_it_was_refused(
    caplog: pytest.LogCaptureFixture, evidence: dict[str, str]
) -> None:
    """Its requests are not cross-origin for the browser, with any name that the proxy has put into Host."""
    app = shop(origins=[])
    app.debug = True
    with caplog.at_level("DEBUG", "crossguard"):
        assert behind(app, Origin=API, **evidence).status == 200
        assert "was refused" not in caplog.text
        assert behind(app, Origin=EVIL).code == "origin-not-trusted"
        assert "was refused" in caplog.text


def test_a_page_behind_the_dev_server_is_not_told_that_it_was_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = shop(origins=[])
    app.debug = True
    page = {"Origin": "http://localhost:8080", "Sec_Fetch_Site": "same-origin"}
    with caplog.at_level("DEBUG", "crossguard"):
        assert behind(app, host="127.0.0.1:5000", **page).status == 200
    assert "was refused" not in caplog.text


def test_a_proxy_that_keeps_host_needs_nothing() -> None:
    app = shop(public_origins=[])
    assert behind(app, host="api.shop.example", Origin=API).status == 200
    assert behind(app, host="api.shop.example:443", Origin=API).status == 200
    assert behind(app, host="api.shop.example", Origin=EVIL).code == "origin-not-trusted"


def test_a_proxy_that_rewrites_host_locks_out_only_who_cannot_say_same_origin() -> None:
    """Nothing tells the application its name; public_origins does, and the warning at the start asks for it."""
    app = shop(public_origins=[])
    assert behind(app, Origin=API, Sec_Fetch_Site="same-origin").status == 200
    assert behind(app, Origin=API).code == "origin-not-trusted"


def test_a_proxy_that_strips_the_evidence_lets_nobody_in_where_that_is_wanted() -> None:
    assert behind(shop()).status == 200
    assert behind(shop(on_missing="deny")).code == "no-browser-evidence"
    assert behind(shop(on_missing="token")).code == "token-missing"
    assert behind(shop(), Referer=f"{EVIL}/").code == "referer-not-trusted"


def test_proxy_fix_inside_of_the_guard_fails_closed() -> None:
    """The guard then sees what the proxy sent; it believes none of it."""
    app = shop(cors=False)
    fixed(app)
    CORS(app, origins=[APP], supports_credentials=True)
    sent = {name.replace("-", "_"): value for name, value in FORWARDED.items()}
    assert behind(app, Origin=EVIL, **sent).code == "origin-not-trusted"
    assert behind(app, Origin=APP, **sent).status == 200
    assert behind(app, Origin=API, Sec_Fetch_Site="same-origin", **sent).status == 200
    assert behind(app, Origin=API, **sent).code == "origin-not-trusted"
