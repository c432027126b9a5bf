"""Many lines of one header in a request: what is done with them grows with their number, and no faster.

Through ASGI, where the lines reach an application as they came; WSGI servers join them.
"""

from bench.asgi_client import Loop
from bench.contenders import asgi_apps, origins
from bench.figures import Measured, Target, at_most, measured
from bench.measures.refusals import PAIRS, silent
from bench.requests import REQUESTS, Scope, scope
from bench.timing import Pace, medians, quotient, rounds

TITLE = "Many lines of one header"
COUNTS = (1, 1_000, 10_000, 100_000)
#: Ten times as many lines, with what a larger table costs.
LINEAR = 10 * 1.5
LIMIT = 2.0
_REQUESTS = {"read": REQUESTS["allowed"], "write": PAIRS["write"][1], "preflight": REQUESTS["preflight"]}
_HEADERS = ("origin", "sec-fetch-site", "cookie", "host", "access-control-request-headers", "x-other")


def measure(pace: Pace) -> Measured:
    """Return microseconds by request, header and number of lines."""
    rows: dict[str, dict[str, float]] = {}
    growths: dict[str, float] = {}
    counts = COUNTS[:3] if pace.quick else COUNTS
    few, many = (f"{count:,}" for count in counts[-2:])
    short = Pace(max(2, pace.rounds // 5), pace.seconds)
    with Loop() as loop, silent():
        app = asgi_apps.TRIVIAL["crossguard.asgi"](origins(1))
        for what, request in _REQUESTS.items():
            for header in _HEADERS:
                runs = {
                    f"{count:,}": loop.timed(app, _repeated(scope(*request), header, count))
                    for count in counts
                }
                samples = rounds(runs, short)
                rows[f"{what}, {header}"] = medians(samples)
                growths[f"{what}, {header}"] = quotient(samples, many, few)
        steepest = max(growths, key=lambda row: growths[row])
        what = f"{many} lines of a header: {steepest}"
        targets: list[Target] = [at_most(what, growths[steepest], LINEAR, f"times {few} lines")]
        for what, pair in PAIRS.items():
            allowed, refused = (_repeated(scope(*request), "x-other", counts[-1]) for request in pair)
            samples = rounds(
                {"allowed": loop.timed(app, allowed), "refused": loop.timed(app, refused)}, short
            )
            times = quotient(samples, "refused", "allowed")
            targets.append(
                at_most(f"refused: {what} with {many} lines", times, LIMIT, "times the allowed one")
            )
    return measured(TITLE, "microseconds of processor time", rows, targets=targets)


def _repeated(request: Scope, header: str, count: int) -> Scope:
    """Return *request* with *count* lines of *header*, which are as the first where it has one."""
    name = header.encode()
    lines = [line for line in request["headers"] if line[0] == name] or [(name, b"x")]
    others = [line for line in request["headers"] if line[0] != name]
    return request | {"headers": [*others, *lines * count]}
