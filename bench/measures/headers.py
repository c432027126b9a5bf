"""8 KB of anything in any header: the worst of the fills, beside the same with a usual length.

A long value is compared with a short one of the same kind, which gets the same answer. Each request has
texts of its own, made before the clock starts, as a server makes them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import crossguard.asgi
import crossguard.wsgi
from bench.asgi_client import Loop
from bench.contenders import GUARDED, asgi_apps, flask_apps, wsgi_apps
from bench.figures import Measured, Target, at_most, measured
from bench.fills import FILLS, LONG, USUAL
from bench.requests import BODY, LISTED, REQUESTS, Answer, environ, scope
from bench.timing import Pace, Timed, medians, quotient, rounds
from bench.wsgi_client import call, timed_fresh

TITLE = f"{LONG // 1024} KB in a header"
LIMIT = 2.0
#: So many fresh texts of 8 KB fit into the memory of any machine.
_MOST = 1_000

_CLIENT = ("POST", {})
#: The request that is sent, and the headers in which something long is tried.
PLACES: dict[str, tuple[tuple[str, dict[str, str]], tuple[str, ...]]] = {
    "preflight": (
        REQUESTS["preflight"],
        (
            "origin",
            "access-control-request-headers",
            "access-control-request-method",
            "access-control-request-private-network",
        ),
    ),
    "request": (REQUESTS["allowed"], ("origin", "cookie", "referer", "host", "upgrade", "accept")),
    "write": (REQUESTS["write"], ("origin", "sec-fetch-site", "content-type", "cookie")),
    # What sends neither Origin nor Sec-Fetch-Site is judged by what is left.
    "write without an origin": (_CLIENT, ("referer", "cookie", "host", "authorization", "content-length")),
}
#: What a library reads of its own accord.
_OTHERS = {
    "preflight": ("origin", "access-control-request-headers", "access-control-request-method"),
    "request": ("origin",),
}
_GUARDS = ("crossguard.wsgi", "crossguard.wsgi, strict", "crossguard.flask", "crossguard.asgi")
#: As strict as a policy gets: everything that can be read is read.
_STRICT: dict[str, Any] = {**GUARDED, "origins": [LISTED], "json_only": True, "on_missing": "deny"}


def measure(pace: Pace) -> Measured:
    """Return by header and by guard how many times as long a request takes."""
    rows: dict[str, dict[str, float]] = {}
    with Loop() as loop:
        for guard, place, header, runs in (*_wsgi(), *_asgi(loop)):
            samples = rounds(runs, Pace(max(2, pace.rounds // 5), pace.seconds / 4), most=_MOST)
            worst = max(quotient(samples, f"{fill}, long", f"{fill}, usual") for fill in FILLS)
            rows.setdefault(f"{place}, {header}", {})[guard] = worst
            if guard == "Flask-CORS":
                longest = max(medians(samples)[f"{fill}, long"] for fill in FILLS)
                rows[f"{place}, {header}"]["Flask-CORS, µs"] = longest
    return measured(
        TITLE,
        "times what a usual length takes, at the worst fill, around an application of one function; for "
        "Flask-CORS the microseconds of the whole request too",
        rows,
        targets=[_target(guard, rows) for guard in _GUARDS],
    )


def _target(guard: str, rows: dict[str, dict[str, float]]) -> Target:
    times, where = max((row[guard], where) for where, row in rows.items() if guard in row)
    return at_most(
        f"{LONG // 1024} KB in any header, {guard}: {where}",
        times,
        LIMIT,
        "times the usual",
    )


def _wsgi() -> Iterator[tuple[str, str, str, dict[str, Timed]]]:
    guards = {
        "crossguard.wsgi": crossguard.wsgi.Crossguard(wsgi_apps.trivial, **GUARDED, origins=[LISTED]),
        "crossguard.wsgi, strict": crossguard.wsgi.Crossguard(wsgi_apps.trivial, **_STRICT),
        "crossguard.flask": flask_apps.APPS["crossguard.flask"]([LISTED]),
        "Flask-CORS": flask_apps.APPS["Flask-CORS"]([LISTED]),
        "floor": wsgi_apps.APPS["floor"]([LISTED]),
    }
    for guard, app in guards.items():
        for place, header in _asked(guard):
            request = environ(*PLACES[place][0])
            key = next(iter(environ("GET", {header: ""}).keys() - environ("GET", {}).keys()), "HTTP_HOST")
            for fill in FILLS.values():
                _check_same(
                    *(call(app, request | {key: _value(header, fill, size)}) for size in (USUAL, LONG))
                )
            yield (
                guard,
                place,
                header,
                {
                    f"{name}, {length}": timed_fresh(app, request, key, _value(header, fill, size))
                    for name, fill in FILLS.items()
                    for length, size in (("usual", USUAL), ("long", LONG))
                },
            )
    yield "crossguard.wsgi", "response", "vary", _vary()


def _value(header: str, fill: Callable[[int], str], size: int) -> str:
    # A scheme of thousands of letters is none, so that the answer would be another one.
    return f"Bearer {fill(size)}" if header == "authorization" else fill(size)


def _vary() -> dict[str, Timed]:
    """Return what times a response of the application with a long ``Vary``."""
    runs = {}
    for name, fill in FILLS.items():
        for length, size in (("usual", USUAL), ("long", LONG)):
            vary = ("Vary", fill(size))

            def app(_environ: Any, start: Any, vary: tuple[str, str] = vary) -> list[bytes]:
                start("200 OK", [("Content-Type", "text/plain"), vary])
                return [BODY]

            guarded = crossguard.wsgi.Crossguard(app, **GUARDED, origins=[LISTED])
            request = environ(*REQUESTS["allowed"])
            answer = call(guarded, request)
            assert "Origin" in (answer.get("vary") or ""), answer
            runs[f"{name}, {length}"] = timed_fresh(guarded, request, "HTTP_ORIGIN", LISTED)
    return runs


def _asgi(loop: Loop) -> Iterator[tuple[str, str, str, dict[str, Timed]]]:
    app = crossguard.asgi.Crossguard(asgi_apps.trivial, **GUARDED, origins=[LISTED])
    for place, header in _asked("crossguard.asgi"):
        request = scope(*PLACES[place][0])
        yield (
            "crossguard.asgi",
            place,
            header,
            {
                f"{name}, {length}": loop.timed_fresh(app, request, header, _value(header, fill, size))
                for name, fill in FILLS.items()
                for length, size in (("usual", USUAL), ("long", LONG))
            },
        )


def _asked(guard: str) -> Iterator[tuple[str, str]]:
    every = {name: headers for name, (_, headers) in PLACES.items()}
    places = every if guard in _GUARDS else _OTHERS
    for place, headers in places.items():
        # Around Flask nothing else is seen than what answers before Flask.
        if guard == "crossguard.flask" and place != "preflight":
            continue
        for header in headers:
            yield place, header


def _check_same(short: Answer, long: Answer) -> None:
    """Assert that a long value gets the answer that a short one gets, so that they can be compared."""
    assert short.status == long.status, (short, long)
    name = "access-control-allow-credentials"
    assert short.get(name) == long.get(name), (short, long)
