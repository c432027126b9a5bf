"""Which policy governs which rule, as administrators see it."""

import re

from crossguard.console.admin import _show_policy
from crossguard.core.config import load_config
from crossguard.core.policy import compile_policy
from tests.console.support import WEB


def test_every_rule_of_the_api_is_listed_with_the_policy_that_governs_it(app, admin):
    items = admin.get("/admin/policies").get_json()["items"]
    assert {(item["rule"], method) for item in items for method in item["methods"]} == {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    for item in items:
        assert item["level"] == "app"
        assert re.search(r"app\.py:\d+$", item["declared"])
        assert item["policy"] == {
            "origins": [WEB],
            "supports_credentials": True,
            "methods": ["GET", "HEAD", "POST", "PATCH", "DELETE"],
            "allow_headers": ["Content-Type"],
            "expose_headers": ["Retry-After"],
            "max_age": 600,
        }


def test_an_expression_is_shown_as_it_is_written():
    options = {"origins": ["https://a.example", re.compile(r"https://b[0-9]\.example")]}
    policy = compile_policy(load_config(options, is_public_suffix=lambda _: False))
    shown = _show_policy(policy)
    assert shown is not None
    assert shown.origins == ["https://a.example", "re.compile('https://b[0-9]\\\\.example')"]


def test_a_rule_without_a_policy_has_none():
    assert _show_policy(None) is None
