"""Each recipe runs as it stands, against the real package, and each of its blocks is run by a test."""

import ast

import pytest

from tests.docs.markdown import ROOT, blocks
from tests.recipes.pages import PAGES, run
from tools import recipes

RUN_HERE = {"python", "http", "text", "json"}

#: What has to be there before the blocks of a page run, by the name of the page.
PREPARED = {"oidc": "provider"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_recipe_says_what_happens(path, request):
    if path.stem in PREPARED:
        request.getfixturevalue(PREPARED[path.stem])
    run(path.stem)


def test_every_block_that_is_a_file_is_used_by_a_test_of_this_folder():
    files = sorted((ROOT / "tests" / "recipes").glob("test_*.py"))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    used = {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"files", "save"}
        and isinstance(node.args[0], ast.Constant)
    }
    for page in PAGES:
        for block in blocks(page):
            if block.value("file"):
                assert page.stem in used, block
            elif block.language == "text":
                assert {"output", "log"} & set(block.words), block
            else:
                assert block.language in RUN_HERE, block


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_recipe_says_what_to_know_and_what_never_to_do(path):
    text = path.read_text("utf-8")
    assert "\n**Know.** " in text
    assert "\n**Never** " in text


def test_the_versions_and_the_table_are_those_of_the_pins():
    found = recipes.recipes()
    assert {recipe.page.name: recipes.written(recipe) for recipe in found} == {
        recipe.page.name: recipe.page.read_text("utf-8") for recipe in found
    }, "run `make docs`"
    assert recipes.INDEX.read_text("utf-8") == recipes.index(), "run `make docs`"
