"""Policies of paths in Flask, whose router can be told to read slashes otherwise."""

import pytest
from flask import Flask

from crossguard import ConfigError
from crossguard.flask import CORS
from tests.gate.wsgi import API, APP, EVIL, PARTNER, ask, environ, send

OPTIONS = {"supports_credentials": True, "public_origins": [API]}


def lenient(resources: dict[str, dict[str, object]], *rules: str) -> Flask:
    """An application whose router takes slashes as they come."""
    app = Flask("lenient")
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    for rule in rules:
        app.add_url_rule(rule, rule, lambda **_: "done", methods=["GET", "POST"])
    CORS(app, resources=resources, **OPTIONS)
    return app


def code(app: Flask, path: str, origin: str) -> str | None:
    return ask(app, "POST", path, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"}).code


@pytest.mark.parametrize("path", ["/pay", "/pay/", "//pay", "//pay//", "pay"])
@pytest.mark.parametrize("key", ["/pay", "/pay/"])
def test_every_spelling_that_is_routed_is_gated(path: str, key: str) -> None:
    app = lenient({key: {"origins": [APP]}}, "/pay")

    assert code(app, path, EVIL) == "cross-site"
    assert code(app, path, APP) is None


def test_the_key_of_a_rule_with_a_slash_is_accepted_as_it_is() -> None:
    app = lenient({"/items/": {"origins": [APP]}, "/*": {"origins": [PARTNER]}}, "/items/")

    with pytest.raises(ConfigError):
        CORS(app, resources={"/items": {"origins": [APP]}}, **OPTIONS)
    assert code(app, "/items/", APP) is None
    assert code(app, "/items/", PARTNER) == "cross-site"


def test_a_rule_is_governed_by_what_was_asked_for() -> None:
    app = lenient({"/v1/*": {"origins": [APP]}, "/*": {"origins": [PARTNER]}}, "/<v>/pay")

    assert code(app, "/v1/pay", APP) is None
    assert code(app, "/v1/pay", PARTNER) == "cross-site"
    assert code(app, "/v2/pay", PARTNER) is None
    assert code(app, "/v2/pay", APP) == "cross-site"


@pytest.mark.parametrize("origin", [APP, PARTNER, EVIL])
def test_a_path_that_two_policies_could_govern_needs_both(origin: str) -> None:
    app = lenient(
        {"/files/*": {"origins": [APP]}, "/pay": {"origins": [PARTNER]}}, "/files/<path:rest>", "/pay"
    )

    assert code(app, "/files/../pay", origin) == "ambiguous-path"
    answer = ask(app, "GET", "/files/../pay", headers={"Origin": origin})
    assert answer.get("Access-Control-Allow-Origin") is None
    assert answer.vary == {"Origin"}


def test_a_mount_in_the_path_is_read_both_ways() -> None:
    app = lenient({"/pay": {"origins": [APP]}, "/*": {"origins": [PARTNER]}}, "/pay", "/app/pay")
    headers = {"Origin": APP, "Sec-Fetch-Site": "cross-site"}
    mounted = environ("POST", "/app/pay", headers) | {"SCRIPT_NAME": "/app"}
    assert send(app, mounted).code == "ambiguous-path"
    mounted = environ("POST", "/pay", headers) | {"SCRIPT_NAME": "/app"}
    assert send(app, mounted).status == 200
