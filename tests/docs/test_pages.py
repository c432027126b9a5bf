"""Every block of every page is run or checked, and every link leads somewhere."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.markdown import PAGES, ROOT, anchors, blocks, links, name_of
from tests.docs.running import Page

RUN_HERE = {"python", "http", "text", "json"}
RUN_ELSEWHERE = {"sh": "test_commands.py", "diff": "test_tutorial.py"}
#: Blocks of the front end belong to the tutorial, where a browser runs them.
ONLY_IN_THE_TUTORIAL = {"html", "vue", "javascript", "diff"}
#: Blocks of text that nothing prints, each with the reason why it cannot be compared with anything.
PROSE: dict[tuple[str, str], str] = {}


def ids(page: Path) -> str:
    return name_of(page)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_a_page_says_what_happens(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = Page()
    for block in blocks(page):
        state.run(block)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_no_block_escapes(page):
    for block in blocks(page):
        if block.language in ONLY_IN_THE_TUTORIAL:
            assert name_of(page) == "docs/tutorial.md", block
            assert block.value("file"), block
        elif block.language == "text":
            known = {"output", "log"} & set(block.words)
            assert known or (name_of(page), block.text.splitlines()[0]) in PROSE, block
        else:
            assert block.language in RUN_HERE | RUN_ELSEWHERE.keys(), block


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_leads_somewhere(page):
    for link in links(page):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (page.parent / unquote(target)).resolve() if target else page
        if file.is_relative_to(ROOT / "docs" / "images") and not (ROOT / "docs" / "images").exists():
            pytest.skip("no pictures yet: make screenshots")
        assert file.exists(), f"{name_of(page)} links to {link}"
        assert file.is_relative_to(ROOT), f"{name_of(page)} links out of the repository: {link}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{name_of(page)} links to {link}"
