"""A real Chromium, if one is installed, still does what was recorded, and what the model says."""

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import real_chromium
from tests.browser.recordings import Json, Replayer, differences, read_cases
from tests.browser.sender_cases import SENDERS, Sender, modelled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(real_chromium.EXECUTABLE is None, reason="Chromium is not installed"),
]

CASES = 200


class Chromium:
    """A running Chromium with its pages opened and its cookies set."""

    def __init__(self, context: Any, servers: real_chromium.Servers, cases: list[Json]) -> None:
        self.servers = servers
        self.tab = context.new_page()
        hosts = sorted({(case["page_host"], case["page_origin"] == "null") for case in cases})
        self.pages = real_chromium.open_pages(context, hosts)
        real_chromium.prime(context, self.pages, sorted({case["target_origin"] for case in cases}))

    def answer(self, case: Json) -> Json:
        page = self.pages[case["page_host"], case["page_origin"] == "null"]
        return real_chromium.replay(case, page, self.servers)


def is_possible(case: Json) -> bool:
    """Tell whether a case can be set up: no waiting, and https only where a certificate can be made."""
    origins = [case["page_host"], case["target_origin"]]
    origins += [hop["origin"] for hop in case.get("redirect_hops") or ()]
    waits = any(then["delay_ms"] for then in case.get("then") or ())
    tls_missing = shutil.which("openssl") is None and any(origin.startswith("https:") for origin in origins)
    return not (waits or tls_missing)


@pytest.fixture(scope="module")
def cases() -> list[Json]:
    return [case for case in read_cases() if is_possible(case)]


@pytest.fixture(scope="module")
def chromium(cases: list[Json], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    directory: Path = tmp_path_factory.mktemp("chromium")
    has_tls = any(case["page_host"].startswith("https:") for case in cases)
    with real_chromium.chromium(directory, with_tls=has_tls) as (context, servers):
        yield Chromium(context, servers, cases)


@pytest.fixture(scope="module")
def replayer(cases: list[Json]) -> Replayer:
    return Replayer("chromium", cases)


def test_two_hundred_recorded_cases_come_out_the_same_again(
    cases: list[Json], chromium: Chromium, replayer: Replayer
):
    sample = sorted(cases, key=lambda case: zlib.crc32(case["id"].encode()))[:CASES]
    changed, mistaken = {}, {}
    for case in sample:
        answer = chromium.answer(case)
        changed[case["id"]] = differences(case["chromium"], answer)
        mistaken[case["id"]] = differences(answer, replayer.answer(case))
    assert {case: fields for case, fields in mistaken.items() if fields} == {}
    assert {case: fields for case, fields in changed.items() if fields} == {}


def test_the_cases_that_cannot_be_set_up_are_counted():
    impossible = sum(not is_possible(case) for case in read_cases())
    if impossible:
        pytest.skip(f"{impossible} of 8191 recorded cases need a wait, or a certificate that cannot be made")


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.name)
def test_other_senders_send_what_the_model_says(sender: Sender, chromium: Chromium, replayer: Replayer):
    if sender.page.startswith("https:") and not chromium.servers.has_tls:
        pytest.skip("no openssl to make a certificate")
    assert real_chromium.send(sender, chromium.tab, chromium.servers) == modelled(
        sender, "chromium", replayer
    )
