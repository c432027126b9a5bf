"""Preflights through a server: the processor time of gunicorn's worker for each, while wrk sends them."""

import re
import shutil
import statistics
import subprocess
from contextlib import ExitStack
from pathlib import Path

from bench.contenders import installed
from bench.figures import Measured, at_most, measured, skipped
from bench.requests import check
from bench.servers import HOST, Server, serving
from bench.timing import Pace, Samples, medians, quotient

TITLE = "Preflights through gunicorn"
CONTENDERS = ("Flask", "Flask-CORS", "crossguard.flask", "crossguard.wsgi", "floor")
#: Five of a hundred more than the floor.
LIMIT = 1.05
ROUNDS = 9
SECONDS = 1
_SCRIPT = Path(__file__).parents[1] / "preflight.lua"
_CHILDREN = Path("/proc/self/task")


def measure(pace: Pace) -> Measured:
    """Return microseconds of processor time for each preflight, and how often the floor fits into them."""
    if missing := _missing():
        return skipped(TITLE, missing)
    contenders = CONTENDERS[2:] if pace.quick else CONTENDERS
    samples: Samples = {name: [] for name in contenders}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(name)) for name in contenders}
        for name, server in servers.items():
            check(server.preflight(), "preflight", name, guarded=name != "Flask")
        names = list(contenders)
        for _ in range(1 if pace.quick else ROUNDS):
            for name in names:
                samples[name].append(sent(servers[name]))
            names = [*reversed(names[1:]), names[0]]
    found = medians(samples)
    rows = {
        name: {"µs": found[name], "times the floor": quotient(samples, name, "floor")} for name in contenders
    }
    targets = [
        at_most(
            f"a preflight through gunicorn, {name}", rows[name]["times the floor"], LIMIT, "times the floor"
        )
        for name in ("crossguard.flask", "crossguard.wsgi")
    ]
    spread = statistics.quantiles(samples["floor"], n=4) if len(samples["floor"]) > 1 else []
    notes = (
        [f"Half of the rounds of the floor took from {spread[0]:.0f} to {spread[2]:.0f} µs."]
        if spread
        else []
    )
    return measured(
        TITLE,
        "microseconds of the worker's processor time, user and system; each preflight has its own connection",
        rows,
        targets=targets,
        notes=notes,
    )


def _missing() -> str:
    if not installed("gunicorn"):
        return "gunicorn is not installed"
    if shutil.which("wrk") is None:
        return "wrk is not installed"
    return "" if _CHILDREN.exists() else "this system has no /proc"


def sent(server: Server) -> float:
    """Send preflights for a second, and return microseconds of the worker for each."""
    before = server.seconds()
    done = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", "2", "--duration", f"{SECONDS}s"),
            *("--script", str(_SCRIPT), f"http://{HOST}:{server.port}/items"),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=30 * SECONDS,
    )
    took = server.seconds() - before
    sent = re.search(r"(\d+) requests in", done.stdout)
    assert sent is not None, done.stdout
    assert int(sent[1]) > 0, done.stdout
    # Closing the connection after each answer is what a sync worker does, and no error.
    assert "Non-2xx" not in done.stdout, done.stdout
    return took / int(sent[1]) * 1e6
