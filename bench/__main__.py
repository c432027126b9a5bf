"""Measure Crossguard beside bare frameworks, other libraries and the least that a wrapper can do.

python -m bench                  # everything; writes bench/results.json and docs/images/bench-*.svg
python -m bench --only imports   # one measure, beside what the file has of the others
python -m bench --quick          # a smoke run: checks every answer, and its figures mean nothing
"""

import argparse
import logging
import sys
import time

from bench import report, results
from bench.contenders import installed
from bench.measures import MEASURES
from bench.timing import FULL, QUICK


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a smoke run, which writes nothing")
    parser.add_argument(
        "--only", action="append", choices=list(MEASURES), metavar="NAME", help=", ".join(MEASURES)
    )
    parser.add_argument("--no-write", action="store_true", help="leave the files as they are")
    arguments = parser.parse_args()
    # Refusals are logged at what a server costs them; writing the lines is the server's.
    logging.getLogger("crossguard").addHandler(logging.NullHandler())
    logging.getLogger("crossguard").propagate = False
    measures = {}
    for name in arguments.only or MEASURES:
        start = time.monotonic()
        measures[name] = MEASURES[name](QUICK if arguments.quick else FULL)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(report.markdown(measures))
    if not (arguments.no_write or arguments.quick):
        results.write(measures, MEASURES)
        if installed("matplotlib"):
            from bench import plot

            plot.draw()
        else:
            print("docs/images/bench-*.svg: not drawn, because matplotlib is not installed", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
