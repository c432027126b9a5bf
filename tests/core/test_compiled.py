"""What a policy is at one moment: which entry decides, what is remembered, and who is asked."""

import re

import pytest

from crossguard.core.compiled import CompiledPolicy
from crossguard.core.decision import Reason
from crossguard.core.edits import REFUSED_EDITS
from tests.cases.build import config
from tests.core.counting import work_of

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example.net"


class Asked:
    """Accepts one origin, and keeps what it was asked."""

    def __init__(self, accepted: str = APP) -> None:
        self.accepted = accepted
        self.questions: list[str] = []

    def __call__(self, origin: str) -> bool:
        self.questions.append(origin)
        return origin == self.accepted


def compiled(**options):
    return CompiledPolicy(config(**options))


def test_a_callable_is_asked_about_what_no_other_entry_covers():
    asked = Asked()
    policy = compiled(
        origins=[
            ADMIN,
            "https://*.example.org",
            re.compile("https://[a-z]+\\.test"),
            "http://localhost:*",
            asked,
        ]
    )
    for origin in (ADMIN, "https://a.example.org", "https://a.test", "http://localhost:8080"):
        assert policy.actual(origin).allowed
    assert asked.questions == []

    assert policy.actual_edits(APP).fields
    assert policy.actual_edits(EVIL) is REFUSED_EDITS
    assert asked.questions == [APP, EVIL]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "*",
        "app.example.com",
        f"{APP}/",
        f"{APP}:443",
        APP.upper(),
        f"{APP}, {APP}",
        "https://" + "a" * 400,
        "\xff",
    ],
)
def test_a_callable_is_never_asked_about_what_is_no_origin(origin):
    asked = Asked(origin)
    policy = compiled(origins=[asked], supports_credentials=True)

    assert policy.actual_edits(origin) is REFUSED_EDITS
    assert len(policy.preflight_edits(origin).fields) == 1
    assert not policy.allows(origin)
    assert asked.questions == []


def test_whom_a_callable_accepts_may_write_as_if_it_were_listed():
    policy = compiled(origins=[Asked()], supports_credentials=True)

    assert policy.trusts(APP)
    assert policy.may_write(APP)
    assert policy.allows(APP)
    assert policy.gate.passes("cross-site", APP)
    assert not policy.gate.passes("cross-site", EVIL)


def test_whom_a_readers_callable_accepts_may_not_write():
    policy = compiled(origins=[ADMIN], readers=Asked(), supports_credentials=True)

    assert policy.actual(APP).allowed
    assert not policy.trusts(APP)
    assert not policy.may_write(APP)


def test_nothing_of_what_a_callable_says_is_remembered():
    asked = Asked()
    policy = compiled(origins=[asked, ADMIN], supports_credentials=True)
    for question in (
        lambda: policy.actual(APP).allowed,
        lambda: policy.preflight(APP).allowed,
        lambda: policy.gate.passes("cross-site", APP),
        lambda: policy.may_write(APP),
    ):
        asked.accepted = APP
        assert question()
        asked.accepted = ADMIN
        assert not question()


def test_vary_is_the_same_whatever_a_callable_says():
    policy = compiled(origins=Asked())

    assert {policy.actual_edits(origin).vary for origin in (APP, EVIL, None, "null")} == {("Origin",)}
    assert len({dict(policy.preflight_edits(origin).fields)["Vary"] for origin in (APP, EVIL)}) == 1


@pytest.mark.parametrize("answer", [None, 1, "True", [], object(), "yes", 0.0])
def test_only_true_lets_an_origin_in(answer):
    assert compiled(origins=lambda _origin: answer).actual_edits(APP) is REFUSED_EDITS


def test_a_callable_that_cannot_be_hashed_is_asked():
    class Unhashable(Asked):
        __hash__ = None

    unhashable = Unhashable()
    policy = compiled(origins=[unhashable, unhashable])

    assert policy.config.origins == (unhashable,)
    assert policy.actual(APP).allowed


def test_everybody_and_a_callable_do_not_build_together():
    with pytest.raises(ValueError, match="wildcard-among-others"):
        config(origins=["*", Asked()])


def test_the_answer_without_an_origin_costs_no_question():
    asked = Asked()
    assert compiled(origins=asked).actual_edits(None) is REFUSED_EDITS
    assert asked.questions == []


def test_a_set_knows_who_is_asked():
    asked = Asked()
    policy = compiled(origins=[APP, asked], readers=[asked])

    assert policy.callables == (asked, asked)
    assert policy.actual(APP).reason is Reason.LISTED_ORIGIN


def test_a_million_letters_are_not_asked_about():
    policy = compiled(origins=Asked())
    assert work_of(lambda: policy.actual("a" * 1_000_000)).lines < 200
