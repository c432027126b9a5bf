"""``flask cors routes``."""

import re

import pytest
from flask import Flask

from crossguard.flask import CORS
from tests.commands.running import as_json, fits, flask_cors
from tests.commands.shop import PAGE, PARTNER, create_app


@pytest.fixture(scope="module")
def rows():
    return {row["rule"]: row for row in as_json(create_app(), "routes")["routes"]}


def test_every_rule_is_there(rows):
    rules = {rule.rule for rule in create_app().url_map.iter_rules()}
    assert rows.keys() == rules


def test_a_row_names_the_policy_and_where_it_stands(rows):
    users = rows["/admin/users"]
    assert (users["level"], users["policy"]) == ("blueprint", "blueprint admin")
    assert users["methods"] == ["GET", "POST"]
    assert re.fullmatch(r".*shop\.py:\d+", users["declared"])


def test_who_may_read(rows):
    assert rows["/items/"]["reads"] == {"with_cookies": [PAGE], "without_cookies": ["*"]}
    assert rows["/prices"]["reads"] == {"with_cookies": [], "without_cookies": [PARTNER]}
    assert rows["/admin/users"]["reads"]["with_cookies"] == ["https://*.example.com"]


def test_who_may_write(rows):
    assert rows["/items/"]["writes"] == {"gate": "on", "origins": [PAGE], "reason": None}
    assert rows["/prices"]["writes"]["gate"] == "none"
    assert rows["/paid"]["writes"] == {"gate": "exempt", "origins": [], "reason": "the body is signed"}
    assert rows["/news"]["writes"]["gate"] == "public"
    # A pattern over subdomains is for readers.
    assert rows["/admin/users"]["writes"] == {"gate": "on", "origins": [], "reason": None}


def test_with_which_cookies(rows):
    assert rows["/items/"]["cookies"] == ["session"]
    assert rows["/prices"]["cookies"] == []


@pytest.mark.parametrize(
    ("options", "gate"),
    [
        ({"write_gate": False}, "off"),
        ({"report_only": True}, "report-only"),
        ({"wildcard_writes": True}, "on"),
    ],
)
def test_the_state_of_the_gate(options, gate):
    app = Flask("app")
    CORS(app, origins=["https://*.example.com"], supports_credentials=True, **options)
    app.add_url_rule("/", "index", lambda: "", methods=["POST"])
    row = next(row for row in as_json(app, "routes")["routes"] if row["rule"] == "/")
    assert row["writes"]["gate"] == gate
    assert row["writes"]["origins"] == (["https://*.example.com"] if "wildcard_writes" in options else [])


def test_a_strict_get_is_gated():
    app = Flask("app")
    CORS(app, origins=[PAGE], supports_credentials=True, strict_get=["export"])
    app.add_url_rule("/export", "export", lambda: "")
    row = next(row for row in as_json(app, "routes")["routes"] if row["rule"] == "/export")
    assert row["writes"]["gate"] == "on"


def test_people_see_it_by_policy():
    result = flask_cors(create_app(), "routes")
    assert result.exit_code == 0
    assert fits(result.output)
    assert "Reads    http://localhost:8080, with cookies; everybody, without cookies" in result.output
    assert "Writes   http://localhost:8080 and the API's own pages" in result.output
    assert "exempt: the body is signed" in result.output
    assert "Set-Cookie: session=...; Path=/; HttpOnly; SameSite=Lax" in result.output
    assert "\x1b" not in result.output


def test_an_application_without_policies_says_so():
    app = Flask("app")
    app.add_url_rule("/", "index", lambda: "", methods=["POST"])
    result = flask_cors(app, "routes")
    assert "no policy" in result.output
    document = as_json(app, "routes")
    assert {row["level"] for row in document["routes"]} == {"none"}
    assert document["routes"][0]["writes"]["gate"] == "off"


def test_long_lists_and_long_rules_fit():
    app = Flask("app", static_folder=None)
    CORS(app, origins=[f"https://{'a' * 40}-{n}.example.com" for n in range(40)], supports_credentials=True)
    app.add_url_rule(
        "/" + "segment/" * 30 + "<path:rest>", "x" * 90, lambda rest: rest, methods=["GET", "PUT"]
    )
    result = flask_cors(app, "routes")
    assert fits(result.output)


def test_a_policy_that_does_not_build_is_a_sentence():
    app = Flask("app")
    CORS(app, origins=[PAGE], supports_credentials=True, exempt={"nowhere": "why"})
    result = flask_cors(app, "routes")
    assert result.exit_code == 2
    assert "the application has no such endpoint" in result.output
    assert "Traceback" not in result.output
