"""The log as a new process has it: the example application sets it up for its terminal."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def untouched_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    logger = logging.getLogger("crossguard")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    level = logger.level
    logger.setLevel(logging.NOTSET)
    yield
    logger.setLevel(level)
