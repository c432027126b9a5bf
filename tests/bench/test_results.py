"""What is shown of the benchmark is of the last run."""

import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.measures import MEASURES
from bench.plot import FLOOR, GROUPS

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "bench" / "results.json"
PICTURES = sorted((ROOT / "docs" / "images").glob("bench-*.svg"))


def test_every_measure_is_in_the_file_in_its_order():
    measures = json.loads(RESULTS.read_text("utf-8"))["measures"]
    assert list(measures) == list(MEASURES)


def test_a_target_says_whether_it_is_reached():
    for measure in json.loads(RESULTS.read_text("utf-8"))["measures"].values():
        for target in measure["targets"]:
            value, limit = target["value"], target["limit"]
            assert target["reached"] is (value <= limit if target["bound"] == "at most" else value >= limit)


def test_there_is_a_picture_for_light_and_for_dark():
    assert [picture.name for picture in PICTURES] == ["bench-dark.svg", "bench-light.svg"]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_picture_is_of_the_file(picture):
    text = picture.read_text("utf-8")
    digest = hashlib.sha256(RESULTS.read_bytes()).hexdigest()
    assert re.findall(r"sha256 of bench/results\.json: (\w+)", text) == [digest], (
        "run .venv/bin/python -m bench.plot"
    )
    assert "<dc:date>" not in text
    assert ET.fromstring(text).tag.endswith("svg")  # noqa: S314 - our own file


def test_everybody_in_the_picture_was_measured():
    measures = json.loads(RESULTS.read_text("utf-8"))["measures"]
    for measure, (framework, contenders) in GROUPS.items():
        found = next(row for name, row in measures[measure]["rows"].items() if name.startswith("allowed"))
        assert {framework, "floor", *contenders} <= set(found)
    assert FLOOR
