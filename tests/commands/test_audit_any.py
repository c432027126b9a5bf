"""``flask cors audit`` and ``routes`` with any combination of options: they always have something to say."""

import re

from flask import Blueprint, Flask
from hypothesis import given
from hypothesis import strategies as st

from crossguard import ConfigError
from crossguard.cli.findings import Finding
from crossguard.flask import CORS, cross_origin
from crossguard.flask.audit import audit
from tests.commands.running import as_json

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "origins": st.sampled_from(
            [
                *("*", [], ["https://a.example"], ["http://localhost:*"], ["https://*.example.com:*"]),
                *(["capacitor://localhost", re.compile(r"https://.\.example\.com")], ["https://192.168.0.1"]),
                *(["http://127.0.0.1:8080", "http://[::1]:1"], ["https://a.github.io"], ["http://a.example"]),
            ]
        ),
        "readers": st.sampled_from(["*", ["https://b.example"]]),
        "supports_credentials": st.booleans(),
        "methods": st.sampled_from([["GET"], ["GET", "PATCH"], []]),
        "allow_headers": st.sampled_from(["*", [], ["X-A"]]),
        "max_age": st.sampled_from([0, 600]),
        "write_gate": st.booleans(),
        "report_only": st.booleans(),
        "json_only": st.booleans(),
        "wildcard_writes": st.booleans(),
        "public_origins": st.sampled_from(
            [
                ["https://api.example.com"],
                ["http://localhost:5000"],
                ["http://api.example.com"],
                ["https://10.0.0.1"],
            ]
        ),
        "cookies": st.sampled_from(["same-site", "cross-site", "auto"]),
        "token": st.sampled_from(["always", "off"]),
        "dangerously_allow_insecure_origins": st.booleans(),
    },
)
PATHS = st.dictionaries(
    st.sampled_from(["/*", "/api/*", "/api", "/shop/items"]), OPTIONS, min_size=1, max_size=3
)


@given(whole=st.one_of(st.none(), OPTIONS), paths=st.one_of(st.none(), PATHS), shop=OPTIONS, view=OPTIONS)
def test_any_policies_are_audited_and_shown(whole, paths, shop, view):
    app = Flask("app")
    app.secret_key = "secret"
    blueprint = Blueprint("shop", __name__, url_prefix="/shop")
    blueprint.add_url_rule("/items", "items", lambda: "", methods=["GET", "QUERY"])
    app.add_url_rule("/api/<path:rest>/", "rest", lambda rest: rest, methods=["DELETE"])
    try:
        if whole is not None:
            CORS(app, **whole)
        if paths is not None:
            CORS(app, resources=paths)
        CORS(blueprint, **shop)
        app.add_url_rule("/view", "view", cross_origin(**view)(lambda: ""))
    except ConfigError:
        return
    app.register_blueprint(blueprint)
    findings = audit(app)
    assert all(isinstance(finding, Finding) and finding.fix for finding in findings)
    if not {"does-not-build", "cookie-cannot-work"} & {finding.code for finding in findings}:
        assert len(as_json(app, "routes")["routes"]) >= 4
