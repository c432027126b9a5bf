"""The figures of bench/results.json as they stand in README.md; used by reference.py."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results.json"
README = ROOT / "README.md"
BEGIN = "<!-- figures: written by `make docs` from bench/results.json -->"
END = "<!-- end of figures -->"

#: What the table shows of each measured request.
ROWS = {
    "no Origin": "added to a request without `Origin`",
    "allowed": "added to a request from a listed origin",
    "refused": "added to a request from another origin",
    "write": "added to a write from a listed origin",
    "preflight": "a preflight, in all",
}
COUNTS = ("1 origin", "10,000 origins")
#: From here on the measurement is not as exact as a tenth.
TENS = 10
LIBRARIES = {"crossguard.flask": "Crossguard", "Flask-CORS": "Flask-CORS"}

PICTURE = """\
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="docs/images/bench-dark.svg">
  <img src="docs/images/bench-light.svg" alt="Bars for Flask, Django, Starlette and Quart: what Crossguard, \
other libraries and the least possible wrapper add to a request, and what a preflight takes.">
</picture>"""


def figures() -> str:
    """Return the lines between the two marks of README.md."""
    document = json.loads(RESULTS.read_text("utf-8"))
    return "\n\n".join([_table(document), _note(document), PICTURE, *_targets(document)])


def with_figures(readme: str) -> str:
    """Return the text of README.md with the figures in their place."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or not after:
        raise LookupError(f"README.md has lost the marks {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{figures()}\n{END}{after}"


def _table(document: Any) -> str:
    rows = document["measures"]["flask"]["rows"]
    columns = [(name, count) for name in LIBRARIES for count in COUNTS]
    head = [f"{LIBRARIES[name]}, {count}" for name, count in columns]
    lines = [f"| | {' | '.join(head)} |", f"|---{'|---:' * len(head)}|"]
    for request, text in ROWS.items():
        cells = [_cell(request, rows[f"{request}, {count}"], name) for name, count in columns]
        lines.append(f"| {text} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _note(document: Any) -> str:
    versions = document["versions"]
    bare = document["measures"]["flask"]["rows"]["no Origin, 1 origin"]["Flask"]
    return (
        f"Medians on Python {document['python']}, Flask {versions['flask']}, Flask-CORS "
        f"{versions['flask-cors']}, where Flask alone takes {bare:.0f} µs for the request. "
        "`make bench` measures on your machine."
    )


def _targets(document: Any) -> list[str]:
    """Return how many of the targets are reached, and a line for each that is not."""
    targets = [target for measure in document["measures"].values() for target in measure["targets"]]
    missed = [target for target in targets if not target["reached"]]
    count = f"`make bench` compares {len(targets)} figures with what was aimed at."
    if not missed:
        return [f"{count} All are reached."]
    lines = [f"{count} Not reached:", ""]
    for target in missed:
        unit = target["unit"]
        line = f"- {target['what']}: {_number(target['value'])} {unit}, aimed at {_number(target['limit'])}."
        if target["floor"] is not None:
            line += f" The floor is {_number(target['floor'])}: {target['floor_is']}."
        lines.append(line)
    return ["\n".join(lines)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= TENS * TENS else f"{value:.3g}"


def _cell(request: str, figures: dict[str, float], name: str) -> str:
    value = figures[name] if request == "preflight" else figures[name] - figures["Flask"]
    return f"{value:.{1 if abs(value) < TENS else 0}f} µs"
