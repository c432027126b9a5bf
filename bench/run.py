"""Measure what a guard adds to a Flask request: medians of interleaved rounds, in one process.

python -m bench.run            # prints the table, writes bench/results.json
"""

import argparse
import gc
import json
import platform
import statistics
import time
from importlib.metadata import version
from pathlib import Path

from bench.apps import CONTENDERS
from bench.requests import REQUESTS, check, drive

RESULTS = Path(__file__).with_name("results.json")
COUNTS = (1, 10_000)


def measure(rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Return microseconds per request: by "request, n origins", then by contender."""
    cases = {}
    for count in COUNTS:
        apps = {name: make(count) for name, make in CONTENDERS.items()}
        for request in REQUESTS:
            for name, app in apps.items():
                check(app, request, name)
            cases[f"{request}, {count:,} origin{'s' if count > 1 else ''}"] = (request, apps)
    samples: dict[str, dict[str, list[float]]] = {case: {name: [] for name in CONTENDERS} for case in cases}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for case, (request, apps) in cases.items():
                for name, app in apps.items():
                    samples[case][name].append(_time(app, REQUESTS[request], seconds))
    finally:
        gc.enable()
    return {case: _summary(by_name) for case, by_name in samples.items()}


def _summary(samples: dict[str, list[float]]) -> dict[str, float]:
    """Return the median of each contender: of bare Flask, and of the difference to it in the same round.

    Neighbours in time share what the machine was busy with; their difference is steadier than they are.
    """
    bare = samples["Flask"]
    base = statistics.median(bare)
    return {
        name: base + statistics.median(value - floor for value, floor in zip(values, bare, strict=True))
        if name != "Flask"
        else base
        for name, values in samples.items()
    }


def _time(app: object, request: dict[str, object], seconds: float) -> float:
    # The processor's time of this process, which other processes do not add to.
    count = 0
    start = time.process_time()
    while (elapsed := time.process_time() - start) < seconds:
        for _ in range(10):
            drive(app, request)  # type: ignore[arg-type]
        count += 10
    return elapsed / count * 1e6


def table(results: dict[str, dict[str, float]]) -> str:
    """Return the figures as a table: what bare Flask takes, and what each guard adds to it."""
    guards = [name for name in CONTENDERS if name != "Flask"]
    lines = [
        "| request | bare Flask | " + " | ".join(guards) + " |",
        "|---|---:|" + "---:|" * len(guards),
    ]
    for case, figures in results.items():
        base = figures["Flask"]
        preflight = case.startswith("preflight")
        cells = [
            f"{figures[name]:.1f} µs" if preflight else f"{figures[name] - base:+.1f} µs" for name in guards
        ]
        lines.append(f"| {case} | {base:.1f} µs | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=0.01, help="per contender, case and round")
    parser.add_argument("--no-write", action="store_true", help="leave bench/results.json as it is")
    arguments = parser.parse_args()
    results = measure(arguments.rounds, arguments.seconds)
    print(table(results))
    if not arguments.no_write:
        document = {
            "python": platform.python_version(),
            "versions": {name: version(name) for name in ("flask", "flask-cors")},
            "unit": "microseconds of processor time per request, medians of interleaved rounds",
            "results": results,
        }
        RESULTS.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
