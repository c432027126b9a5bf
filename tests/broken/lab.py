"""Where broken applications are served, looked at with the commands, and used by pages in a real Chromium."""

import importlib.util
import itertools
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup
from playwright.sync_api import Browser

from tests.cli.servers import serving

#: Runs the page's own code, and says whether all was as it should be.
_RUN = "async () => {{ try {{ return Boolean(await (async () => {{ {} }})()) }} catch {{ return false }} }}"
_names = (f"broken_{number}" for number in itertools.count())


@dataclass(frozen=True)
class Told:
    """What a command said: the code, where, and what to write."""

    code: str
    where: str
    text: str
    fix: str


class Api:
    """Serves whichever application is being looked at, and counts preflights as only a server can."""

    def __init__(self) -> None:
        self.app: Callable[..., Any] | None = None
        self.preflights = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] == "/__preflights":
            start_response("200 OK", [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")])
            return [str(self.preflights).encode()]
        if "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            self.preflights += 1
        assert self.app is not None
        return self.app(environ, start_response)


def _page(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<!doctype html><title>page</title>"]


@dataclass
class Lab:
    """A browser, an API and pages on other origins.

    The same port serves pages under several names: ``page`` is of the API's site, ``numeric`` and ``evil``
    are not.
    """

    chromium: Browser
    api_server: Api
    api_port: int
    page_port: int
    other_port: int

    @property
    def names(self) -> dict[str, str]:
        """What stands for what in the sources."""
        return {
            "API": f"http://localhost:{self.api_port}",
            "PAGE": f"http://localhost:{self.page_port}",
            "OTHER": f"http://localhost:{self.other_port}",
            "NUMERIC": f"http://127.0.0.1:{self.page_port}",
            "EVIL": f"http://evil.test:{self.page_port}",
            "LOOKALIKE": f"http://app-shop.test:{self.page_port}",
            "PORT": str(self.page_port),
        }

    def filled(self, text: str) -> str:
        """Return *text* with addresses for the names in it."""
        for name, address in self.names.items():
            text = text.replace(f"<{name}>", address)
        return text

    def works(self, path: Path, visits: list[tuple[str, str]]) -> bool:
        """Serve the application in *path*, run code on pages in a fresh browser, and say how the last went.

        An application that does not start serves nobody.
        """
        try:
            self.api_server.app = load(path)
        except (TypeError, ValueError):
            return False
        self.api_server.preflights = 0
        context = self.chromium.new_context()
        context.set_default_timeout(10_000)
        try:
            result = False
            for origin, code in visits:
                page = context.new_page()
                page.goto(origin)
                result = page.evaluate(_RUN.format(code))
            return bool(result)
        finally:
            context.close()

    def told_by_explain(self, path: Path, words: list[str]) -> list[Told]:
        """Return what ``flask cors explain`` says: its verdict and its hints."""
        document = run(path, "explain", *words)
        verdict = Told(document["code"], "", document["summary"], document["fix"] or "")
        cause = Told(document["cause"] or "", "", document["summary"], document["fix"] or "")
        return [
            verdict,
            cause,
            *(Told(hint["code"], "", hint["text"], hint["fix"]) for hint in document["hints"]),
        ]

    def told_by_audit(self, path: Path) -> list[Told]:
        """Return what ``flask cors audit`` says."""
        findings = run(path, "audit")["findings"]
        return [Told(found["code"], found["where"], found["text"], found["fix"]) for found in findings]


def load(path: Path) -> Flask:
    """Import the application in *path* afresh."""
    name = next(_names)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
    app: Flask = module.app
    return app


def run(path: Path, *words: str) -> Any:
    """Run ``flask cors`` for the application in *path*, and return its JSON."""
    group = FlaskGroup(create_app=lambda: load(path), set_debug_flag=False)
    result = CliRunner().invoke(group, ["cors", *words, "--json"], catch_exceptions=False)
    assert result.exit_code in {0, 1}, result.output
    return json.loads(result.stdout)


@contextmanager
def laboratory(chromium: Browser) -> Iterator[Lab]:
    api = Api()
    with serving(api) as api_port, serving(_page) as page_port, serving(_page) as other_port:
        yield Lab(chromium, api, api_port, page_port, other_port)
