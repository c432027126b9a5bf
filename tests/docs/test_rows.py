"""Each row of a table that compares is demonstrated by a test, and each test has its row."""

import ast

from tests.docs.markdown import ROOT, table_under

GUIDE = ROOT / "docs" / "coming-from-flask-cors.md"
TABLES = (
    "Who may read",
    "Caches",
    "Preflights",
    "Paths",
    "Views, blueprints and errors",
    "Mistakes and the log",
)


def demonstrated() -> list[str]:
    """Return the texts of every ``@row`` in the tests of this folder."""
    files = sorted((ROOT / "tests" / "docs").glob("test_both_*.py"))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return [
        ast.literal_eval(node.args[0])
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "row"
    ]


def test_the_guide_has_the_rows_that_are_tested():
    rows = [cells[0] for heading in TABLES for cells in table_under(GUIDE, heading)]
    assert sorted(rows) == sorted(demonstrated())


def test_the_readme_shows_some_of_them():
    rows = [cells[0] for cells in table_under(ROOT / "README.md", "Behaviour")]
    assert len(rows) >= 10
    assert set(rows) <= set(demonstrated())
