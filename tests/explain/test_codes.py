"""Every code has words, and an example that comes to it."""

import re

import pytest

from crossguard.browser.codes import Code, CookieCode, WarningCode
from crossguard.core.decision import Reason
from crossguard.explain import explain_verdict
from crossguard.explain.examples import EXAMPLES
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, HINT_TEXTS, Hint
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.explain.text import as_text
from tools.codes import PAGE_FILE, page


def test_every_code_has_words():
    assert set(CODE_TEXTS) == set(Code)
    assert set(COOKIE_TEXTS) == set(CookieCode)
    assert set(HINT_TEXTS) == set(Hint)
    assert set(REASON_TEXTS) == set(Reason)
    assert {warning.value for warning in WarningCode} <= {hint.value for hint in Hint}


def test_identifiers_of_failures_cookies_and_hints_are_apart():
    for codes in (Code, CookieCode, Hint):
        assert len({code.value for code in codes}) == len(codes)
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.value) for code in codes)


def test_every_code_has_one_example():
    assert sorted(example.code for example in EXAMPLES) == sorted(Code)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code.value)
def test_an_example_comes_to_its_code_and_is_explained(example):
    verdict = example.run()
    assert verdict.failure is not None
    assert verdict.failure.code is example.code
    diagnosis = explain_verdict(verdict)
    assert not diagnosis.readable
    assert diagnosis.code == example.code.value
    assert diagnosis.fix
    assert diagnosis.step
    # Evidence that the words ask for is there.
    assert "…." not in diagnosis.summary
    assert "{" not in diagnosis.summary + diagnosis.fix
    # The last step is where it stopped, and the only one.
    assert [step.ok for step in diagnosis.steps] == [True] * (len(diagnosis.steps) - 1) + [False]
    assert diagnosis.summary in as_text(diagnosis)


def test_the_page_of_codes_is_written_from_the_tables():
    assert PAGE_FILE.read_text("utf-8") == page(), "run `make docs`"
