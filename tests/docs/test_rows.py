"""Each row of a table that compares is demonstrated by a test, and each test has its row."""

import ast

import pytest

from tests.docs.markdown import ROOT, table_under

FROM_FLASK_CORS = (
    "Who may read",
    "Caches",
    "Preflights",
    "Paths",
    "Views, blueprints and errors",
    "Mistakes and the log",
)
#: The tests, by the page whose tables they demonstrate, and the headings of the tables.
GUIDES = {
    "coming-from-flask-cors.md": ("test_both_*.py", FROM_FLASK_CORS),
    "coming-from-flask-wtf.md": ("test_from_flask_wtf.py", ("Row by row",)),
    "coming-from-starlette.md": ("test_from_starlette.py", ("Row by row",)),
    "coming-from-django-cors-headers.md": ("test_from_django.py", ("Row by row",)),
}


def demonstrated(tests: str) -> list[str]:
    """Return the texts of every ``@row`` in those *tests* of this folder."""
    files = sorted((ROOT / "tests" / "docs").glob(tests))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return [
        ast.literal_eval(node.args[0])
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "row"
    ]


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_has_the_rows_that_are_tested(guide):
    tests, headings = GUIDES[guide]
    rows = [cells[0] for heading in headings for cells in table_under(ROOT / "docs" / guide, heading)]
    assert sorted(rows) == sorted(demonstrated(tests))
    assert rows


def test_every_guide_is_held():
    assert {path.name for path in (ROOT / "docs").glob("coming-from-*.md")} == GUIDES.keys()


def test_the_readme_shows_some_of_them():
    rows = [cells[0] for cells in table_under(ROOT / "README.md", "Beside Flask-CORS")]
    assert len(rows) >= 7
    assert set(rows) <= set(demonstrated("test_both_*.py"))


def test_the_readme_is_short():
    """A screen and a half: what it is, a picture, install, five lines, the table, and where to go."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len([line for line in text.splitlines() if line and not line.startswith("<")]) <= 70
