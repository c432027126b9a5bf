"""What a guard adds to a request of the other frameworks, and what a preflight takes."""

from contextlib import nullcontext

from bench.asgi_client import Loop
from bench.contenders import asgi_apps, django_apps, origins, wsgi_apps
from bench.contenders.flask_apps import Maker
from bench.figures import Measured, Target, at_most, measured
from bench.measures.flask_requests import FLOOR
from bench.requests import REQUESTS
from bench.timing import Pace, medians_over, rounds
from bench.wsgi_client import checked

#: By framework, which is the first contender of each.
WSGI: dict[str, dict[str, Maker]] = {"WSGI": wsgi_apps.APPS, "Django": django_apps.APPS}
ASGI: dict[str, dict[str, Maker]] = {
    "ASGI": asgi_apps.TRIVIAL,
    "Starlette": asgi_apps.STARLETTE,
    "Quart": asgi_apps.QUART,
}
_SMALLEST = ("WSGI", "ASGI")


def measure(framework: str, pace: Pace) -> Measured:
    """Return microseconds by request, then by contender."""
    makers = (WSGI | ASGI)[framework]
    rows: dict[str, dict[str, float]] = {}
    with Loop() if framework in ASGI else nullcontext() as loop:
        check = checked if loop is None else loop.checked
        apps = {name: make(origins(1)) for name, make in makers.items()}
        for request in REQUESTS:
            runs = {name: check(app, request, name, guarded=name != framework) for name, app in apps.items()}
            rows[request] = medians_over(rounds(runs, pace), framework)
    what = f"an application of {framework} that is one function" if framework in _SMALLEST else framework
    return measured(
        f"{framework}: time of a request",
        f"microseconds of processor time, {what} and the caller's part included",
        rows,
        targets=_starlette(rows) if framework == "Starlette" else [],
    )


def _starlette(rows: dict[str, dict[str, float]]) -> list[Target]:
    found = []
    for request, what in {"allowed": "a request", "write": "a write"}.items():
        row = rows[request]
        base, value, floor = row["Starlette"], row["crossguard.asgi"], row["floor"]
        found.append(at_most(f"added to {what} of Starlette", value - base, 1.5, "µs", (floor - base, FLOOR)))
    row = rows["preflight"]
    found.append(
        at_most(
            "a preflight, crossguard.asgi around Starlette",
            row["crossguard.asgi"],
            1.5,
            "µs",
            (row["floor"], FLOOR),
        )
    )
    return found
