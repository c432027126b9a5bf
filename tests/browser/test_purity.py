"""The model touches nothing: no socket, clock, log, environment or framework, and only downwards."""

import ast
import sys
from pathlib import Path

import pytest

import crossguard.browser

PACKAGE = Path(crossguard.browser.__file__).parent
PURE = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name != "transports")

ALLOWED = {
    "base64",
    "binascii",
    "collections",
    "dataclasses",
    "datetime",
    "email.utils",
    "enum",
    "functools",
    "hashlib",
    "idna",
    "ipaddress",
    "itertools",
    "json",
    "re",
    "typing",
    "urllib.parse",
}
# datetime converts dates; these read a clock.
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "formatdate", "localtime"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_a_module_imports_only_what_is_pure(path: Path):
    own = {name for name in imported(path) if name.startswith("crossguard")}
    for name in imported(path) - own:
        assert name in ALLOWED or name.partition(".")[0] in ALLOWED, name
    for name in own:
        assert name.startswith(("crossguard.browser", "crossguard.core")) or name == "crossguard.suffixes", (
            name
        )
        assert not name.startswith("crossguard.browser.transports"), name


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_a_module_reads_no_clock(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            # A browser's own now() is the clock that the caller moves.
            assert path.stem == "browser", ast.dump(node)


def test_importing_the_model_loads_no_framework_and_no_socket():
    script = "import sys, crossguard.browser; print(' '.join(sys.modules))"
    import subprocess

    loaded = set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
        ).stdout.split()
    )
    assert not loaded & {"flask", "werkzeug", "asyncio", "http.client", "logging"}


def test_modules_stay_small():
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name
