"""What is shipped: small, complete, and described."""

import gzip
import re

from crossguard.core.addresses import DOCUMENTATION
from tests.devtools.in_page.stage import ROOT, SCRIPT

WORDS = ROOT / "web/devtools/page/words.ts"
PAGE = ROOT / "docs/in-the-page.md"


def test_the_script_is_below_12_kb_and_needs_nothing():
    text = SCRIPT.read_text("utf-8")
    assert len(gzip.compress(text.encode(), 9)) < 12_000
    assert not re.search(r"\b(?:import|export)\b[ {*(]", text)
    assert f"{DOCUMENTATION}/in-the-page/" in text


def test_every_code_that_a_page_finds_out_is_on_the_page_of_it():
    codes = set(re.findall(r"^  \| '([\w-]+)'", WORDS.read_text("utf-8"), re.MULTILINE))
    listed = set(re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert codes
    assert codes == listed
