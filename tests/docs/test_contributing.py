"""CONTRIBUTING says where things are, and they are there."""

import re

import grimp
import pytest

from tests.docs.markdown import ROOT, table_under

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SOURCE = ROOT / "src" / "crossguard"
GRAPH = grimp.build_graph("crossguard")
#: What each package may import: rows that list it by name.
ROWS = [
    (re.findall(r"`(\w+)`", row[0]), set(re.findall(r"`(\w+)`", row[2])))
    for row in table_under(ROOT / "CONTRIBUTING.md", "Layout")
    if len(row) == 3
]
LISTED = [(name, allowed) for names, allowed in ROWS for name in names]


def imports_of(package):
    return {
        other.removeprefix("crossguard.")
        for other in GRAPH.find_children("crossguard")
        if other != f"crossguard.{package}"
        and GRAPH.direct_import_exists(importer=f"crossguard.{package}", imported=other, as_packages=True)
    }


def test_every_package_has_its_row():
    assert {name for name, _ in LISTED} == {path.parent.name for path in SOURCE.glob("*/__init__.py")}


@pytest.mark.parametrize(
    ("package", "allowed"), [row for row in LISTED if row[0] not in {"flask", "console"}], ids=lambda row: row
)
def test_a_package_imports_what_its_row_allows(package, allowed):
    assert imports_of(package) <= allowed


def test_what_the_extension_leaves_out_is_left_out():
    assert not imports_of("flask") & {"asgi", "sql", "console"}


def test_every_module_beside_the_packages_is_named():
    beside = {path.name for path in SOURCE.glob("*.py")}
    assert {name for name in beside if f"`{name}`" not in PAGE} == set()


def test_every_folder_of_tests_mirrors_a_package_or_is_named():
    folders = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    mirrored = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert {name for name in folders - mirrored if f"`tests/{name}`" not in PAGE} == set()


def test_where_a_new_thing_goes_is_there():
    answers = dict(table_under(ROOT / "CONTRIBUTING.md", "Where does it go?"))
    assert len(answers) == 12
    for new, where in answers.items():
        paths = [path for path in re.findall(r"`([^`]+)`", where) if "/" in path]
        assert paths, new
        assert [path for path in paths if not (ROOT / path).exists()] == [], new


def test_every_file_that_the_page_names_is_there():
    named = set(re.findall(r"`((?:src|tests|tools|docs|web|requirements)/[\w./-]+)`", PAGE))
    assert {path for path in named if not (ROOT / path).exists() and path != "docs/reference.md"} == set()
