"""docs/other-frameworks.md: every application on it runs, and answers the table at its top."""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.adapters.wire import Answer, Request, via_asgi, via_wsgi
from tests.docs.markdown import ROOT, Block, blocks, table_under
from tests.docs.running import Page

PAGE = ROOT / "docs" / "other-frameworks.md"
BLOCKS = blocks(PAGE)
SAMPLES = {block.value("file").removesuffix(".py"): block for block in BLOCKS if block.value("file")}
WSGI = {"django_shop", "falcon_shop", "bottle_shop"}
ROWS = [[cell.strip("`") for cell in row] for row in table_under(PAGE, "Other frameworks")]


@pytest.fixture(scope="module")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Import the samples as the files that they are, each once."""
    folder = tmp_path_factory.mktemp("samples")
    loaded: dict[str, Any] = {}

    def application(name: str) -> Any:
        pytest.importorskip(name.removesuffix("_shop"), reason="the framework is not installed")
        if name not in loaded:
            file = folder / f"{name}.py"
            file.write_text(SAMPLES[name].text, encoding="utf-8")
            spec = importlib.util.spec_from_file_location(name, file)
            assert spec is not None
            assert spec.loader is not None
            # Frameworks look their own module up.
            loaded[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(loaded[name])
        return loaded[name].app

    yield application
    for name in loaded:
        del sys.modules[name]


def ask(name: str, app: Any, row: list[str]) -> Answer:
    request, origin = row[0], row[1]
    method, path = re.match(r"([A-Z]+) ([/\w]+)", request).groups()
    sent = (("Origin", origin), ("Sec-Fetch-Site", "same-site" if "example.com" in origin else "cross-site"))
    if "preflight" in request:
        sent += (("Access-Control-Request-Method", "PUT"),)
    asked = Request(method, path, sent)
    return via_wsgi(app, asked) if name in WSGI else via_asgi(app, asked)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
@pytest.mark.parametrize("name", SAMPLES)
def test_every_application_answers_what_the_page_says(name, row, applications, monkeypatch):
    answer = ask(name, applications(name), row)

    assert answer.status == int(row[2])
    assert (answer.get("access-control-allow-origin") == row[1]) is (row[3] == "yes")
    assert (answer.get("access-control-allow-credentials") == "true") is (row[3] == "yes")
    stopped = answer.status == 204 or b'"code": "cross-site"' in answer.body
    assert stopped is (row[4] == "no")


def test_every_framework_that_is_promised_has_an_application():
    assert set(SAMPLES) == WSGI | {"fastapi_shop", "starlette_shop", "quart_shop", "litestar_shop"}
    assert len(ROWS) == 7


def test_the_other_blocks_do_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Page()
    rest: list[Block] = [block for block in BLOCKS if not block.value("file")]

    for block in rest:
        page.run(block)

    pairs = ["python", "text"] * 3
    assert [block.language for block in rest] == [*pairs, "python", "python"]


def test_the_arguments_that_differ_are_the_ones_that_exist():
    named = {name for row in table_under(PAGE, "What they take") for name in re.findall(r"`(\w+)`", row[0])}

    assert named == {
        *("auth_cookies", "exempt", "public", "strict_get", "cookies"),
        *("debug", "policy", "on_decision", "check_token", "on_refused", "origins", "readers"),
        *("mounts", "ignore_case"),
    }
