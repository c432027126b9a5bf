"""AGENTS.md: short, and about what there is."""

import re

from crossguard import Reason, option_meanings
from tests.docs.markdown import ROOT

TEXT = (ROOT / "AGENTS.md").read_text("utf-8")


def test_it_is_short():
    assert len(TEXT.splitlines()) <= 80


def test_every_option_and_code_of_it_exists():
    options = option_meanings().keys()
    named = set(re.findall(r"^    (\w+)=", TEXT, re.MULTILINE)) | set(re.findall(r"`(\w+)=", TEXT))
    assert len(named) >= 5
    assert named <= options
    assert set(re.findall(r'code="(.+?)"', TEXT)) <= {reason.value for reason in Reason}
