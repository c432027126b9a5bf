"""Every test begins as a new process would: nothing warned about."""

import logging

import pytest

from crossguard.declare import declaration
from tests.adapters.both import KINDS, Kind


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declaration, "_warned", set())


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log of the library, everything from INFO on."""
    caplog.set_level(logging.INFO, logger="crossguard")
    return caplog
