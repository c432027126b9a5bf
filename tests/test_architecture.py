"""Imports go down only, the core is pure, and modules stay small. A rule only in a text is not a rule."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "crossguard"
CORE = sorted((SOURCE / "core").glob("*.py"))

#: Everything that the core may import: no I/O, no clock, no randomness, no framework. A denylist would miss
#: what nobody thought of.
ALLOWED = {
    "collections.abc": {"Callable", "Iterable", "Mapping"},
    "dataclasses": {"dataclass", "field"},
    "datetime": {"timedelta"},
    "difflib": None,
    "enum": {"Enum", "StrEnum"},
    "idna": None,
    "ipaddress": None,
    "json": None,
    "re": None,
    # Two replacements of a policy at once must not lose one; a lock is no I/O.
    "threading": {"Lock"},
    "typing": {
        "Final",
        "Generic",
        "Literal",
        "NamedTuple",
        "Protocol",
        "TypeAlias",
        "TypedDict",
        "TypeVar",
        "cast",
        "get_args",
        "runtime_checkable",
    },
}
#: Built-in functions that reach outside, or that import behind the back of this test.
FORBIDDEN_NAMES = {
    "__import__",
    "breakpoint",
    "compile",
    "eval",
    "exec",
    "globals",
    "input",
    "open",
    "print",
    "vars",
}

#: Modules of the core whose tests stand in another folder.
TESTED_ELSEWHERE = {"content", "gate", "grants", "own_origins", "parse_gate"}


def imports_of(tree):
    """Yield module and names of every import, lazy ones included; None for the module as a whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            yield node.module, {alias.name for alias in node.names}


def breaches_of(text):
    tree = ast.parse(text)
    for module, names in imports_of(tree):
        if module == "crossguard.core" or module.startswith("crossguard.core."):
            continue
        allowed = ALLOWED.get(module, set())
        if module not in ALLOWED or (allowed is not None and not (names or {"*"}) <= allowed):
            yield f"{module}: {names}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            yield node.id


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_imports_what_is_on_the_list_and_nothing_else(path):
    assert [*breaches_of(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "import os.path",
        "import uuid, re",
        "from flask import Flask",
        "from datetime import datetime",
        "import datetime",
        "from typing import Any",
        "from crossguard.flask import CORS",
        "from crossguard import suffixes",
        "from crossguard.corellary import x",
        "def lazy():\n    import requests",
        "if True:\n    from time import time",
        "open('x')",
        "__import__('os')",
        "print(1)",
    ],
)
def test_the_list_catches_what_is_not_on_it(text):
    assert [*breaches_of(text)]


def circles_of(imports):
    """Return the strongly connected components of more than one module (Tarjan 1972), sorted."""
    index, low, stack, found = {}, {}, [], []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for imported in imports[module]:
            if imported not in index:
                visit(imported)
                low[module] = min(low[module], low[imported])
            elif imported in stack:
                low[module] = min(low[module], index[imported])
        if low[module] == index[module]:
            at = stack.index(module)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for module in imports:
        if module not in index:
            visit(module)
    return sorted(circle for circle in found if len(circle) > 1)


