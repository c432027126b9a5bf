"""The policy at real edges: every request gets the same verdict there as from the library."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crossguard.edge.description import Description, describe
from crossguard.edge.export import export
from crossguard.edge.part import Order, Part
from crossguard.edge.paths import is_plain
from crossguard.flask.extension import state_of
from tests.cli.servers import serving
from tests.edge.cases import Case, Seen, ask, cases
from tests.edge.engines import ENGINES, PROGRAMS, found
from tests.edge.shop import shop

CASES = list(cases())


def engine_marks(name: str) -> list[Any]:
    missing = pytest.mark.skipif(
        found(PROGRAMS[name]) is None, reason=f"no {PROGRAMS[name]} on this machine (CONTRIBUTING says how)"
    )
    return [missing] if name == "nginx" else [missing, pytest.mark.proxies]


ALL = [
    pytest.param((name, mode), marks=engine_marks(name), id=f"{name}-{mode}")
    for name in ENGINES
    for mode in ("preflight", "full")
]


class Recorder:
    """Counts what reaches the application."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._lock = threading.Lock()
        self.paths: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self._lock:
            self.paths.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return self._app(environ, start_response)


class Edge(NamedTuple):
    """One running edge, and the library without it."""

    name: str
    mode: str
    port: int
    bare: int
    reached: Recorder


def parts_of(description: Description, target: str, mode: str, folder: Path, **more: Any) -> list[Part]:
    order = Order(mode, str(folder), "app", more.get("watched", False), more.get("platform", "workers"))
    return export(description, target, order, command="flask cors export").parts


@pytest.fixture(scope="module", params=ALL)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    name, mode = request.param
    folder = tmp_path_factory.mktemp(name)
    app = shop()
    description = describe(state_of(app).describe(app))
    reached = Recorder(app)
    with ExitStack() as stack:
        upstream = stack.enter_context(serving(reached))
        bare = stack.enter_context(serving(shop()))
        port = stack.enter_context(ENGINES[name](parts_of(description, name, mode, folder), upstream, folder))
        yield Edge(name, mode, port, bare, reached)


def expected(edge: Edge, case: Case) -> Seen:
    return ask(edge.bare, case)


def test_there_are_enough_cases() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 150


def test_every_request_gets_the_verdict_of_the_library(edge: Edge) -> None:
    differences = []
    for case in CASES:
        edge.reached.paths.clear()
        seen, wanted = ask(edge.port, case), expected(edge, case)
        if different(edge, case, seen, wanted):
            differences.append((case.name, case.path, seen, wanted))
        elif case.is_preflight and is_plain(case.path.partition("?")[0]) and governed(case):
            if edge.reached.paths:
                differences.append((case.name, case.path, "reached the application"))
        elif refused_by(edge, seen, wanted) or edge.reached.paths:
            continue
        elif not (case.is_preflight and seen.status in {200, 204}):
            differences.append((case.name, case.path, "did not reach the application"))
    assert differences == []


def governed(case: Case) -> bool:
    path = case.path.partition("?")[0]
    first = path.split("/")[1]
    return first in {"api", "public", "hands", "mixed"} or path in {"/health", "/prices"}


def refused_by(edge: Edge, seen: Seen, wanted: Seen) -> bool:
    """Tell whether the engine itself refused what is no proper HTTP."""
    return seen.status in {400, 404, 414, 431} and seen.status != wanted.status


def different(edge: Edge, case: Case, seen: Seen, wanted: Seen) -> bool:
    if refused_by(edge, seen, wanted):
        return bool(seen.cors) and seen.cors != wanted.cors
    if seen.cors != wanted.cors or not wanted.vary <= seen.vary:
        return True
    if case.is_preflight:
        return (seen.status in range(200, 300)) != (wanted.status in range(200, 300))
    return seen.status != wanted.status or seen.others != wanted.others
