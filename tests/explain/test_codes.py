"""Every code has words, and an example that comes to it."""

import json
import re
import tomllib

import pytest

from crossguard.browser.codes import Code, CookieCode, WarningCode
from crossguard.cli.attempt import OTHER_HOST
from crossguard.cli.observations import CheckCode
from crossguard.core.addresses import DOCUMENTATION, address_of
from crossguard.core.decision import Reason
from crossguard.core.issues import IssueCode
from crossguard.edge.differences import EdgeCode
from crossguard.explain import explain_verdict
from crossguard.explain.examples import EXAMPLES
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, HINT_TEXTS, Hint
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.explain.text import as_text
from crossguard.explain.verdicts import CREDENTIALS_NOT_SUPPORTED
from crossguard.flask.audit import FindingCode
from crossguard.flask.commands.explain import APPLICATION_RAISED
from tests.golden.write import WORDS, words
from tools.codes import PAGE_FILE, page
from tools.hints import check_cookie, noted
from tools.reasons import explained


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


@pytest.mark.parametrize("code", CookieCode)
def test_the_example_of_a_cookie_comes_to_its_code(code):
    check_cookie(code)


@pytest.mark.parametrize("hint", Hint)
def test_the_example_of_a_hint_comes_to_it(hint):
    note = noted(hint)
    assert note.fix
    assert "{" not in note.text + note.fix


@pytest.mark.parametrize("reason", Reason)
def test_the_example_of_a_reason_comes_to_it(reason):
    told = explained(reason)
    assert told.code == reason.value
    assert bool(told.fix) is ("was refused" in told.summary)


def test_the_page_of_codes_is_written_from_the_tables():
    assert PAGE_FILE.read_text("utf-8") == page(), "run `make docs`"


EVERY_CODE = {
    code.value
    for codes in (Reason, Code, CookieCode, Hint, IssueCode, FindingCode, CheckCode, EdgeCode)
    for code in codes
}


@pytest.mark.parametrize(
    "code", sorted(EVERY_CODE | {CREDENTIALS_NOT_SUPPORTED, APPLICATION_RAISED, OTHER_HOST})
)
def test_the_address_that_is_printed_leads_to_the_row_of_the_code(code):
    text = PAGE_FILE.read_text("utf-8")
    assert text.count(f'<a id="{code}"></a>') == 1
    assert address_of(code) == f"{DOCUMENTATION}/codes/#{code}"


def test_the_address_of_the_documentation_is_that_of_the_package():
    project = tomllib.loads((PAGE_FILE.parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert project.get("urls", {}).get("Documentation", DOCUMENTATION).rstrip("/") == DOCUMENTATION


def test_the_words_of_every_code_are_the_reviewed_ones():
    assert words() == json.loads(WORDS.read_text("utf-8")), "python -m tests.golden.write, and review"


def test_no_line_to_paste_has_an_ellipsis_in_it():
    told = [*CODE_TEXTS.values(), *COOKIE_TEXTS.values(), *HINT_TEXTS.values(), *REASON_TEXTS.values()]
    assert [text.fix for text in told if "…" in text.fix] == []
