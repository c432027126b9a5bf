"""examples/wsgi and examples/asgi, started as their files say, answer what their pages say."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.adapters.serving import GUNICORN, UVICORN, Server, handshake
from tests.docs.markdown import ROOT, table_under

EXAMPLES = {
    "wsgi": ("Any WSGI application", GUNICORN, "falcon"),
    "asgi": ("Any ASGI application", UVICORN, "fastapi"),
}


def folder(name: str) -> Path:
    return ROOT / "examples" / name


def rows(name: str) -> list[list[str]]:
    table = table_under(folder(name) / "README.md", EXAMPLES[name][0])
    return [[cell.strip("`") for cell in row] for row in table]


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Iterator[tuple[str, Server]]:
    name: str = request.param
    _, command, framework = EXAMPLES[name]
    for package in (framework, command[0]):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    server = Server(command, "app:app", folder(name))
    try:
        yield name, server
    finally:
        server.stop()


def test_an_example_answers_what_its_page_says(example):
    name, server = example
    for request, origin, status, readable in rows(name):
        method, path = request.split()
        site = "same-site" if "localhost" in origin else "cross-site"
        reply = server.ask(
            method, path, {"Origin": origin, "Sec-Fetch-Site": site}, b"" if method == "POST" else None
        )

        assert reply.status == int(status), (request, origin)
        allowed = {"with cookies": origin, "without cookies": "*", "no": None}[readable]
        assert reply.cors.get("access-control-allow-origin") == allowed, (request, origin)
        assert ("access-control-allow-credentials" in reply.cors) is (readable == "with cookies")


def test_an_example_is_started_as_it_says(example):
    name, _ = example
    said = {
        "wsgi": "gunicorn --chdir examples/wsgi app:app",
        "asgi": "uvicorn --app-dir examples/asgi app:app",
    }

    for file in ("app.py", "README.md"):
        assert re.search(re.escape(said[name]), (folder(name) / file).read_text("utf-8"))


@pytest.mark.parametrize("example", ["asgi"], indirect=True)
def test_the_feed_is_for_the_front_end(example):
    _, server = example
    websockets = pytest.importorskip("websockets", reason="websockets is not installed")

    assert handshake(server.port, "/api/feed", origin="http://localhost:8080").startswith('{"orders":')
    with pytest.raises(websockets.InvalidStatus) as caught:
        handshake(server.port, "/api/feed", origin="https://evil.example")
    assert caught.value.response.status_code == 403
