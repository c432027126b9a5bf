"""Policies: compiled once, compared by their configuration, asked by whatever is not HTTP."""

import re

import pytest

from crossguard import compile_policy, load_config
from crossguard.core import compiled as module
from tests.cases.build import config, policy

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example.net"


def test_policies_are_compared_by_configuration():
    first = compile_policy(config(origins=[APP]), place="a.py:1", name="app")
    second = compile_policy(config(origins=("https://APP.example.com",)), place="b.py:2", name="other")

    assert first == second
    assert hash(first) == hash(second)
    assert first != policy(origins=[ADMIN])
    assert first != config(origins=[APP])


def test_a_policy_can_be_rebuilt_from_its_options():
    compiled = policy(origins=[APP, "https://*.example.com", re.compile("https://a")], max_age=5)

    options = compiled.config.to_options()
    assert compile_policy(load_config(options, is_public_suffix=lambda _: False)) == compiled


def test_a_policy_names_itself():
    assert repr(policy()) == "<Policy app app.py:12>"
    assert repr(compile_policy(config())) == "<Policy unnamed >"


@pytest.mark.parametrize(
    ("options", "origin", "allows", "trusts"),
    [
        ({"origins": [APP]}, APP, True, False),
        ({"origins": [APP]}, EVIL, False, False),
        ({"origins": [APP]}, None, False, False),
        ({"origins": [APP]}, "", False, False),
        ({"origins": [APP]}, "null", False, False),
        ({"origins": "*"}, EVIL, True, False),
        ({"origins": "*"}, "", False, False),
        ({"origins": "*"}, None, False, False),
        ({"origins": [APP], "supports_credentials": True}, APP, True, True),
        ({"origins": [APP], "supports_credentials": True}, EVIL, False, False),
        ({"origins": [APP], "supports_credentials": True}, None, False, False),
        ({"origins": [APP], "supports_credentials": True}, "", False, False),
    ],
)
def test_policies_can_be_asked_by_origin_alone(options, origin, allows, trusts):
    compiled = policy(**options)

    assert compiled.allows(origin) is allows
    assert compiled.trusts(origin) is trusts


def test_readers_are_never_trusted_with_credentials():
    compiled = policy(origins=[APP], supports_credentials=True, readers=[ADMIN])

    assert not compiled.trusts(ADMIN)
    assert compiled.trusts(APP)


def test_answers_are_remembered_for_a_bounded_number_of_allowed_origins():
    compiled = policy(origins=["http://localhost:*"])
    for port in range(1024, 1024 + 2 * module.MEMO_SIZE):
        origin = f"http://localhost:{port}"
        assert compiled.actual_edits(origin).fields[0][1] == origin
        assert compiled.preflight_edits(origin).fields[0][1] == origin

    origins = [f"http://localhost:{port}" for port in range(1024, 1024 + 2 * module.MEMO_SIZE)]
    assert sum(map(compiled.compiled.remembers, origins)) == module.MEMO_SIZE


@pytest.mark.parametrize(
    "options",
    [
        {"origins": [APP]},
        {"origins": "*"},
        {"origins": [APP], "supports_credentials": True, "readers": "*"},
        {"origins": lambda _origin: True},
    ],
    ids=["listed", "any", "everybody reads", "asked"],
)
def test_strangers_fill_nothing(options):
    compiled = policy(**options)
    for number in range(10):
        origin = f"https://stranger-{number}.example.net"
        compiled.actual_edits(origin)
        compiled.preflight_edits(origin)
        assert not compiled.compiled.remembers(origin)


def test_the_same_answer_is_given_before_and_after_it_is_remembered():
    compiled = policy(origins=["https://*.example.com"], supports_credentials=True, expose_headers=["X-A"])

    assert compiled.actual_edits(APP) == compiled.actual_edits(APP)
    assert compiled.preflight_edits(APP) == compiled.preflight_edits(APP)
    assert compiled.actual_edits(EVIL).refused
