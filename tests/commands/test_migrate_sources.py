"""What migrate calls sure, run: the sources as they are and as they would be, asked the same."""

import asyncio
import importlib
import re
import sys
import warnings
from contextlib import contextmanager

import httpx
import pytest

from crossguard.migrate import plan_migration
from tests.commands.migrate_sources import SOURCES

ORIGINS = [
    *("https://a.example", "https://b.example", "https://x.example.com", "https://pr-1.example.com", "null"),
    *(
        "https://a.example.evil.test",
        "https://xa.example",
        "http://a.example",
        "https://x.example.com.evil.test",
    ),
    *(
        "http://localhost:3000",
        "http://localhost",
        "https://evil.test",
        "https://example.com",
        "https://aXexample",
    ),
    *("https://pr-x.example.com", "http://localhost:3000.evil.test", "https://x.vercel.app"),
]


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@contextmanager
def imported(folder):
    """Import the application in *folder*, and forget it afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module("app")
            yield module.app if hasattr(module, "app") else module.create_app()
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def asker(app):
    if hasattr(app, "test_client") and not hasattr(app, "asgi_app"):
        client = app.test_client(use_cookies=False)
        return lambda path, origin: client.get(path, headers={"Origin": origin}).headers

    async def get(path, origin):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.get(path, headers={"Origin": origin})).headers

    return lambda path, origin: asyncio.run(get(path, origin))


def readers(folder):
    """Return who reads what, and whether with cookies."""
    with imported(folder) as app:
        rules = (
            [rule.rule for rule in app.url_map.iter_rules()] if hasattr(app, "url_map") else ["/api/items"]
        )
        paths = {rule for rule in rules if "<" not in rule} | {"/nothing", "/apiary"}
        ask = asker(app)
        found = set()
        for path in paths:
            for origin in ORIGINS:
                headers = ask(path, origin)
                if headers.get("Access-Control-Allow-Origin") in {"*", origin}:
                    cookies = headers.get("Access-Control-Allow-Credentials") == "true"
                    found.add((path, origin, cookies and headers["Access-Control-Allow-Origin"] != "*"))
        return found


def doubts_of(plan):
    return {doubt.code for file in plan.files for change in file.changes for doubt in change.doubts}


def test_there_are_many_and_of_both_kinds():
    assert len(SOURCES) >= 75
    assert sum(not case.doubts for case in SOURCES) >= 40


@pytest.mark.parametrize("case", SOURCES, ids=[case.name for case in SOURCES])
def test_the_verdict(case, tmp_path):
    write(tmp_path, case.files)
    plan = plan_migration([tmp_path])
    assert plan.files
    assert doubts_of(plan) == case.doubts
    assert plan.sure == (not case.doubts)


SURE = [case for case in SOURCES if not case.doubts]


@pytest.mark.parametrize("case", SURE, ids=[case.name for case in SURE])
def test_what_is_sure_starts_and_means_the_same(case, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    write(before, case.files)
    write(after, case.files)
    for file in plan_migration([after]).files:
        file.source.path.write_text(file.after)
    texts = "".join(path.read_text() for path in after.rglob("*.py"))
    assert not re.search(r"(from|import) flask_cors", texts)
    assert "CORSMiddleware" not in texts
    nested = next(iter(case.files)).startswith("a/")
    folder = "a" if nested else "."
    new = readers(after / folder)
    if "flask.ext" in str(case.files):
        return  # It did not start with a current Flask.
    old = readers(before / folder)
    assert {entry for entry in new - old if entry[1] not in case.gains} == set()
    listed = {entry for entry in old if entry[1] in case.front_ends and entry[0] != "/apiary"}
    assert listed - new == set()
    if case.front_ends:
        assert listed
