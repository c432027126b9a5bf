"""The measures as Markdown."""

from collections.abc import Iterable, Mapping

from bench.figures import Measured, Target


def markdown(measures: Mapping[str, Measured]) -> str:
    """Return a section for each measure, and all targets at the end."""
    parts = [part for measure in measures.values() for part in _section(measure)]
    targets = [target for measure in measures.values() for target in measure["targets"]]
    if targets:
        parts += ["## Targets", table(("", "aimed at", "measured", ""), map(_row, targets))]
        parts += [
            f"Not reached: {target['what']}. The floor is {_figure(target['floor'], target['unit'])}: "
            f"{target['floor_is']}."
            for target in targets
            if not target["reached"] and target["floor"] is not None
        ]
    return "\n\n".join(parts)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table whose first column is words and whose others are figures."""
    titles = list(head)
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _section(measure: Measured) -> Iterable[str]:
    yield f"## {measure['title']}"
    if measure["skipped"]:
        yield f"Skipped: {measure['skipped']}."
        return
    columns = list(dict.fromkeys(name for row in measure["rows"].values() for name in row))
    yield f"In {measure['unit']}."
    yield table(
        ("", *columns),
        ([name, *(_number(row.get(column)) for column in columns)] for name, row in measure["rows"].items()),
    )
    yield from measure["notes"]


def _row(target: Target) -> tuple[str, ...]:
    limit = f"{target['bound']} {_figure(target['limit'], target['unit'])}"
    reached = "reached" if target["reached"] else "not reached"
    return target["what"], limit, _figure(target["value"], target["unit"]), reached


def _figure(value: float | None, unit: str) -> str:
    return f"{_number(value)} {unit}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
