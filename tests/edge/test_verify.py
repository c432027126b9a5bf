"""`verify` against live edges: right ones have no difference, wrong ones are told apart."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from crossguard.browser.transports import network
from crossguard.edge.application import Application
from crossguard.edge.differences import EDGE_TEXTS, EdgeCode
from crossguard.edge.lookalikes import Relation
from crossguard.edge.question import questions
from crossguard.edge.verify import Report, verify
from crossguard.flask import CORS
from crossguard.flask.state import state_of
from tests.cli.servers import serving
from tests.edge.engines import (
    NGINX_LOCATION,
    caddy_by_hand,
    envoy_by_hand,
    found,
    haproxy_by_hand,
    nginx_by_hand,
)
from tests.edge.gateway import FILTER
from tests.edge.shop import shop
from tests.edge.wrong import CADDY, ENVOY_POLICY, HAPROXY, RIGHT_MAPS, RIGHT_SERVER, WRONG, Wrong

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


def codes(report: Report) -> set[EdgeCode]:
    return {entry.code for entry in report.differences}


@pytest.mark.proxies
@pytest.mark.skipif(found("haproxy") is None, reason="no haproxy on this machine")
def test_what_people_write_for_haproxy_is_found(tmp_path: Path) -> None:
    with serving(bare()) as upstream, haproxy_by_hand(HAPROXY, upstream, tmp_path) as port:
        report = asked(small(), port)
    assert codes(report) >= {
        EdgeCode.STRANGER_READS_WITH_COOKIES,
        EdgeCode.VARY_MISSING,
        EdgeCode.PATH_TOO_WIDE,
        EdgeCode.PLAIN_OPTIONS_ANSWERED,
    }
    assert any("scheme" in entry.text for entry in report.differences)


@pytest.mark.proxies
@pytest.mark.skipif(found("caddy") is None, reason="no caddy on this machine")
def test_what_people_write_for_caddy_is_found(tmp_path: Path) -> None:
    with serving(bare()) as upstream, caddy_by_hand("", CADDY, upstream, tmp_path) as port:
        report = asked(small(), port)
    texts = " ".join(entry.text for entry in report.differences)
    assert codes(report) >= {
        EdgeCode.STRANGER_READS_WITH_COOKIES,
        EdgeCode.VARY_MISSING,
        EdgeCode.PATH_TOO_WIDE,
        EdgeCode.PLAIN_OPTIONS_ANSWERED,
    }
    assert "without an end" in texts
    assert "not escaped" in texts


@pytest.mark.proxies
@pytest.mark.skipif(found("envoy") is None, reason="no envoy on this machine")
def test_the_filter_of_envoy_as_documented_is_found(tmp_path: Path) -> None:
    routes = [
        {
            "match": {"path_separated_prefix": "/api"},
            "route": {"cluster": "app"},
            "typed_per_filter_config": {FILTER["name"]: ENVOY_POLICY},
        },
        {"match": {"prefix": "/"}, "route": {"cluster": "app"}},
    ]
    with serving(bare()) as upstream, envoy_by_hand(routes, [FILTER], upstream, tmp_path) as port:
        report = asked(small(), port)
    assert codes(report) == {EdgeCode.VARY_MISSING}
    every = bare()
    every.after_request(lambda answer: answer.headers.set("Access-Control-Allow-Origin", "*") or answer)
    with serving(every) as upstream, envoy_by_hand(routes, [FILTER], upstream, tmp_path) as port:
        report = asked(small(), port)
    assert EdgeCode.STRANGER_READS in codes(report)


READERS = """
map $http_origin $known { "https://app.example.com" $http_origin; "https://partner.example.net" $http_origin; default ""; }
map $known $true { "" ""; default true; }
"""
READERS_SERVER = """
add_header Access-Control-Allow-Origin $known always;
add_header Access-Control-Allow-Credentials $true always;
add_header Vary Origin always;
"""


@needs_nginx
def test_readers_that_get_cookies_are_found(tmp_path: Path) -> None:
    app = bare()
    options = {"supports_credentials": True, "public_origins": ["https://api.example.com"]}
    app.config.update(SECRET_KEY="x", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
    CORS(app, origins=["https://app.example.com"], readers=["https://partner.example.net"], **options)
    with serving(bare()) as upstream, nginx_by_hand(READERS, READERS_SERVER, upstream, tmp_path) as port:
        report = asked(app, port)
    assert EdgeCode.READER_GETS_COOKIES in codes(report)
    assert EdgeCode.STRANGER_READS not in codes(report)


def test_two_origins_are_only_mentioned() -> None:
    def echo(environ: dict[str, str], start_response: Callable[..., object]) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        if "," in origin:
            start_response("200 OK", [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")])
            return [b""]
        return right(environ, start_response)

    right = small()
    with serving(echo) as port:
        report = asked(small(), port)
    assert codes(report) == {EdgeCode.TWO_ORIGINS}
    assert {EDGE_TEXTS[entry.code].level for entry in report.differences} == {"info"}


def test_an_older_list_is_told_from_an_edge_that_is_closed() -> None:
    """The application lists one origin more than the edge was written for."""
    with serving(small()) as port:
        app = bare()
        app.config.update(SECRET_KEY="x", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
        CORS(
            app,
            resources={
                "/api/*": {
                    "origins": [
                        "https://app.example.com",
                        "https://new.example.com",
                        "https://*.tenants.example.org",
                    ],
                    "supports_credentials": True,
                    "public_origins": ["https://api.example.com"],
                    "methods": ["GET", "POST", "PUT", "DELETE"],
                    "allow_headers": ["Content-Type", "X-Token"],
                    "expose_headers": ["X-Total"],
                    "max_age": 600,
                }
            },
        )
        report = asked(app, port)
    assert codes(report) == {EdgeCode.ORIGIN_REFUSED}
    assert "https://new.example.com" in report.differences[0].text
    assert "crossguard export" in report.differences[0].fix


@pytest.mark.parametrize("sample", [1, 3, 20])
def test_of_long_lists_a_sample_is_asked(sample: int) -> None:
    app = bare()
    CORS(app, origins=[f"https://shop-{number}.example.com" for number in range(5000)])
    found = questions(described(app), "", sample=sample)
    listed = {question.origin for question in found if question.relation is Relation.LISTED}
    assert len(listed) == sample
    assert sample == 1 or {"https://shop-0.example.com", "https://shop-4999.example.com"} <= listed
    assert len(found) < 400
