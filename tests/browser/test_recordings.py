"""The model gives the verdict that real browsers gave, on every recorded case."""

import json
import zlib

import pytest

from tests.browser.recordings import DATA, RECORDED, Json, Replayer, differences, read_cases

#: What still differs: {"id", "profile", "reason"}. A case that agrees must not be listed.
KNOWN = json.loads((DATA / "known-differences.json").read_text())

#: Agreement that is wanted of every group but http-cache, per profile.
FLOOR = 0.995


@pytest.fixture(scope="module")
def cases() -> list[Json]:
    return list(read_cases())


@pytest.fixture(scope="module", params=RECORDED)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def differing(profile: str, cases: list[Json]) -> dict[str, dict[str, object]]:
    replayer = Replayer(profile, cases)
    found = ((case["id"], differences(case[profile], replayer.answer(case))) for case in cases)
    return {case_id: fields for case_id, fields in found if fields}


def test_all_cases_are_there(cases: list[Json]):
    assert len(cases) == 8191
    assert len({case["id"] for case in cases}) == 8191


def test_differs_on_the_listed_cases_and_on_no_other(profile: str, differing: dict[str, dict[str, object]]):
    listed = {item["id"] for item in KNOWN if item["profile"] == profile}
    assert {case: fields for case, fields in differing.items() if case not in listed} == {}
    assert listed - differing.keys() == set(), "these agree now: take them off the list"


def test_every_listed_difference_has_a_reason(cases: list[Json]):
    ids = {case["id"] for case in cases}
    for item in KNOWN:
        assert item["id"] in ids
        assert item["profile"] in RECORDED
        assert item["reason"]


@pytest.mark.parametrize("held_out", [True, False])
def test_agrees_as_well_on_the_third_held_out_while_it_was_written(
    profile: str, cases: list[Json], differing: dict[str, dict[str, object]], held_out: bool
):
    part = [
        case["id"]
        for case in cases
        if case["group"] != "http-cache" and (zlib.crc32(case["id"].encode()) % 3 == 0) is held_out
    ]
    assert len(part) > 2500
    assert sum(case not in differing for case in part) / len(part) >= FLOOR


def test_notices_a_model_that_differs(cases: list[Json]):
    """The comparison itself: another browser's answers do not pass."""
    replayer = Replayer("chromium", cases[:1])
    different = [
        case["id"]
        for case in cases
        if case["group"] == "max-age" and differences(case["firefox"], replayer.answer(case))
    ]
    assert len(different) > 10
