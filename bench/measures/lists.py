"""Long lists: a million origins and 100,000 subdomain patterns answer as fast as one.

Asked by one page again and again, and by another page each time. The second is compared with a list of a few
hundred asked likewise, because nobody can be another one on a list of one; the requests are as many, and
stand at as many places in memory. The floor is a dictionary of that size: from the memory of the machine even
that has to fetch what the cache does not hold.
"""

from collections.abc import Callable
from itertools import islice, repeat
from typing import Any

from bench.contenders import GUARDED, flask_apps, wsgi_apps
from bench.figures import Measured, Target, at_most, measured
from bench.requests import LISTED, REQUESTS, check, environ
from bench.timing import Pace, Samples, Timed, clock, medians, quotient, rounds
from bench.wsgi_client import call, timed_each
from crossguard import Policy, compile_policy, load_config
from crossguard.suffixes import is_public_suffix

TITLE = "Long lists: time of an answer"
LIMIT = 1.3
SAME, OTHER = "the same page again", "another page each time"
#: What is asked in a round trip of all pages; more than the caches near the processor hold.
ASKED = 100_000
FEW = 500

#: What is measured of each list.
WHOLE, PREFLIGHT, REQUEST, DECISION, LOOKUP = (
    "request of Flask, crossguard.flask",
    "preflight, crossguard.flask",
    "request, crossguard.wsgi around a function",
    "decision, Policy.actual_edits",
    "look-up in a dictionary",
)


def exact(count: int) -> list[str]:
    """Return *count* origins; none is at the place that its number says."""
    return [f"https://customer-{number}.example.org" for number in range(count)]


def patterns(count: int) -> list[str]:
    """Return *count* patterns for subdomains."""
    return [f"https://*.customer-{number}.example.org" for number in range(count)]


def _page_of(entry: str, number: int) -> str:
    return entry.replace("*", f"shop-{number % 7}")


def policy_of(entries: list[str]) -> Policy:
    """Compile a policy for *entries*, as an application without a framework does."""
    options: dict[str, object] = {"origins": entries, **GUARDED}
    return compile_policy(load_config(options, is_public_suffix=is_public_suffix))


def measure(pace: Pace) -> Measured:
    """Return microseconds by list and by who asks."""
    rows: dict[str, dict[str, float]] = {}
    targets: list[Target] = []
    for kind, make, size in (("origin", exact, 1_000_000), ("pattern", patterns, 100_000)):
        many = 2_000 if pace.quick else size
        asked = 1_000 if pace.quick else ASKED
        lists = {1: make(1), FEW: make(FEW), many: make(many)}
        guards = {count: _Guards(entries, kind) for count, entries in lists.items()}
        pages = {count: _pages(entries, asked) for count, entries in lists.items()}
        for column in (LOOKUP, DECISION, PREFLIGHT, REQUEST, WHOLE):
            runs: dict[str, Timed] = {}
            for count in lists:
                time_of = guards[count].runs[column]
                runs[_row(kind, count, SAME)] = time_of(pages[count][-1:])
                if count > 1:
                    runs[_row(kind, count, OTHER)] = time_of(pages[count])
            samples = rounds(runs, pace)
            for row, value in medians(samples).items():
                rows.setdefault(row, {})[column] = value
            if column != LOOKUP:
                targets += _targets(column, (kind, many), samples, rows)
    return measured(
        TITLE,
        f"microseconds of processor time; {asked:,} requests of other pages, and none of them knows its hash",
        rows,
        targets=targets,
        notes=["The dictionary of patterns is asked for what follows the first label of a page."],
    )


def _row(kind: str, count: int, who: str) -> str:
    return f"{count:,} {kind}{'s' if count > 1 else ''}, {who}"


def _targets(
    column: str, many: tuple[str, int], samples: Samples, rows: dict[str, dict[str, float]]
) -> list[Target]:
    found = []
    for who, few in ((SAME, 1), (OTHER, FEW)):
        row, base = _row(*many, who), _row(many[0], few, who)
        # What the memory of the machine takes longer to fetch, nobody can save.
        longer = rows[row][LOOKUP] - rows[base][LOOKUP]
        floor = (rows[base][column] + longer) / rows[base][column]
        of_what = "that of the shorter list and what a dictionary of the length takes longer"
        times = quotient(samples, row, base)
        found.append(at_most(f"{column}: {row}", times, LIMIT, f"times that of {few}", (floor, of_what)))
    return found


def _pages(entries: list[str], count: int) -> list[bytes]:
    """Return *count* origins that are let in by *entries*, each in a place of its own in memory."""
    # A step that shares no factor with the length comes by everywhere, far from where it was.
    step = 7_919
    size = len(entries)
    return [_page_of(entries[number * step % size], number).encode() for number in range(count)]


class _Guards:
    """Everything that is asked about one list, after its answers have been found right."""

    def __init__(self, entries: list[str], kind: str) -> None:
        page = _page_of(entries[-1], 0)
        flask = flask_apps.APPS["crossguard.flask"](entries)
        wsgi = wsgi_apps.APPS["crossguard.wsgi"](entries)
        method, headers = REQUESTS["preflight"]
        preflight = environ(method, headers | {"origin": page})
        request = environ("GET", {"origin": page})
        check(call(flask, preflight), "preflight", PREFLIGHT, guarded=True, origin=page)
        check(call(wsgi, request), "allowed", REQUEST, guarded=True, origin=page)
        stranger = environ("GET", {"origin": LISTED})
        assert call(wsgi, stranger).get("access-control-allow-origin") is None
        edits = policy_of(entries).actual_edits
        assert ("Access-Control-Allow-Origin", page) in edits(page).fields
        items = environ(*REQUESTS["allowed"]) | {"HTTP_ORIGIN": page}
        check(call(flask, items), "allowed", WHOLE, guarded=True, origin=page)
        self.runs: dict[str, Callable[[list[bytes]], Timed]] = {
            WHOLE: lambda pages: timed_each(flask, items, "HTTP_ORIGIN", pages),
            PREFLIGHT: lambda pages: timed_each(flask, preflight, "HTTP_ORIGIN", pages),
            REQUEST: lambda pages: timed_each(wsgi, request, "HTTP_ORIGIN", pages),
            DECISION: lambda pages: _asked(edits, pages),
            LOOKUP: _look_up(entries, kind),
        }


def _asked(ask: Callable[[str], Any], pages: list[bytes]) -> Timed:
    at = 0

    def run(count: int) -> float:
        nonlocal at
        # Where the last turn ended, so that it is not the same few pages that are asked about.
        chosen = list(islice(_cycled(pages, at), count))
        at = (at + count) % len(pages)
        start = clock()
        for page in chosen:
            ask(page.decode("latin-1"))
        return clock() - start

    return run


def _cycled(pages: list[bytes], at: int) -> Any:
    for _ in repeat(None):
        yield from islice(pages, at, None)
        yield from islice(pages, 0, at)


def _look_up(entries: list[str], kind: str) -> Callable[[list[bytes]], Timed]:
    if kind == "origin":
        table = dict.fromkeys(entries, True)
        assert table.get(entries[-1])
        return lambda pages: _asked(table.get, pages)
    suffixes = dict.fromkeys((entry.partition("*")[2] for entry in entries), True)
    return lambda pages: _asked(lambda page: suffixes.get(page[page.index(".") :]), pages)
