"""Every block of every page is run or checked, and every link leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.markdown import PAGES, RECIPES, ROOT, anchors, blocks, links, name_of
from tests.docs.running import Page

#: Pages that tests follow from an empty folder: test_tutorial.py and test_start.py.
FOLLOWED = {ROOT / "docs" / "tutorial.md", ROOT / "docs" / "start.md"}
#: One that is run here and has a part that is followed.
PARTLY = {ROOT / "docs" / "coming-from-flask-cors.md"}
RUN_HERE = {"python", "http", "text", "json"}
RUN_ELSEWHERE = {
    "sh": "test_commands.py",
    "diff": "test_tutorial.py",
    "console": "tests/commands/test_page.py",
    "nginx": "tests/edge/test_page.py",
    "haproxy": "tests/edge/test_page.py",
    "caddy": "tests/edge/test_page.py",
}
#: Blocks of the front end, and changes, belong to pages that are followed, where a browser runs them.
ONLY_FOLLOWED = {"html", "vue", "javascript", "diff"}
#: Blocks of text that nothing prints, each with the reason why it cannot be compared with anything.
PROSE = {
    ("CONTRIBUTING.md", "__main__"): "import-linter holds it",
}


def ids(path: Path) -> str:
    return name_of(path)


@pytest.mark.parametrize("path", [path for path in PAGES if path not in FOLLOWED], ids=ids)
def test_a_page_says_what_happens(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A reader is developing.
    monkeypatch.setenv("FLASK_DEBUG", "1")
    state = Page()
    for block in blocks(path):
        state.run(block)


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_no_block_escapes(path):
    for block in blocks(path):
        if block.language in ONLY_FOLLOWED:
            assert path in FOLLOWED | PARTLY, block
            assert block.value("file"), block
        elif block.language == "text":
            known = {"output", "log"} & set(block.words) or block.value("output-of")
            assert known or (name_of(path), block.text.splitlines()[0]) in PROSE, block
        else:
            assert block.language in RUN_HERE | RUN_ELSEWHERE.keys(), block


@pytest.mark.parametrize("path", PAGES + RECIPES, ids=ids)
def test_every_link_leads_somewhere(path):
    for link in links(path):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (path.parent / unquote(target)).resolve() if target else path
        if file.is_relative_to(ROOT / "docs" / "images") and not (ROOT / "docs" / "images").exists():
            pytest.skip("no pictures yet: make screenshots")
        assert file.exists(), f"{name_of(path)} links to {link}"
        assert file.is_relative_to(ROOT), f"{name_of(path)} links out of the repository: {link}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{name_of(path)} links to {link}"


def test_every_page_is_in_the_index():
    index = ROOT / "docs" / "README.md"
    assert {path.name for path in index.parent.glob("*.md")} - {index.name} <= set(links(index))


@pytest.mark.parametrize("path", PAGES + RECIPES, ids=ids)
def test_every_file_that_is_named_is_there(path):
    for name in re.findall(r"`((?:src|tests|tools|docs|examples|bench)/[\w/.-]+)`", path.read_text("utf-8")):
        assert (ROOT / name).exists(), f"{name_of(path)} names {name}"
