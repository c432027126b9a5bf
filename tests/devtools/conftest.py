"""Every test begins as a new process would: with no token yet, and a file of its own."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from crossguard.devtools import access
from tests.devtools.ways import SENDERS, Way


@pytest.fixture(autouse=True)
def token_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "devtools.json"
    monkeypatch.setenv(access.FILE_VARIABLE, str(path))
    monkeypatch.delenv(access.SWITCH_VARIABLE, raising=False)
    monkeypatch.setattr(access, "_made", [])
    names = ("werkzeug", "uvicorn.access", "gunicorn.access", "hypercorn.access")
    before = {name: logging.getLogger(name).filters[:] for name in names}
    yield path
    for name, filters in before.items():
        logging.getLogger(name).filters[:] = filters


@pytest.fixture(params=SENDERS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found
