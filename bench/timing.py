"""Time by the processor's clock of this process: medians of rounds in which everybody takes a turn.

The clock counts what this process does and nothing of what its neighbours do. What it cannot take out is
that a busy machine is slower, for everybody: so contenders are compared within one round, and the median
of the differences, or of the quotients, is reported.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

#: Does something so many times and returns the seconds that took.
Timed = Callable[[int], float]
#: Microseconds for one time: by contender, one figure for each round.
Samples = dict[str, list[float]]

clock = time.process_time


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure: so many rounds, and so many seconds for each turn."""

    rounds: int
    seconds: float
    #: A smoke run: lists are short, and the figures mean nothing.
    quick: bool = False


FULL = Pace(rounds=30, seconds=0.01)
QUICK = Pace(rounds=2, seconds=0.0005, quick=True)


def rounds(runs: Mapping[str, Timed], pace: Pace, *, most: int = 1_000_000) -> Samples:
    """Return what each of *runs* took in each round; no turn does its work more than *most* times."""
    with quiet():
        counts = {name: _count(run, pace.seconds, most) for name, run in runs.items()}
        samples: Samples = {name: [] for name in runs}
        names = list(runs)
        for _ in range(pace.rounds):
            for name in names:
                samples[name].append(runs[name](counts[name]) / counts[name] * 1e6)
            # Nobody always comes after the same neighbour, whose memory is still in the cache.
            names = [*reversed(names[1:]), names[0]]
    return samples


def medians(samples: Samples) -> dict[str, float]:
    """Return the median of each contender."""
    return {name: round(statistics.median(values), 3) for name, values in samples.items()}


def medians_over(samples: Samples, base: str) -> dict[str, float]:
    """Return the median of *base*, and of the others that plus the median of the difference to it.

    Neighbours in time share what the machine was busy with; their difference is steadier than they are.
    """
    bare = samples[base]
    middle = statistics.median(bare)
    return {
        name: round(middle + statistics.median(map(float.__sub__, values, bare)), 3)
        for name, values in samples.items()
    }


def quotient(samples: Samples, name: str, base: str) -> float:
    """Return how many times as long as *base* something took: the median over the rounds."""
    return round(statistics.median(map(float.__truediv__, samples[name], samples[base])), 3)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the garbage collector out of the measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _count(run: Timed, seconds: float, most: int) -> int:
    """Return how many times fit into *seconds*; what runs here warms up as well."""
    count = 1
    while (took := run(count)) < seconds / 2 and count < most:
        count = min(most, count * 2 if took * 8 > seconds else count * 8)
    return max(1, min(most, int(count * seconds / took))) if took > 0 else count
