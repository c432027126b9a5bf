"""Real browsers and the harder kinds of cases; see test_real_browsers.py.

In a module of its own, because the pages of these leave cookies that the other questions do not expect.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crossguard.browser.urls import parse_url
from crossguard.core.hosts import is_ip_host
from tests.browser.engines import ENGINES, started
from tests.browser.record import ask
from tests.browser.recordings import MORE, Json, differences, read_cases
from tests.browser.test_real_browsers import CASES, Running, is_possible, params, report, sample


def _harder() -> list[Json]:
    # What is in the HTTP cache when a fetch follows at once is a matter of luck.
    return [case for case in read_cases(MORE) if is_possible(case) and case["group"] != "x-http-cache"]


@pytest.fixture(scope="module", params=params())
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    name: str = request.param
    if missing := ENGINES[name].missing():
        pytest.skip(missing)
    if name.startswith("webkit"):
        pytest.skip(
            "WebKit's recordings of these began with other cookies than can be set; see recordings.py"
        )
    directory: Path = tmp_path_factory.mktemp(f"{name}-harder")
    with started(name, directory) as (engine, servers):
        engine.open_pages(_harder())
        yield Running(engine, servers)


def test_the_harder_kinds_come_out_the_same_again(running: Running):
    changed = {}
    for case in sample([case for case in _harder() if not _is_proxied(running, case)], CASES):
        fields = differences(case[running.engine.profile], ask(running.engine, running.servers, case))
        if fields:
            changed[case["id"]] = fields
    report(running, changed)


def _is_proxied(running: Running, case: Json) -> bool:
    """Tell whether the proxy changes the answer.

    Firefox forgets what preflights of addresses allowed only where it connects to them by itself.
    """
    origins = [case["target_origin"], *(hop["origin"] for hop in case.get("redirect_hops") or ())]
    return running.engine.profile == "firefox" and any(
        is_ip_host(parse_url(origin).host) for origin in origins
    )
