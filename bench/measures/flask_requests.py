"""What a guard adds to a request of Flask, and what a preflight takes."""

from bench.contenders import origins
from bench.contenders.flask_apps import APPS, Maker
from bench.figures import Measured, Target, at_least, at_most, measured
from bench.requests import REQUESTS
from bench.timing import Pace, Samples, medians_over, quotient, rounds
from bench.wsgi_client import checked

TITLE = "Flask: time of a request"
BARE = "Flask"
COUNTS = (1, 10_000)
#: Those whose time depends on how many origins there are, and the one that this is about.
MANY = ("Flask", "crossguard.flask", "Flask-CORS")
FLOOR = "a wrapper with one look-up and ready headers"


def measure(pace: Pace, makers: dict[str, Maker] = APPS) -> Measured:
    """Return microseconds by request and number of origins, then by contender."""
    samples: dict[str, Samples] = {}
    for count in COUNTS[:1] if pace.quick else COUNTS:
        chosen = {name: make for name, make in makers.items() if count == 1 or name in MANY}
        apps = {name: make(origins(count)) for name, make in chosen.items()}
        for request in REQUESTS:
            runs = {name: checked(app, request, name, guarded=name != BARE) for name, app in apps.items()}
            samples[f"{request}, {count:,} origin{'s' if count > 1 else ''}"] = rounds(runs, pace)
    rows = {case: medians_over(found, BARE) for case, found in samples.items()}
    return measured(
        TITLE,
        "microseconds of processor time, the framework and the caller's part included",
        rows,
        targets=list(_targets(rows, samples)) if makers is APPS else [],
    )


def _targets(rows: dict[str, dict[str, float]], samples: dict[str, Samples]) -> list[Target]:
    def added(request: str, name: str) -> float:
        row = rows[f"{request}, 1 origin"]
        return row[name] - row[BARE]

    def over_bare(what: str, request: str, name: str, limit: float) -> Target:
        return at_most(what, added(request, name), limit, "µs", (added(request, "floor"), FLOOR))

    preflight = rows["preflight, 1 origin"]
    floor = preflight["floor"]
    found = [
        over_bare("added to a request, gate off", "allowed", "crossguard.flask, gate off", 2),
        over_bare("added to a request, gate on", "allowed", "crossguard.flask", 4),
        over_bare("added to a write, gate on", "write", "crossguard.flask", 4),
    ]
    for name, limit in {
        "crossguard.flask": 1.5,
        "crossguard.flask, path policy": 1.5,
        "crossguard.wsgi": 1.5,
        "crossguard.flask, view policy": 12,
        "crossguard.flask, blueprint policy": 12,
    }.items():
        found.append(at_most(f"a preflight, {name}", preflight[name], limit, "µs", (floor, FLOOR)))
    app_adds = added("write", "crossguard.flask")
    for level in ("view", "blueprint"):
        times = added("write", f"crossguard.flask, {level} policy") / app_adds
        found.append(
            at_most(f"added to a write under a {level}'s policy", times, 3, "times the application's")
        )
    times = quotient(samples["preflight, 1 origin"], "Flask-CORS", "crossguard.flask")
    found.append(at_least("a preflight of Flask-CORS, in those of crossguard.flask", times, 50, "times"))
    return found
