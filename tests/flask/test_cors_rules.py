"""The rules in ``tests/data/cors-rules.json``, through the extension.

Where a rule asks for another answer than DESIGN.md, DESIGN.md stands; those rules are listed with the reason, and
have to really differ.
"""

import json
import time
from pathlib import Path

import pytest

from crossguard import ConfigError
from tests.flask.rules.application import make_app
from tests.flask.rules.cache import SharedCache
from tests.flask.rules.expectations import KINDS, Step, wrong_with
from tests.flask.wire import Answer, send

DOCUMENT = json.loads((Path(__file__).parent.parent / "data" / "cors-rules.json").read_text(encoding="utf-8"))
RULES = {rule["id"]: rule for rule in DOCUMENT["rules"]}

OVERRIDDEN = {
    "CFG-21": "DESIGN 4.1: CORS(app) lets any origin read anonymously, as its users know it from Flask-CORS",
}


def policy_of(written):
    if isinstance(written, str):
        return DOCUMENT["policies"][written]
    rest = {key: value for key, value in written.items() if key != "use"}
    return (DOCUMENT["policies"][written["use"]] if "use" in written else {}) | rest


def text_of(value):
    return value if isinstance(value, str) else value["repeat"] * value["times"]


def breaches(rule):
    """Run *rule* and return everything that is not as it asks."""
    try:
        app = make_app(policy_of(rule["policy"]))
    except (ConfigError, TypeError):
        return [] if rule.get("refusal") else ["the policy was refused"]
    if rule.get("refusal") == "required":
        return ["the policy was not refused"]
    raised: list[BaseException] = []

    def fetch(method, path, headers):
        try:
            return send(app, method, path, headers)
        except Exception as error:
            raised.append(error)
            return Answer(500, [], b"")

    cache = SharedCache(fetch)
    ask = cache.request if rule.get("via_cache") else fetch
    found, steps = [], []
    for step in rule["steps"]:
        asked = step["request"]
        assert set(asked) == {"method", "path", "headers"}
        headers = [(name, text_of(value)) for name, value in asked["headers"]]
        raised.clear()
        start = time.perf_counter()
        answer = ask(asked["method"], asked["path"], headers)
        taken = Step(headers, answer, time.perf_counter() - start, raised[0] if raised else None, list(steps))
        steps.append(taken)
        found += [wrong for expected in step["expect"] if (wrong := wrong_with(taken, expected))]
    return found


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_rule_holds(rule):
    if rule["id"] in OVERRIDDEN:
        assert breaches(rule), "DESIGN.md and the rule agree; take it off the list"
    else:
        assert breaches(rule) == []


def test_every_overridden_rule_exists_and_is_no_must():
    assert set(OVERRIDDEN) <= set(RULES)
    assert all(RULES[name]["level"] != "must" for name in OVERRIDDEN)


def test_every_kind_of_expectation_that_the_file_names_is_known():
    named = {kind.strip() for line in DOCUMENT["expectations"] for kind in line.partition("  ")[0].split("/")}
    assert named == set(KINDS)


def test_the_rules_are_not_vacuous():
    """An application without the extension breaks most of them."""
    bare = {"paths": [{"prefix": "/nowhere/", "policy": {"origins": []}}]}
    broken = [name for name, rule in RULES.items() if rule["steps"] and breaches(rule | {"policy": bare})]

    assert len(broken) > 30


def test_the_cache_answers_from_its_store_where_vary_lets_it():
    answers = iter(range(9))

    def fetch(method, path, headers):
        return Answer(200, [("Cache-Control", "max-age=60"), ("Vary", "Origin")], str(next(answers)).encode())

    cache = SharedCache(fetch)
    bodies = [
        cache.request("GET", "/", headers).body
        for headers in ([], [("Origin", "a")], [("Origin", "b")], [("Origin", "a")], [])
    ]
    assert bodies == [b"0", b"1", b"2", b"1", b"0"]
    assert cache.hits == 2
