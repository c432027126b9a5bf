"""Broken set-ups in a real Chromium: the overlay names the cause, and its fix makes the page work."""

from pathlib import Path

import pytest

from tests.broken.repairs import Bench
from tests.devtools.in_page.causes import CAUSES, Cause
from tests.devtools.in_page.lab import SETTLED, PageLab, overlay, run, shown


@pytest.mark.parametrize("cause", CAUSES, ids=[cause.name for cause in CAUSES])
def test_the_overlay_names_the_cause_and_its_fix_helps(cause: Cause, page_lab: PageLab, tmp_path: Path):
    path = tmp_path / "app.py"
    path.write_text(page_lab.filled(cause.source))
    bench = Bench(page_lab, path, page_lab.filled(cause.script))

    page_lab.start(path, cause.api)
    with page_lab.visit(cause.page) as page:
        begun = page.evaluate("performance.now()")
        assert not run(page, bench.script), "it is not broken"
        found = shown(page, since=begun)
        assert found.code == cause.code, found
        assert page_lab.filled(cause.fix) in found.fix, found
        assert found.code in found.console
        assert found.fix in found.console
        assert page.raised == []

    cause.repair(bench, found.told)
    page_lab.start(path, cause.api)
    with page_lab.visit(cause.moved or cause.page) as page:
        assert run(page, bench.script), f"{found}\n{path.read_text()}\n{bench.script}"
        page.wait_for_timeout(SETTLED)
        assert overlay(page).count() == 0
        assert [said for said in page.said if "crossguard" in said] == []
        assert page.raised == []


def test_there_are_more_than_25_causes():
    assert len({cause.name for cause in CAUSES}) == len(CAUSES) >= 25
