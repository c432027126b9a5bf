"""The figures of bench/results.json as the table in README.md; used by reference.py."""

import json
from pathlib import Path

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
LIBRARIES = {"crossguard": "Crossguard", "Flask-CORS": "Flask-CORS"}


def table() -> str:
    """Return the lines between the two marks of README.md."""
    document = json.loads(RESULTS.read_text("utf-8"))
    results = document["results"]
    columns = [(name, count) for name in LIBRARIES for count in COUNTS]
    head = [f"{LIBRARIES[name]}, {count}" for name, count in columns]
    lines = [f"| | {' | '.join(head)} |", f"|---{'|---:' * len(head)}|"]
    for request, text in ROWS.items():
        if f"{request}, {COUNTS[0]}" not in results:
            continue
        cells = [_cell(request, results[f"{request}, {count}"], name) for name, count in columns]
        lines.append(f"| {text} | {' | '.join(cells)} |")
    versions = document["versions"]
    bare = results["no Origin, 1 origin"]["Flask"]
    note = (
        f"Medians on Python {document['python']}, Flask {versions['flask']}, Flask-CORS "
        f"{versions['flask-cors']}, where Flask alone takes {bare:.0f} µs for the request. "
        "`make bench` measures on your machine."
    )
    return "\n".join([*lines, "", note])


def with_figures(readme: str) -> str:
    """Return the text of README.md with the table in its place."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or not after:
        raise LookupError(f"README.md has lost the marks {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _cell(request: str, figures: dict[str, float], name: str) -> str:
    value = figures[name] if request == "preflight" else figures[name] - figures["Flask"]
    return f"{value:.{1 if abs(value) < TENS else 0}f} µs"
