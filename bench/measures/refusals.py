"""What a refusal takes: beside what is allowed, however long the list, and beside other libraries.

Nothing is written to the log, but for Flask, where the log is on: there a refusal is compared with a request
that runs the application.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from bench.asgi_client import Loop
from bench.contenders import origins, write_gates
from bench.figures import Measured, Target, at_most, measured
from bench.requests import LISTED, REQUESTS, STRANGER, Answer, environ, scope
from bench.timing import Pace, Timed, medians, medians_over, quotient, rounds
from bench.wsgi_client import call, timed

TITLE = "Refusals"
#: Times what the allowed one takes.
LIMIT = 2.0
#: Times what modern-csrf adds.
MODERN_LIMIT = 3.0
COUNTS = (1, 1_000_000)
_COOKIE = {"cookie": "session=abc"}
#: By name: what is allowed, and the same from a stranger.
PAIRS: dict[str, tuple[tuple[str, dict[str, str]], tuple[str, dict[str, str]]]] = {
    "read": (REQUESTS["allowed"], REQUESTS["refused"]),
    "preflight": (
        REQUESTS["preflight"],
        ("OPTIONS", REQUESTS["preflight"][1] | {"origin": STRANGER}),
    ),
    "write": (
        ("POST", {"origin": LISTED, "sec-fetch-site": "cross-site", **_COOKIE}),
        ("POST", {"origin": STRANGER, "sec-fetch-site": "cross-site", **_COOKIE}),
    ),
}
_GUARDS = {"WSGI": "crossguard.wsgi", "ASGI": "crossguard.asgi", "Flask": "crossguard.flask"}
_MAKERS = {"WSGI": write_gates.WSGI, "ASGI": write_gates.ASGI, "Flask": write_gates.FLASK}


def measure(pace: Pace) -> Measured:
    """Return microseconds of what is allowed and of what is refused, and how many times that is."""
    rows: dict[str, dict[str, float]] = {}
    targets: list[Target] = []
    with Loop() as loop:
        for count in (COUNTS[0], 2_000) if pace.quick else COUNTS:
            listed = origins(count)
            for framework, guard in _GUARDS.items():
                app = _MAKERS[framework][guard](listed)
                for what, pair in PAIRS.items():
                    with nullcontext() if framework == "Flask" else silent():
                        runs = dict(
                            zip(("allowed", "refused"), _pair(app, pair, what, framework, loop), strict=True)
                        )
                        samples = rounds(runs, pace)
                    times = quotient(samples, "refused", "allowed")
                    row = f"{what}, {guard}, {count:,} origin{'s' if count > 1 else ''}"
                    rows[row] = {**medians(samples), "times": times}
                    targets.append(at_most(f"refused: {row}", times, LIMIT, "times the allowed one"))
    return measured(TITLE, "microseconds of processor time", rows, targets=targets)


def measure_writes(pace: Pace) -> Measured:
    """Return microseconds of a refused write, by contender."""
    rows: dict[str, dict[str, float]] = {}
    targets: list[Target] = []
    refused = PAIRS["write"][1]
    with Loop() as loop, silent():
        for framework, makers in _MAKERS.items():
            runs = {}
            for name, make in makers.items():
                app = make(origins(1))
                answer, run = _send(app, refused, framework, loop)
                assert answer.status == (200 if name == framework else answer.status), (name, answer)
                assert name == framework or answer.status in {400, 403}, (name, answer)
                runs[name] = run
            row = rows[framework] = medians_over(rounds(runs, pace), framework)
            if "modern-csrf" in row:
                bare = row[framework]
                times = (row[_GUARDS[framework]] - bare) / (row["modern-csrf"] - bare)
                what = f"added by a refused write, {_GUARDS[framework]}"
                targets.append(at_most(what, times, MODERN_LIMIT, "times what modern-csrf adds"))
    return measured(
        "A refused write, beside other libraries",
        "microseconds of processor time, the application's part of what is not refused included",
        rows,
        targets=targets,
        notes=["Flask-WTF refuses for a token that is missing; the others for where the write comes from."],
    )


@contextmanager
def silent() -> Iterator[None]:
    """Switch the log of the library off."""
    logger = logging.getLogger("crossguard")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _pair(app: Any, pair: Any, what: str, framework: str, loop: Loop) -> Iterator[Timed]:
    for request, lets_in in zip(pair, (True, False), strict=True):
        answer, run = _send(app, request, framework, loop)
        assert (answer.get("access-control-allow-origin") == LISTED) is lets_in, (what, answer)
        assert answer.status in ({403} if what == "write" and not lets_in else {200, 204}), (what, answer)
        yield run


def _send(app: Any, request: tuple[str, dict[str, str]], framework: str, loop: Loop) -> tuple[Answer, Timed]:
    """Send *request* once, and return the answer and what times it."""
    if framework == "ASGI":
        asked = scope(*request)
        return loop.call(app, asked), loop.timed(app, asked)
    sent = environ(*request)
    return call(app, sent), timed(app, sent)
