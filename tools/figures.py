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
    "no Origin": "a request without `Origin`: what is added",
    "allowed": "a request from a listed origin: what is added",
    "refused": "a request from another origin: what is added",
    "preflight": "a preflight: in all",
}


def table() -> str:
    """Return the lines between the two marks of README.md."""
    document = json.loads(RESULTS.read_text("utf-8"))
    lines = ["| request | origins listed | Crossguard | Flask-CORS |", "|---|---:|---:|---:|"]
    for case, figures in document["results"].items():
        request, _, count = case.partition(", ")
        cells = [_cell(request, figures, name) for name in ("crossguard", "Flask-CORS")]
        lines.append(f"| {ROWS[request]} | {count.split()[0]} | {' | '.join(cells)} |")
    versions = document["versions"]
    bare = document["results"]["no Origin, 1 origin"]["Flask"]
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
    if request == "preflight":
        return f"{figures[name]:.1f} µs"
    return f"{figures[name] - figures['Flask']:+.1f} µs"
