"""Running ``flask cors``: in this process, and as its users do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import FlaskGroup


def flask_cors(app: Flask, *arguments: str) -> Result:
    """Run a command for *app*, as ``flask cors`` finds it: through the entry point."""
    group = FlaskGroup(create_app=lambda: app, set_debug_flag=False)
    return CliRunner().invoke(group, ["cors", *arguments], catch_exceptions=False)


def as_json(app: Flask, *arguments: str) -> Any:
    """Return the JSON document of a command that does its work."""
    result = flask_cors(app, *arguments, "--json")
    assert result.exit_code in {0, 1}, result.output
    assert result.stdout.isascii()
    return json.loads(result.stdout)


def in_process_of_its_own(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``flask`` in *folder*, with nothing of this environment that would change it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK", "NO_COLOR"))}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "flask", *arguments],
        cwd=folder,
        env=kept | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "80"} | environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def fits(text: str) -> bool:
    """Tell whether every line is at most 80 columns wide."""
    return all(len(line) <= 80 for line in text.splitlines())
