"""What a long list takes to be built, and what it holds beyond the list that the caller has."""

import statistics

from bench.builders import BUILDERS
from bench.children import child
from bench.figures import Measured, at_most, measured
from bench.timing import Pace

TITLE = "Long lists: building"
SECONDS = 5.0
MEGABYTES = 64.0
ROUNDS = 3
# What takes long is measured less often.
_ENOUGH = 4.0
MILLION = 1_000_000
PATTERNS = 100_000
FLOOR = "a dictionary of the caller's texts"


def measure(pace: Pace) -> Measured:
    """Return seconds and megabytes, by how it is built."""
    million, patterns = (1_000, 100) if pace.quick else (MILLION, PATTERNS)
    rows: dict[str, dict[str, float]] = {}
    targets = []
    for kind, count in (("exact", million), ("patterns", patterns))[: 1 if pace.quick else 2]:
        what = f"{count:,} {'origins' if kind == 'exact' else 'patterns'}"
        for how in BUILDERS:
            # What scans its list for each request is not worth the time that a million take it.
            if kind == "patterns" and how.startswith("Flask-CORS"):
                continue
            rows[f"{what}, {how}"] = _built(how, kind, count, pace)
        floor = rows[f"{what}, a dictionary"]
        for how in BUILDERS:
            if how in {"a dictionary", "Flask-CORS, with the first request"}:
                continue
            row = rows[f"{what}, {how}"]
            targets.append(at_most(f"building {what}, {how}", row["seconds"], SECONDS, "s"))
            if kind == "exact":
                targets.append(
                    at_most(
                        f"memory beyond the list, {what}, {how}",
                        row["MB held"],
                        MEGABYTES,
                        "MB",
                        (floor["MB held"], FLOOR),
                    )
                )
    return measured(
        TITLE,
        "seconds of processor time, and megabytes beyond the caller's list while it is used and at the most "
        "while it is built",
        rows,
        targets=targets,
    )


def _built(how: str, kind: str, count: int, pace: Pace) -> dict[str, float]:
    arguments = ("-m", "bench.builders", how, kind, str(count))
    times: list[float] = []
    while len(times) < (1 if pace.quick else ROUNDS) and sum(times) < _ENOUGH:
        times.append(child(*arguments)["seconds"])
    memory = child(*arguments, "--memory")
    return {
        "seconds": round(statistics.median(times), 3),
        "MB held": round(memory["held"], 2),
        "MB at the most": round(memory["peak"], 2),
    }
