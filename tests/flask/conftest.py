"""Every test begins as a new process would: nothing warned about, nobody listening."""

import logging
from collections.abc import Iterator

import pytest

from crossguard.declare import declaration
from crossguard.flask import decision_made


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(declaration, "_warned", set())
    # Applications of other tests may still listen, until they are collected.
    monkeypatch.setattr(decision_made, "receivers", {})
    yield
    assert not decision_made.receivers


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log of the library, everything from INFO on."""
    caplog.set_level(logging.INFO, logger="crossguard")
    return caplog
