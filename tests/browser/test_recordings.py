"""The model gives the verdict that real browsers gave, on every recorded case."""

import json
import zlib

import pytest

from tests.browser.recordings import (
    ASKED,
    DATA,
    MORE,
    RECORDED,
    VERDICTS,
    Json,
    Replayer,
    differences,
    read_cases,
)

#: What still differs: {"id", "profile", "reason"}. A case that agrees must not be listed.
KNOWN = json.loads((DATA / "known-differences.json").read_text())

#: By file: its number of cases, the profiles recorded, and the agreement wanted outside of http-cache.
FILES = {
    VERDICTS: (8191, RECORDED, 0.999),
    MORE: (718, ("chromium", "firefox", "webkit"), 0.99),
    ASKED: (206, ("chromium", "firefox", "webkit-allow-third-party"), 0.999),
}
RUNS = [(path, profile) for path, (_, profiles, _) in FILES.items() for profile in profiles]


@pytest.fixture(scope="module")
def cases() -> dict[object, list[Json]]:
    return {path: list(read_cases(path)) for path in FILES}


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[1]} {run[0].name}")
def run(request: pytest.FixtureRequest, cases: dict[object, list[Json]]):
    path, profile = request.param
    replayer = Replayer(profile, cases[path])
    found = ((case["id"], differences(case[profile], replayer.answer(case))) for case in cases[path])
    return path, profile, {case_id: fields for case_id, fields in found if fields}


def test_all_cases_are_there(cases: dict[object, list[Json]]):
    for path, (count, _, _) in FILES.items():
        assert len({case["id"] for case in cases[path]}) == len(cases[path]) == count


def test_differs_on_the_listed_cases_and_on_no_other(run, cases: dict[object, list[Json]]):
    path, profile, differing = run
    ids = {case["id"] for case in cases[path]}
    listed = {item["id"] for item in KNOWN if item["profile"] == profile} & ids
    assert {case: fields for case, fields in differing.items() if case not in listed} == {}
    assert listed - differing.keys() == set(), "these agree now: take them off the list"


def test_every_listed_difference_has_a_reason(cases: dict[object, list[Json]]):
    ids = {case["id"] for path in FILES for case in cases[path]}
    for item in KNOWN:
        assert item["id"] in ids
        assert item["profile"] in RECORDED
        assert item["reason"]


@pytest.mark.parametrize("held_out", [True, False])
def test_agrees_as_well_on_the_third_held_out_while_it_was_written(
    run, cases: dict[object, list[Json]], held_out: bool
):
    path, _, differing = run
    part = [
        case["id"]
        for case in cases[path]
        if case["group"] != "http-cache" and (zlib.crc32(case["id"].encode()) % 3 == 0) is held_out
    ]
    assert len(part) > len(cases[path]) / 4
    # The listed differences of the smaller file are a whole kind, and do not spread evenly.
    listed = {item["id"] for item in KNOWN}
    assert sum(case not in differing or case in listed for case in part) / len(part) >= FILES[path][2]


def test_agrees_as_often_as_is_wanted(run, cases: dict[object, list[Json]]):
    path, _, differing = run
    compared = [case for case in cases[path] if case["group"] != "http-cache"]
    assert sum(case["id"] not in differing for case in compared) / len(compared) >= FILES[path][2]


def test_notices_a_model_that_differs(cases: dict[object, list[Json]]):
    """The comparison itself: another browser's answers do not pass."""
    replayer = Replayer("chromium", cases[VERDICTS][:1])
    different = [
        case["id"]
        for case in cases[VERDICTS]
        if case["group"] == "max-age" and differences(case["firefox"], replayer.answer(case))
    ]
    assert len(different) > 10
