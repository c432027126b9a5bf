"""What a measure returns: a table of figures, and what they should have been. Plain data, for JSON."""

from typing import TypedDict


class Target(TypedDict):
    """A figure that was aimed at.

    ``floor`` is what the least possible takes in the same run, by ``floor_is``; None where there is no such
    thing.
    """

    what: str
    value: float
    bound: str
    limit: float
    unit: str
    reached: bool
    floor: float | None
    floor_is: str


class Measured(TypedDict):
    """One measure: figures by row and by column, with their unit."""

    title: str
    unit: str
    rows: dict[str, dict[str, float]]
    targets: list[Target]
    notes: list[str]
    skipped: str


def measured(
    title: str,
    unit: str,
    rows: dict[str, dict[str, float]],
    *,
    targets: list[Target] | None = None,
    notes: list[str] | None = None,
) -> Measured:
    """Return a measure that took place."""
    return Measured(title=title, unit=unit, rows=rows, targets=targets or [], notes=notes or [], skipped="")


def skipped(title: str, why: str) -> Measured:
    """Return a measure for which this machine lacks something."""
    return Measured(title=title, unit="", rows={}, targets=[], notes=[], skipped=why)


def at_most(
    what: str, value: float, limit: float, unit: str, floor: tuple[float, str] | None = None
) -> Target:
    """Return a target that is reached by not more than *limit*; *floor* is a figure and what it is of."""
    return _target(what, value, ("at most", limit, unit), value <= limit, floor)


def at_least(what: str, value: float, limit: float, unit: str) -> Target:
    """Return a target that is reached by not less than *limit*."""
    return _target(what, value, ("at least", limit, unit), value >= limit, None)


def _target(
    what: str, value: float, aim: tuple[str, float, str], reached: bool, floor: tuple[float, str] | None
) -> Target:
    bound, limit, unit = aim
    least, of_what = (None, "") if floor is None else floor
    return Target(
        what=what,
        value=round(value, 3),
        bound=bound,
        limit=limit,
        unit=unit,
        reached=reached,
        floor=None if least is None else round(least, 3),
        floor_is=of_what,
    )
