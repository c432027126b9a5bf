"""What an import takes in a fresh interpreter, its byte code being cached."""

import statistics

from bench.children import child
from bench.figures import Measured, at_most, measured
from bench.timing import Pace

TITLE = "Imports"
LIMIT = 8.0
ROUNDS = 15

_TIMED = """
import time
{before}
start = time.process_time()
{imports}
print((time.process_time() - start) * 1e3)
"""
#: What is there already, and what is imported then.
_CASES = {
    "crossguard": ("", "import crossguard"),
    "crossguard.flask, after flask": ("import flask", "import crossguard.flask"),
    "crossguard.wsgi": ("", "import crossguard.wsgi"),
    "crossguard.asgi": ("", "import crossguard.asgi"),
    "flask_cors, after flask": ("import flask", "import flask_cors"),
}
_OTHERS = """
import json, sys
{before}
known = set(sys.modules)
{imports}
found = [name for name in sys.modules if name not in known and name.partition(".")[0] != "crossguard"]
print(json.dumps(found))
"""


def measure(pace: Pace) -> Measured:
    """Return milliseconds by what is imported."""
    programs = {}
    for name, (before, imports) in _CASES.items():
        programs[name, "all of it"] = _TIMED.format(before=before, imports=imports)
        if name.startswith("crossguard"):
            others = child("-c", _OTHERS.format(before=before, imports=imports))
            alone = "\n".join(f"import {other}" for other in others) or "pass"
            programs[name, "what it imports of others"] = _TIMED.format(before=before, imports=alone)
    for program in programs.values():
        child("-c", program)
    samples: dict[tuple[str, str], list[float]] = {case: [] for case in programs}
    for _ in range(1 if pace.quick else ROUNDS):
        for case, program in programs.items():
            samples[case].append(child("-c", program))
    rows: dict[str, dict[str, float]] = {}
    for (name, column), values in samples.items():
        rows.setdefault(name, {})[column] = round(statistics.median(values), 3)
    targets = [
        at_most(
            f"import {name}",
            rows[name]["all of it"],
            LIMIT,
            "ms",
            (
                rows[name]["what it imports of others"],
                "the modules of others that it imports",
            ),
        )
        for name in ("crossguard", "crossguard.flask, after flask")
    ]
    return measured(TITLE, "milliseconds of processor time", rows, targets=targets)
