"""`verify` against live edges: right ones have no difference, wrong ones are told apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from crossguard.browser.transports import network
from crossguard.edge.application import Application
from crossguard.edge.differences import EDGE_TEXTS, EdgeCode
from crossguard.edge.verify import Report, verify
from crossguard.flask import CORS
from crossguard.flask.extension import state_of
from tests.cli.servers import serving
from tests.edge.engines import NGINX_LOCATION, found, nginx_by_hand
from tests.edge.shop import shop
from tests.edge.wrong import RIGHT_MAPS, RIGHT_SERVER, WRONG, Wrong

needs_nginx = pytest.mark.skipif(
    found("nginx") is None, reason="no nginx on this machine (apt install nginx)"
)


def bare() -> Flask:
    app = Flask("small", static_folder=None)
    app.add_url_rule(
        "/api/items", "items", lambda: ("", {"X-Total": "3", "X-Secret": "1"}), methods=["GET", "PUT"]
    )
    return app


def small() -> Flask:
    app = bare()
    app.config["SECRET_KEY"] = "secret"
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
    CORS(
        app,
        resources={
            "/api/*": {
                "origins": ["https://app.example.com", "https://*.tenants.example.org"],
                "supports_credentials": True,
                "public_origins": ["https://api.example.com"],
                "methods": ["GET", "POST", "PUT", "DELETE"],
                "allow_headers": ["Content-Type", "X-Token"],
                "expose_headers": ["X-Total"],
                "max_age": 600,
            }
        },
    )
    return app


def described(app: Flask) -> Application:
    return state_of(app).describe(app)


def asked(app: Flask, port: int) -> Report:
    return verify(described(app), f"http://127.0.0.1:{port}", network(timeout=60))


@contextmanager
def by_hand(change: Wrong | None, folder: Path) -> Iterator[int]:
    maps, server, locations = RIGHT_MAPS, RIGHT_SERVER, NGINX_LOCATION
    if change is not None and change.old == "LOCATION":
        locations += change.new.replace("{ add", "{{ add").replace("; }", "; }}")
    elif change is not None and change.old:
        assert change.old in maps + server
        maps, server = maps.replace(change.old, change.new), server.replace(change.old, change.new)
    decorated = change is not None and change.decorated
    with (
        serving(small() if decorated else bare()) as upstream,
        nginx_by_hand(maps, server, upstream, folder, locations) as port,
    ):
        yield port


def test_the_library_itself_does_what_its_policies_say() -> None:
    with serving(shop()) as port:
        report = asked(shop(), port)
    assert report.differences == ()
    assert report.asked > 300


@needs_nginx
def test_a_right_configuration_by_hand_has_no_difference(tmp_path: Path) -> None:
    with by_hand(None, tmp_path) as port:
        assert asked(small(), port).differences == ()


@needs_nginx
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_configuration_is_found(name: str, tmp_path: Path) -> None:
    wrong = WRONG[name]
    with by_hand(wrong, tmp_path) as port:
        differences = asked(small(), port).differences
    texts = [entry.text for entry in differences if entry.code is wrong.code]
    assert texts, differences
    assert any(wrong.text in text for text in texts), texts
    # At most its consequences besides, never the opposite.
    assert len(differences) <= 6, differences


def test_every_code_has_a_configuration_that_shows_it() -> None:
    elsewhere = {EdgeCode.READER_GETS_COOKIES, EdgeCode.TWO_ORIGINS}
    assert {wrong.code for wrong in WRONG.values()} | elsewhere == set(EdgeCode) == set(EDGE_TEXTS)
