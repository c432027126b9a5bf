"""Which policy governs which rule, as administrators see it."""

import re

from crossguard.console.explain.routes import _show_policy
from crossguard.core.config import load_config
from crossguard.core.policy import compile_policy
from tests.console.support import WEB


def show(**options):
    return _show_policy(compile_policy(load_config(options, is_public_suffix=lambda _: False)))


def test_every_rule_of_the_api_is_listed_with_the_policy_that_governs_it(standing_app, standing_admin):
    items = standing_admin.get("/admin/policies").get_json()["items"]
    rules = [rule for item in items for rule in item["rules"]]
    assert {(rule["rule"], method) for rule in rules for method in rule["methods"]} == {
        (rule.rule, method)
        for rule in standing_app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    # Each policy once, however many rules it governs.
    assert len(items) == 1
    for item in items:
        assert item["level"] == "app"
        assert re.search(r"app\.py:\d+$", item["declared"])
        assert item["policy"] == {
            "origins": [WEB],
            "origin_count": 1,
            "readers": [],
            "reader_count": 0,
            "supports_credentials": True,
            "methods": ["GET", "HEAD", "POST", "PATCH", "DELETE"],
            "allow_headers": ["Content-Type"],
            "expose_headers": ["Retry-After"],
            "max_age": 600,
            "write_gate": True,
            "report_only": False,
            "json_only": True,
            "public_origins": ["http://localhost:5000"],
        }


def test_an_expression_is_shown_as_it_is_written():
    entries = ["https://a.example", re.compile(r"https://b[0-9]\.example")]
    shown = show(origins=entries, readers=entries)
    assert shown.origins == ["https://a.example", "re.compile('https://b[0-9]\\\\.example')"]
    assert shown.readers == shown.origins


def test_of_long_lists_the_first_are_shown_and_the_number():
    entries = [f"https://{number}.example" for number in range(10_000)]
    shown = show(origins=entries, readers=entries[:101])
    assert (shown.origins, shown.origin_count) == (entries[:100], 10_000)
    assert (shown.readers, shown.reader_count) == (entries[:100], 101)


def test_whether_writes_are_gated_and_how_is_shown():
    shown = show(origins=["https://a.example"])
    assert not shown.write_gate
    shown = show(
        origins=["https://a.example"],
        readers=["https://b.example"],
        supports_credentials=True,
        report_only=True,
        public_origins=["https://api.example"],
    )
    assert shown.write_gate
    assert shown.report_only
    assert not shown.json_only
    assert shown.readers == ["https://b.example"]
    assert shown.public_origins == ["https://api.example"]


def test_a_rule_without_a_policy_has_none():
    assert _show_policy(None) is None
