"""The policy at real edges: every request gets the same verdict there as from the library."""

import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crossguard.browser.transports import network
from crossguard.browser.urls import parse_url
from crossguard.edge.description import Description, describe
from crossguard.edge.export import export
from crossguard.edge.part import Order, Part
from crossguard.edge.paths import is_plain
from crossguard.edge.verify import verify
from crossguard.flask.lookup import policy_for
from crossguard.flask.state import state_of
from tests.cli.servers import free_port, serving
from tests.cli.test_edge import WATCHED
from tests.edge.cases import Case, Seen, actual, ask, ask_all, cases, preflight, seen_of
from tests.edge.engines import ENGINES, PATIENCE, PROGRAMS, found, nginx_by_hand, nginx_command, saved
from tests.edge.mutations import mutated
from tests.edge.shop import APP, shop

CASES = list(cases())


def engine_marks(name: str) -> list[Any]:
    missing = pytest.mark.skipif(
        found(PROGRAMS[name]) is None, reason=f"no {PROGRAMS[name]} on this machine (CONTRIBUTING says how)"
    )
    return [missing] if name == "nginx" else [missing, pytest.mark.proxies]


#: Engine, what is written for it, and the runtime.
TARGETS = {
    "nginx": ("nginx", ""),
    "haproxy": ("haproxy", ""),
    "caddy": ("caddy", ""),
    "envoy": ("envoy", ""),
    "worker": ("edge-js", "workers"),
    "cloudfront": ("edge-js", "cloudfront"),
}
ALL = [
    pytest.param((name, mode), marks=engine_marks(name), id=f"{name}-{mode}")
    for name in TARGETS
    for mode in ("preflight", "full")
    if (name, mode) != ("cloudfront", "full")
]
#: What `NOTES` of a target name: differences that no browser can see.
UNSENDABLE = {
    "envoy": {"pattern, label of 64", "pattern, too long", "inside a label, label of 64", "long"},
    "nginx": {"two lines"},
}


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


def parts_of(
    description: Description, name: str, mode: Any, folder: Path, *, watched: bool = False
) -> list[Part]:
    target, platform = TARGETS[name]
    order = Order(mode, str(folder), "app", watched, platform)
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
    if edge.name == "worker":
        # A worker gets and forwards the path as a URL has it: dot segments are gone before anybody looks.
        return ask(edge.bare, case._replace(path=parse_url(f"http://edge{case.path}").path_and_query))
    return ask(edge.bare, case)


def is_noted(edge: Edge, case: Case) -> bool:
    return any(case.name.endswith(f"origin {name}") for name in UNSENDABLE.get(edge.name, ()))


def test_there_are_enough_cases() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 150


def test_every_request_gets_the_verdict_of_the_library(edge: Edge) -> None:
    differences = []
    for case in CASES:
        if is_noted(edge, case):
            continue
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
    """Tell whether the edge has to answer; an engine may leave very long paths to the application."""
    if len(case.path) > 2000:
        return False
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


def test_verify_has_nothing_to_say_about_it(edge: Edge) -> None:
    app = shop()
    report = verify(state_of(app).describe(app), f"http://127.0.0.1:{edge.port}", network(timeout=60))
    assert report.differences == ()
    assert report.asked > 300


def test_mutated_origins_get_the_verdict_of_the_library(edge: Edge) -> None:
    """Three thousand; the library is asked in this process, which is the same code without the network."""
    policy = policy_for(shop(), "/api/items", "PUT")
    assert policy is not None
    asked = [
        preflight(f"mutated {number}", origin)
        for number, origin in enumerate(mutated(3000, seed=len(edge.name)))
    ]
    differences = []
    for case, seen in zip(asked, ask_all(edge.port, asked), strict=True):
        origin = dict(case.headers)["Origin"]
        wanted = seen_of(204, policy.preflight_edits(origin).fields)
        if seen.status != 400 and (seen.cors, seen.vary) != (wanted.cors, wanted.vary):
            differences.append((origin, seen, wanted))
    assert differences == []
    allowed = sum(
        1 for case in asked if policy.preflight_edits(dict(case.headers)["Origin"]).fields[0][0] != "Vary"
    )
    assert 100 < allowed < 2900