def test_no_modules_import_one_another_in_a_circle_lazily_or_for_their_types():
    graph = grimp.build_graph("crossguard", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    assert "crossguard.core.policy" in imports["crossguard.flask.passed"], "imports for types count"
    assert "crossguard.flask.build" in imports["crossguard.flask.state"], "lazy imports count"
    assert circles_of(imports) == []


@pytest.mark.parametrize(
    ("imports", "circles"),
    [
        ({"a": "bc", "b": "c", "c": ""}, []),
        ({"a": "b", "b": "a"}, [["a", "b"]]),
        ({"a": "b", "b": "c", "c": "d", "d": "b", "e": "af", "f": "e"}, [["b", "c", "d"], ["e", "f"]]),
    ],
)
def test_circles_are_found(imports, circles):
    assert circles_of(imports) == circles


def run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_contracts_of_import_linter_are_kept():
    done = run("-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def loaded_by(statement, *names):
    """Return which of the top-level packages *names* a fresh interpreter has after *statement*."""
    done = run("-c", f"{statement}\nimport sys\nprint([n for n in {names!r} if n in sys.modules])")
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)


HEAVY = (
    "asyncio",
    "blinker",
    "flask",
    "hypothesis",
    "publicsuffixlist",
    "pytest",
    "sqlalchemy",
    "starlette",
    "werkzeug",
)


def test_importing_the_root_loads_the_core_only():
    assert (
        loaded_by("import crossguard", *HEAVY, "crossguard.flask", "crossguard.browser", "crossguard.wsgi")
        == []
    )
    everything = "from crossguard import *"
    # The module of the suffixes is small; its list is read with the first question.
    heavy = [name for name in HEAVY if name != "publicsuffixlist"]
    assert loaded_by(everything, *heavy, "crossguard.flask", "crossguard.wsgi") == []
    assert loaded_by(everything, "crossguard.core.policy") == ["crossguard.core.policy"]


def test_importing_the_root_alone_loads_nothing():
    names = ("crossguard.core", "crossguard.core.config", "dataclasses", "typing")
    assert loaded_by("import crossguard", *names) == []


@pytest.mark.parametrize("name", ["crossguard", "crossguard.flask"])
def test_names_that_are_loaded_when_they_are_used_are_all_there(name):
    module = importlib.import_module(name)
    assert set(module.__all__) <= set(dir(module))
    assert all(getattr(module, each) is getattr(module, each) for each in module.__all__)
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'nothing'"):
        module.nothing  # noqa: B018


def test_importing_the_extension_loads_flask_and_neither_its_extensions_nor_the_browser_model():
    loaded = loaded_by(
        "import crossguard.flask",
        "flask",
        "flask_login",
        "flask_limiter",
        "crossguard.browser",
        "crossguard.console",
    )
    assert loaded == ["flask"]


def test_importing_the_extension_loads_nothing_that_only_serving_needs():
    names = ("crossguard.core.gate", "crossguard.core.policy", "crossguard.explain", "crossguard.flask.table")
    assert (
        loaded_by(
            "import crossguard.flask", *names, "crossguard.lists.follower", "crossguard.wsgi.middleware"
        )
        == []
    )
    assert (
        loaded_by(
            "from crossguard.flask import CORS\nfrom flask import Flask\nCORS(Flask('x'), origins=['https://a.example'])",
            *names,
        )
        == []
    )


def test_the_suffix_list_is_loaded_when_a_policy_needs_it():
    plain = "from flask import Flask\nfrom crossguard.flask import CORS\nCORS(Flask('x'), origins=['https://a.example'])"
    assert loaded_by(plain + "\nfrom publicsuffixlist import PublicSuffixList", "publicsuffixlist") == [
        "publicsuffixlist"
    ]
    used = "from crossguard.suffixes import _list\n"
    done = run("-c", f"{plain}\n{used}print(_list.cache_info().currsize)")
    assert done.stdout.strip() == "0", done.stderr
    pattern = plain.replace("['https://a.example']", "['https://*.a.com'], supports_credentials=True")
    done = run("-c", f"{pattern}\n{used}print(_list.cache_info().currsize)")
    assert done.stdout.strip() == "1", done.stderr


def test_no_module_is_longer_than_three_hundred_lines():
    lengths = {
        str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
    }
    assert lengths
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def late_imports_of(text):
    """Yield the line of every import inside a function, and of every block that only type checkers read."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (
                inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)
            )
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield node.lineno


def milliseconds_saved(lines, number):
    """Return what the comment on or right above a line says that a late import saves; 0 if it says nothing."""
    comment = [lines[number - 1].partition("#")[2]]
    for line in reversed(lines[: number - 1]):
        if not line.lstrip().startswith("#"):
            break
        comment.append(line)
    return max((float(found) for found in re.findall(r"([0-9.]+) ms", " ".join(comment))), default=0)


def test_an_import_comes_late_only_where_it_saves_a_millisecond_or_more():
    late = {}
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for at in late_imports_of(text):
            late[f"{path.relative_to(SOURCE)}:{at}"] = milliseconds_saved(text.splitlines(), at)
    assert late
    assert {place: saved for place, saved in late.items() if saved < 1} == {}


@pytest.mark.parametrize(
    ("text", "saved"),
    [
        ("def f():\n    import a", [0]),
        ("def f():\n    # It takes 1.5 ms.\n    import a  # noqa: PLC0415", [1.5]),
        ("async def f():\n    from a import b  # noqa: PLC0415 - 30 ms", [30]),
        ("# 0.4 ms\nif TYPE_CHECKING:\n    import a", [0.4]),
        ("# 9 ms\n\nif TYPE_CHECKING:\n    import a", [0]),
        ("import a  # at once", []),
    ],
)
def test_late_imports_and_their_figures_are_found(text, saved):
    assert [milliseconds_saved(text.splitlines(), at) for at in late_imports_of(text)] == saved


#: Riddle pronouns in `src/`, where a noun says more: caller, origin, thread, cache. One reason has one in its name.
MOST_RIDDLES = 1


def test_prose_names_the_thing():
    riddle = re.compile(r"\b(?:whoever|whatever|somebody|nobody)\b", re.IGNORECASE)
    found = {
        str(path.relative_to(SOURCE)): len(riddle.findall(path.read_text(encoding="utf-8")))
        for path in SOURCE.rglob("*.py")
    }
    assert sum(found.values()) <= MOST_RIDDLES, {path: count for path, count in found.items() if count}


def test_every_module_of_the_core_has_its_tests():
    modules = {path.stem for path in CORE} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "core").glob("test_*.py")}

    assert modules - tested == TESTED_ELSEWHERE
