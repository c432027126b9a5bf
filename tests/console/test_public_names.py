"""The example application can be copied: it imports what any application may import."""

import ast
import importlib
from pathlib import Path

import pytest

CONSOLE = Path(__file__).parents[2] / "src/crossguard/console"
PUBLIC = {
    "crossguard",
    "crossguard.browser",
    "crossguard.browser.transports",
    "crossguard.explain",
    "crossguard.flask",
    "crossguard.metrics",
    "crossguard.sql",
    "crossguard.wsgi",
}


def names_from_the_library(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "crossguard":
                    yield alias.name, "*"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "crossguard":
            if node.module.startswith("crossguard.console"):
                continue
            for alias in node.names:
                yield node.module, alias.name


@pytest.mark.parametrize("path", sorted(CONSOLE.rglob("*.py")), ids=lambda path: path.name)
def test_a_module_imports_public_names_only(path):
    for module, name in names_from_the_library(path):
        assert module in PUBLIC
        assert name in importlib.import_module(module).__all__, (module, name)


@pytest.mark.parametrize("path", sorted(CONSOLE.rglob("*.py")), ids=lambda path: path.name)
def test_a_module_asserts_nothing(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
