"""1 MB of anything through the core, which has no server in front of it that would cut it."""

from collections.abc import Callable, Iterator
from typing import Any

from bench.contenders import GUARDED
from bench.figures import Measured, at_most, measured
from bench.fills import FILLS, HUGE, USUAL
from bench.requests import LISTED, OWN
from bench.timing import Pace, Timed, clock, medians, quotient, rounds
from crossguard import RequestFacts, apply_edits, compile_policy, decide, load_config
from crossguard.core.request import WriteFacts

TITLE = "1 MB through the core"
LIMIT = 2.0
#: A sixteenth, to see whether more takes more than so much more.
PART = HUGE // 16
LINEAR = 16 * 1.3
_MOST = 16
_LOOKUP = "a look-up in a dictionary"
_READ = "its case lowered"
_ANSWERED = "of the response"

Ask = Callable[[str], object]


def measure(pace: Pace) -> Measured:
    """Return microseconds by what is asked and by length, at the worst fill."""
    rows: dict[str, dict[str, float]] = {}
    growths: dict[str, float] = {}
    # A smoke run takes all in sixteenths.
    huge = PART if pace.quick else HUGE
    lengths = {"16 characters": USUAL, "64 KB": huge // 16, "1 MB": huge}
    short, part, whole = lengths
    for what, ask in _asks():
        worst: dict[str, float] = {}
        growth = 0.0
        for fill in FILLS.values():
            runs = {name: _fresh(ask, fill(size)) for name, size in lengths.items()}
            samples = rounds(runs, Pace(max(2, pace.rounds // 6), pace.seconds / 10), most=_MOST)
            found = medians(samples)
            times = quotient(samples, whole, short)
            if times > worst.get("times", -1.0):
                worst = {**found, "times": times}
                growth = quotient(samples, whole, part)
        rows[what] = worst
        growths[what] = growth
    # What the application itself answers is no stranger's; there it is enough that the work is linear.
    sent = [what for what in rows if what not in {_LOOKUP, _READ} and not what.endswith(_ANSWERED)]
    found_at = max(sent, key=lambda what: rows[what]["times"])
    steepest = max(growths, key=lambda what: growths[what])
    targets = [
        at_most(
            f"1 MB in a header through the core: {found_at}",
            rows[found_at]["times"],
            LIMIT,
            "times the usual",
            (rows[_READ]["times"], "reading it once, to lower its case"),
        ),
        at_most(
            f"1 MB through the core: {steepest}", growths[steepest], LINEAR, "times 64 KB, which is a 16th"
        ),
    ]
    return measured(TITLE, "microseconds of processor time at the worst fill", rows, targets=targets)


def _fresh(ask: Ask, value: str) -> Timed:
    raw = value.encode("latin-1")

    def run(count: int) -> float:
        # None of them knows its hash, as nothing that arrives does.
        ready = [raw.decode("latin-1") for _ in range(count)]
        # Finds each of them once, which a million of other characters between them would make dear.
        sum(map(len, ready))
        start = clock()
        for made in ready:
            ask(made)
        return clock() - start

    return run


def _asks() -> Iterator[tuple[str, Ask]]:
    yield _LOOKUP, {LISTED: True}.get
    yield _READ, str.lower
    listed = _policy(allow_headers=["Content-Type"])
    echoing = _policy(allow_headers="*")
    subdomains = _policy(origins=["https://*.example.com"])
    # An origin that is derived from the request is compared with what the request says.
    derived = _policy(public_origins=[], json_only=True, on_missing="deny")
    for name, policy in (("exact origins", listed), ("patterns", subdomains)):
        yield f"Origin of a request, {name}", policy.actual_edits
        yield f"Origin of a preflight, {name}", policy.preflight_edits
        yield f"Origin, with the reason, {name}", lambda value, policy=policy: decide(policy, _facts(value))
    for name, policy in (("named", listed), ("all of them", echoing)):
        yield (
            f"Access-Control-Request-Headers, allowed are {name}",
            lambda value, policy=policy: policy.preflight_edits(LISTED, value),
        )
        yield (
            f"Access-Control-Request-Headers, with the reason, allowed are {name}",
            lambda value, policy=policy: decide(policy, _facts(LISTED, headers=value)),
        )
    yield (
        "Access-Control-Request-Method, with the reason",
        lambda value: decide(listed, _facts(LISTED, method=value)),
    )
    yield from _writes("the gate", listed)
    yield from _writes("a strict gate", derived)
    edits = listed.actual_edits(LISTED)
    yield "Vary of the response", lambda value: apply_edits(edits, [("Vary", value)])
    yield "another header of the response", lambda value: apply_edits(edits, [("Set-Cookie", value)])
    yield "the name of a header of the response", lambda value: apply_edits(edits, [(value, "1")])


def _writes(which: str, policy: Any) -> Iterator[tuple[str, Ask]]:
    gate = policy.gate
    assert gate is not None
    assert gate.decide(WriteFacts("POST", "http", "localhost:5000", LISTED)).allowed
    yield f"Origin, {which} at a glance", lambda value: gate.passes("same-site", value)
    yield f"Sec-Fetch-Site, {which} at a glance", lambda value: gate.passes(value, LISTED)
    for header, field in {
        "Host": "host",
        "Origin": "origin",
        "Sec-Fetch-Site": "fetch_site",
        "Referer": "referer",
        "Authorization": "authorization",
        "Cookie": "cookie",
        "Content-Type": "content_type",
    }.items():
        facts = WriteFacts("POST", "http", "localhost:5000")
        if field == "host":
            facts = facts._replace(origin=OWN)
        if field == "cookie":
            facts = facts._replace(authorization="Bearer abc")
        yield (
            f"{header}, {which}",
            lambda value, facts=facts, field=field: gate.decide(facts._replace(**{field: value})),
        )


def _facts(origin: str, *, headers: str | None = None, method: str = "POST") -> RequestFacts:
    return RequestFacts(
        method="OPTIONS", url=OWN, origin=origin, requested_method=method, requested_headers=headers
    )


def _policy(**options: object) -> Any:
    complete = {"origins": [LISTED], **GUARDED, **options}
    return compile_policy(load_config(complete, is_public_suffix=lambda _host: False))
