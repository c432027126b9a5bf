"""The measures: a module for each, with ``measure(pace)``."""

from collections.abc import Callable
from functools import partial

from bench.figures import Measured
from bench.measures import (
    browser,
    building,
    edge,
    flask_requests,
    headers,
    huge,
    imports,
    lines,
    lists,
    other_requests,
    prefixes,
    refusals,
    server,
)
from bench.timing import Pace

#: By name, in the order in which they are printed.
MEASURES: dict[str, Callable[[Pace], Measured]] = {
    "flask": flask_requests.measure,
    **{
        name.lower(): partial(other_requests.measure, name)
        for name in other_requests.WSGI | other_requests.ASGI
    },
    "lists": lists.measure,
    "building": building.measure,
    "headers": headers.measure,
    "huge": huge.measure,
    "prefixes": prefixes.measure,
    "imports": imports.measure,
    "server": server.measure,
    "edge": edge.measure,
    "browser": browser.measure,
    "refusals": refusals.measure,
    "writes": refusals.measure_writes,
    "lines": lines.measure,
}
