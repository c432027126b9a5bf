"""Counts work instead of measuring time: lines of Python that run, and memory that is taken."""

import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple


class Work(NamedTuple):
    lines: int
    bytes: int


def work_of(call: Callable[[], object]) -> Work:
    """Return the lines of Python that *call* runs and the most memory that it holds at once."""
    lines = 0

    def trace(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    # A collection may run callbacks that are no part of the call; hypothesis has one.
    gc.disable()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
        gc.enable()
    tracemalloc.start()
    try:
        call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Work(lines, peak)


def stays_small(ask: Callable[[int], object]) -> bool:
    """Tell whether the most memory that is held stays the same as *ask* is called with number after number.

    Threads that other tests have left allocate as well: what keeps every answer grows each time.
    """
    return any(_stays_small(ask, first) for first in (0, 20_000, 40_000))


def _stays_small(ask: Callable[[int], object], first: int) -> bool:
    tracemalloc.start()
    try:
        held = []
        for numbers in (range(first, first + 5_000), range(first + 5_000, first + 20_000)):
            for number in numbers:
                ask(number)
            held.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    return held[1] < held[0] * 1.2 + 10_000
