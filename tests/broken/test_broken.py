"""Broken applications: the command names the cause, and the printed fix makes a real Chromium pass."""

from pathlib import Path

import pytest

from tests.broken import others, reading, signed_in
from tests.broken.case import Broken
from tests.broken.lab import Lab, Told
from tests.broken.repairs import Bench

CASES = [*signed_in.CASES, *reading.CASES, *others.CASES]

#: The pains that this has to cover, and why some are not reproduced in a browser.
PAINS = {*range(2, 10), 11, 13, *range(15, 22), 23, 26, 29}
NOT_HERE = {16: "needs a page from a public address; tests/commands has the finding local-network"}


def test_every_pain_is_reproduced():
    assert {pain for case in CASES for pain in case.pains} >= PAINS - NOT_HERE.keys()
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request: pytest.FixtureRequest) -> Broken:
    broken: Broken = request.param
    return broken


def visits(case: Broken, bench: Bench) -> list[tuple[str, str]]:
    before = [case.before] if case.before else []
    return [
        (bench.lab.filled(page), bench.lab.filled(code))
        for page, code in [*before, (case.page, bench.script)]
    ]


def told(case: Broken, bench: Bench) -> dict[str, Told]:
    """Return what each command says about the cause."""
    found = {}
    if case.explained:
        words = [bench.lab.filled(word) for word in case.explain]
        said = {told.code: told for told in bench.lab.told_by_explain(bench.path, words)}
        assert case.explained in said, said
        found["explain"] = said[case.explained]
    if case.audited:
        said = {told.code: told for told in bench.lab.told_by_audit(bench.path)}
        assert case.audited in said, said
        found["audit"] = said[case.audited]
    return found


def of_stranger(case: Broken, bench: Bench) -> bool:
    """Return whether a stranger's page, which does the same, gets what the front end wants."""
    return bench.lab.works(bench.path, [(bench.lab.names["EVIL"], bench.lab.filled(bench.script))])


def test_the_printed_fix_makes_a_real_browser_pass(case: Broken, lab: Lab, tmp_path: Path):
    path = tmp_path / "app.py"
    path.write_text(lab.filled(case.source))
    bench = Bench(lab, path, lab.filled(case.script))
    assert not lab.works(path, visits(case, bench)), "it is not broken"
    before = of_stranger(case, bench)
    said = told(case, bench)[case.fixed_by]
    case.repair(bench, said)
    assert lab.works(path, visits(case, bench)), f"{said}\n{path.read_text()}\n{bench.script}"
    if case.page not in {"<EVIL>", "<LOOKALIKE>"}:
        assert before or case.open or not of_stranger(case, bench), f"a stranger gains: {said}"
