"""Real browsers, as far as they are installed, still do what was recorded, and what the model says.

Chromium is asked by ``make test``, Firefox and WebKitGTK by ``make test-all``. The model is held against what was
recorded; a browser of another version that answers otherwise is reported, and fails nothing.
"""

import json
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.engines import ENGINES, started
from tests.browser.engines.engine import Engine, Tab
from tests.browser.engines.senders import send
from tests.browser.engines.servers import Servers
from tests.browser.record import ask
from tests.browser.recordings import Json, differences, read_cases
from tests.browser.sender_cases import RECORDED_SENDERS, SENDERS, Sender

CASES = 200

#: What the recordings of fetches were made with.
RECORDED = {"chromium": "156", "firefox": "153", "webkit": "2.50", "webkit-allow-third-party": "2.50"}
#: Which senders are asked again where asking all takes minutes: every kind, and every relation of a frame.
SAMPLE = [
    sender
    for number, sender in enumerate(SENDERS)
    if number % 4 == 0 or sender.kind == "framed fetch" or sender.via
]


def params() -> list[object]:
    marks = {"chromium": [], "firefox": [pytest.mark.firefox]}
    return [
        pytest.param(name, marks=[pytest.mark.browser, *marks.get(name, [pytest.mark.webkit])])
        for name in ENGINES
    ]


class Running:
    """An engine with its servers and a tab."""

    def __init__(self, engine: Engine[Tab], servers: Servers) -> None:
        self.engine = engine
        self.servers = servers
        self.tab = engine.new_tab()

    @property
    def is_recorded_version(self) -> bool:
        version = re.search(r"[0-9.]+", self.engine.version)
        return version is not None and version[0].startswith(RECORDED[self.engine.profile])


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


@pytest.fixture(scope="module", params=params())
def running(
    request: pytest.FixtureRequest, cases: list[Json], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    name = request.param
    if missing := ENGINES[name].missing():
        pytest.skip(missing)
    directory: Path = tmp_path_factory.mktemp(name)
    with started(name, directory) as (engine, servers):
        engine.open_pages(cases)
        yield Running(engine, servers)


def report(running: Running, changed: dict[str, object]) -> None:
    """Fail for the recorded version, skip for another."""
    if changed and not running.is_recorded_version:
        recorded = RECORDED[running.engine.profile]
        pytest.skip(f"{running.engine.version} answers otherwise than {recorded} did: {sorted(changed)}")
    assert changed == {}


def sample(cases: list[Json], count: int) -> list[Json]:
    return sorted(cases, key=lambda case: zlib.crc32(case["id"].encode()))[:count]


def test_two_hundred_recorded_cases_come_out_the_same_again(cases: list[Json], running: Running):
    changed = {}
    for case in sample(cases, CASES):
        fields = differences(case[running.engine.profile], ask(running.engine, running.servers, case))
        if fields:
            changed[case["id"]] = fields
    report(running, changed)


def test_the_cases_that_cannot_be_set_up_are_counted():
    impossible = sum(not is_possible(case) for case in read_cases())
    if impossible:
        pytest.skip(f"{impossible} of 8191 recorded cases need a wait, or a certificate that cannot be made")


@pytest.fixture(scope="module")
def recorded_senders() -> Json:
    return json.loads(RECORDED_SENDERS.read_text())


@pytest.mark.parametrize("sender", SAMPLE, ids=lambda sender: sender.name)
def test_other_senders_send_what_was_recorded(sender: Sender, running: Running, recorded_senders: Json):
    if sender.page.startswith("https:") and not running.servers.has_tls:
        pytest.skip("no openssl to make a certificate")
    recorded = recorded_senders[running.engine.profile]["answers"][sender.name]
    sent = send(sender, running.engine, running.tab, running.servers)
    report(running, {} if sent == recorded else {sender.name: (recorded, sent)})
