"""Write the figures of bench/results.json: all of them into docs/benchmarks.md, a few into README.md.

python -m tools.figures           # write
python -m tools.figures --check   # exit code 1 and a line for each file that is stale
"""

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from bench.report import markdown
from tools.generated import settle

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results.json"
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN = "<!-- figures: written by `make docs` from bench/results.json -->"
END = "<!-- end of figures -->"

OURS, THEIRS = "crossguard.flask", "Flask-CORS"
#: From here on the measurement is not as exact as a tenth.
TENS = 10

HEAD = """\
# Benchmarks

<!-- Written by `make docs` from bench/results.json. Changes here are lost. -->

What Crossguard costs, beside the bare framework, beside other libraries, and beside a *floor*: the least that
a wrapper can do, with one look-up and ready headers. `make bench` measures on your machine and writes
the same tables. Compare figures within a table; the machine decides how large they are.
"""
PICTURE = """\
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/bench-dark.svg">
  <img src="images/bench-light.svg" alt="Bars for Flask, Django, Starlette and Quart: what Crossguard, other \
libraries and the least possible wrapper add to a request, and what a preflight takes.">
</picture>"""


def page(document: Any) -> str:
    """Return docs/benchmarks.md: every measure, and every target with what was reached."""
    targets = [target for measure in document["measures"].values() for target in measure["targets"]]
    missed = sum(not target["reached"] for target in targets)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(document["versions"].items()))
    return "\n\n".join(
        [
            HEAD.rstrip(),
            f"Of {len(targets)} [targets](#targets), {missed} are not reached. The figures are medians:",
            textwrap.fill(f"Python {document['python']}, {versions}.", 120, break_on_hyphens=False),
            PICTURE,
            markdown(document["measures"]) + "\n",
        ]
    )


def with_figures(readme: str, document: Any) -> str:
    """Return the text of README.md with its figures in their place."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or not after:
        raise LookupError(f"README.md has lost the marks {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{_excerpt(document)}\n{END}{after}"


def _excerpt(document: Any) -> str:
    rows = document["measures"]["flask"]["rows"]

    def added(request: str, library: str) -> str:
        return _microseconds(rows[request][library] - rows[request]["Flask"])

    few, many = "allowed, 1 origin", "allowed, 10,000 origins"
    return textwrap.fill(
        f"To a request from a listed origin it adds {added(few, OURS)}, where Flask-CORS adds "
        f"{added(few, THEIRS)}; in a list of 10,000 origins {added(many, OURS)} and {added(many, THEIRS)}. "
        f"A preflight takes {_microseconds(rows['preflight, 1 origin'][OURS])} in all, with Flask-CORS "
        f"{_microseconds(rows['preflight, 1 origin'][THEIRS])}. [Benchmarks](docs/benchmarks.md) has every "
        "figure, also those that miss what was aimed at.",
        120,
        break_on_hyphens=False,
    )


def _microseconds(value: float) -> str:
    return f"{value:,.{1 if abs(value) < TENS else 0}f} µs"


def main() -> int:
    document = json.loads(RESULTS.read_text("utf-8"))
    return settle({PAGE: page(document), README: with_figures(README.read_text("utf-8"), document)})


if __name__ == "__main__":
    sys.exit(main())
