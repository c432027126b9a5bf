"""docs/edge.md: the files that its commands write, in the configurations that it shows, before its application."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crossguard.browser.transports import network
from crossguard.cli.main import main
from crossguard.edge.application import Application
from crossguard.edge.verify import verify
from crossguard.flask.state import state_of
from tests.cli.servers import free_port, reply, serving
from tests.commands.page import EDGE, make_folder
from tests.docs.markdown import blocks
from tests.edge.engines import found, nginx_command, running
from tests.edge.test_engines import engine_marks

SAMPLES = {block.language: block.text for block in blocks(EDGE)}
LANGUAGES = ("nginx", "haproxy", "caddy")


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, Application]]:
    make_folder(folder, EDGE)
    spec = importlib.util.spec_from_file_location("app_of_the_edge", folder / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with serving(module.app) as port:
        yield port, state_of(module.app).describe(module.app)


def written(language: str, text: str, folder: Path) -> list[str]:
    """Write the sample into *folder* as a whole configuration, and return the command that runs it."""
    if language == "nginx":
        before = f"daemon off; pid {folder}/nginx.pid; events {{}}\n"
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi")
        )
        text = text.replace(
            "http {", f"http {{ access_log off; client_body_temp_path {folder}/body; {temporary}"
        )
        (folder / "nginx.conf").write_text(before + text.replace("include ", f"include {folder}/"))
        return nginx_command(folder)
    if language == "haproxy":
        rules = (folder / "crossguard" / "crossguard-frontend.cfg").read_text()
        text = text.replace("    # crossguard/crossguard-frontend.cfg goes here\n", rules)
        limits = "defaults\n    timeout connect 10s\n    timeout client 30s\n    timeout server 30s\n"
        (folder / "haproxy.cfg").write_text(limits + text)
        return [str(found("haproxy")), "-db", "-f", str(folder / "haproxy.cfg")]
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    return [str(found("caddy")), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.mark.parametrize("mode", ["preflight", "full"])
@pytest.mark.parametrize("language", [pytest.param(name, marks=engine_marks(name)) for name in LANGUAGES])
def test_the_configuration_on_the_page_does_what_the_policy_says(
    language: str, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    with served(tmp_path) as (upstream, application):
        assert main(["export", language, "app:app", "--mode", mode, "--output", "crossguard"]) == 0
        port = free_port()
        text = SAMPLES[language].replace(":8080", f":{port}").replace(":8000", f":{upstream}")
        environ = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        with running(written(language, text, tmp_path), port, tmp_path, **environ):
            report = verify(application, f"http://127.0.0.1:{port}", network(timeout=60))
    assert report.differences == ()


def test_the_difference_on_the_page_is_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = next(block.text for block in blocks(EDGE) if block.value("output-of") == "reflecting")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    make_folder(tmp_path, EDGE)
    reflecting = reply(
        ("Access-Control-Allow-Origin", "{origin}"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", "Origin"),
    )
    with serving(reflecting) as port:
        assert main(["verify", f"http://localhost:{port}", "--policy", "app:app"]) == 1
    printed = capsys.readouterr().out.replace(f":{port}", ":5000")
    assert " ".join(shown.split()) in " ".join(printed.split())


@pytest.fixture(autouse=True)
def _forget_the_application() -> Iterator[None]:
    import sys

    sys.modules.pop("app", None)
    yield
    sys.modules.pop("app", None)
