"""What a refused request costs: a verdict at a glance is that of the rules, and an expression is tried once."""

import itertools
import re

import pytest

from crossguard.core.compiled import CompiledPolicy
from crossguard.core.origin_set import OriginSet
from crossguard.core.request import WriteFacts
from tests.cases.build import config
from tests.core.counting import stays_small

APP = "https://app.example.com"
SITES = [None, "", "same-origin", "same-site", "cross-site", "none", "Cross-Site", "x" * 9000]
ORIGINS = [
    None,
    "",
    "null",
    APP,
    APP.upper(),
    "https://evil.example.net",
    "http://app.example.com",
    "x" * 9000,
]
#: Options, and whether every entry that they list is an origin in full, which may write.
OPTIONS = [
    ({}, True),
    ({"readers": ["https://evil.example.net"]}, False),
    ({"readers": "*"}, False),
    ({"json_only": True}, True),
    ({"token": "always"}, True),
    ({"on_missing": "deny"}, True),
    ({"public_origins": ["https://api.example.com"]}, True),
    ({"origins": [APP, "https://*.example.com"]}, False),
    ({"origins": [APP, "https://*.example.com"], "wildcard_writes": True}, False),
    ({"origins": [APP], "report_only": True}, False),
    ({"supports_credentials": False, "write_gate": True}, False),
]


@pytest.mark.parametrize(("options", "plain"), OPTIONS, ids=str)
def test_what_is_refused_at_a_glance_is_refused_by_the_rules(options, plain):
    now = CompiledPolicy(config(**{"origins": [APP], "supports_credentials": True} | options))
    denied = 0
    for site, origin, method in itertools.product(SITES, ORIGINS, ["POST", "DELETE", "post", "QUERY"]):
        denial = now.gate.denies(site, origin)
        if denial is not None:
            denied += 1
            for cookie in (None, "session=1"):
                facts = WriteFacts(method, "https", "api.example.com", origin, site, cookie=cookie)
                assert now.gate.decide(facts) == denial
            # Nor does the answer need more than what every stranger gets.
            assert now.actual_edits(origin).refused
            assert not now.gate.passes(site, origin)
    assert bool(denied) is plain


def test_writes_of_strangers_are_refused_at_a_glance():
    now = CompiledPolicy(config(origins=[APP], supports_credentials=True))

    assert now.gate.denies("cross-site", "https://evil.example.net")
    assert now.gate.denies("same-site", None)
    assert now.gate.denies("cross-site", APP) is None


class Counting:
    """An expression that counts how often it is tried."""

    pattern = "x"

    def __init__(self, begins, matches):
        self.begins, self.matches, self.tries = begins, matches, []

    def match(self, _text):
        self.tries.append("match")
        return self if self.begins else None

    def fullmatch(self, _text):
        self.tries.append("fullmatch")
        return self.matches

    def end(self):
        return 1


@pytest.mark.parametrize(
    ("begins", "matches", "tries"),
    [(False, False, ["match"]), (True, False, ["match", "fullmatch"]), (True, True, ["match", "fullmatch"])],
)
def test_an_expression_is_tried_once_for_all_questions_about_an_origin(begins, matches, tries):
    listed = OriginSet([])
    expression = Counting(begins, matches)
    listed._expressions = (expression,)
    listed._patterns = True

    for _ in range(8):
        assert (listed.match(APP) is not None) is matches
        assert listed.expressed(APP).expression is (expression if begins else None)
    assert expression.tries == tries


def test_what_expressions_said_is_remembered_of_a_few_origins():
    listed = OriginSet([re.compile(r"https://[a-z]+\.example\.com")])

    assert stays_small(lambda number: listed.expressed(f"https://{number}.example.net"))
