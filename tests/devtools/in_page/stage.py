"""Servers of pages: with the script as an application's page has it, and with what pages can have besides."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "src/crossguard/devtools/static/page.js"
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"


class Pages:
    """Serves pages of one origin. A test sets what the next page has.

    Attributes:
        tag: the script tag, empty for a page without the script.
        headers: header fields of the page.
        body: what stands in the body.
        files: other files by their paths: type and content.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.tag = ""
        self.headers: list[tuple[str, str]] = []
        self.body = "<main><h1>A page</h1><label>Name <input id=name></label></main>"
        self.files: dict[str, tuple[str, bytes]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/page.js":
            start_response("200 OK", [("Content-Type", "text/javascript"), ("Cache-Control", "no-store")])
            return [SCRIPT.read_bytes()]
        if path in self.files:
            kind, content = self.files[path]
            start_response("200 OK", [("Content-Type", kind), ("Cache-Control", "no-store")])
            return [content]
        if path != "/":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b""]
        start_response(
            "200 OK", [("Content-Type", "text/html"), ("Cache-Control", "no-store"), *self.headers]
        )
        head = f'<meta charset=utf-8><title>A page</title><link rel=icon href="data:,">{self.tag}'
        return [f"<!doctype html><html lang=en><head>{head}</head><body>{self.body}</body></html>".encode()]
