"""Hypothesis profiles and the order of tests, shared by all.

``ci`` is the default profile: quick, and the same examples every time. ``HYPOTHESIS_PROFILE=dev`` searches
longer.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile("dev", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# What is served in debug leaves its token here, and in no checkout: also for what is made while modules load.
_TOKENS = tempfile.TemporaryDirectory(prefix="crossguard-")
os.environ["CROSSGUARD_DEVTOOLS_FILE"] = str(Path(_TOKENS.name) / "devtools.json")


@pytest.fixture(autouse=True)
def process_as_it_was() -> Iterator[None]:
    """Take back what frameworks do to the process: log settings, and Flask's mark of its own commands."""
    loggers = [logging.getLogger(), logging.getLogger("crossguard")]
    before = [(log, log.level, log.handlers[:], log.propagate, log.disabled) for log in loggers]
    yield
    for log, level, handlers, propagate, disabled in before:
        log.setLevel(level)
        log.handlers[:] = handlers
        log.propagate, log.disabled = propagate, disabled
    os.environ.pop("FLASK_RUN_FROM_CLI", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what drives a real browser come last, and what keeps one open for the session at the very end.

    Playwright's synchronous interface leaves an event loop running in the thread that uses it, and
    whoever starts a loop of his own there fails: async views of Flask, and a second Playwright.
    """

    def when(item: pytest.Item) -> int:
        if "playwright" in getattr(item, "fixturenames", ()):
            return 2
        return 1 if item.get_closest_marker("browser") else 0

    items.sort(key=when)