@pytest.mark.parametrize(
    "engine",
    [pytest.param(name, marks=engine_marks(name)) for name in ("nginx", "haproxy", "caddy", "envoy")],
)
def test_errors_of_the_edge_itself_carry_the_headers_in_mode_full(engine: str, tmp_path: Path) -> None:
    app = shop()
    parts = parts_of(describe(state_of(app).describe(app)), engine, "full", tmp_path)
    with ENGINES[engine](parts, free_port(), tmp_path) as port:
        seen = ask(port, actual("listed", APP))
        stranger = ask(port, actual("stranger", "https://evil.example"))
    assert seen.status in {502, 503, 504}
    assert dict(seen.cors)["access-control-allow-origin"] == (APP,)
    assert dict(seen.cors)["access-control-allow-credentials"] == ("true",)
    assert "origin" in seen.vary
    assert stranger.cors == ()
    assert "origin" in stranger.vary


@pytest.mark.parametrize(
    "engine", [pytest.param(name, marks=engine_marks(name)) for name in ("nginx", "haproxy")]
)
def test_a_hundred_thousand_origins_are_a_list_that_is_looked_up(engine: str, tmp_path: Path) -> None:
    app = shop(
        origins=[f"https://shop-{number}.customers-of-the-platform.example" for number in range(100_000)]
    )
    parts = parts_of(describe(state_of(app).describe(app)), engine, "preflight", tmp_path)
    assert len(parts) > 1
    with serving(app) as upstream, ENGINES[engine](parts, upstream, tmp_path) as port:
        for number in (0, 50_000, 99_999):
            origin = f"https://shop-{number}.customers-of-the-platform.example"
            seen = ask(port, preflight("one of many", origin))
            assert dict(seen.cors)["access-control-allow-origin"] == (origin,)
        assert (
            ask(port, preflight("none", "https://shop-100000.customers-of-the-platform.example")).cors == ()
        )


@pytest.mark.parametrize("mode", ["preflight", "full"])
@pytest.mark.parametrize("engine", [pytest.param("nginx", marks=engine_marks("nginx"))])
def test_a_mounted_application_has_its_policies_below_the_mount(
    engine: str, mode: Any, tmp_path: Path
) -> None:
    app = shop()
    application = state_of(app).describe(app)
    parts = export(
        describe(application, mounts=["/shop"]),
        engine,
        Order(mode, str(tmp_path), "app", watched=False, platform=""),
        command="x",
    ).parts
    saved(parts, tmp_path)
    locations = "location /shop/ {{ proxy_pass http://127.0.0.1:{upstream}/; }} location / {{ return 404; }}"
    http, server = (f"include {tmp_path}/crossguard-{name}.conf;" for name in ("http", "server"))
    with serving(app) as upstream, nginx_by_hand(http, server, upstream, tmp_path, locations) as port:
        report = verify(application, f"http://127.0.0.1:{port}", network(timeout=60), mount="/shop")
    assert report.differences == ()


@pytest.mark.parametrize("engine", [pytest.param("nginx", marks=engine_marks("nginx"))])
def test_what_watch_writes_reaches_a_proxy_that_runs(engine: str, tmp_path: Path) -> None:
    (tmp_path / "watched.py").write_text(WATCHED)
    rows = tmp_path / "rows.txt"
    rows.write_text("https://a.example.com")
    reload = shlex.join([*nginx_command(tmp_path), "-s", "reload"])
    words = ["export", engine, "watched:app", "--output", ".", "--watch", "--reload", reload]
    command = [sys.executable, "-m", "crossguard", *words]
    http, server = (f"include {tmp_path}/crossguard-{name}.conf;" for name in ("http", "server"))
    asked = [preflight(origin, origin, "/") for origin in ("https://a.example.com", "https://b.example.com")]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        until((tmp_path / "crossguard-http.conf").exists)
        until((tmp_path / "crossguard-server.conf").exists)
        with nginx_by_hand(http, server, free_port(), tmp_path) as port:
            assert [bool(ask(port, case).cors) for case in asked] == [True, False]
            rows.write_text("https://b.example.com")
            until(lambda: [bool(ask(port, case).cors) for case in asked] == [False, True])
    finally:
        process.terminate()
        assert process.wait(60) == 0


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
