"""Builds a guard for a long list, once, in an interpreter of its own; prints what that took as JSON.

python -m bench.builders HOW KIND COUNT [--memory]
"""

import argparse
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from bench.requests import OWN, environ
from bench.wsgi_client import call

#: A megabyte, as in the targets.
MB = 1024 * 1024


def _core(entries: list[str]) -> Callable[[str], bool]:
    from bench.measures.lists import policy_of

    policy = policy_of(entries)
    return lambda page: bool(policy.actual_edits(page).fields)


def _flask(entries: list[str]) -> Callable[[str], bool]:
    from bench.contenders.flask_apps import APPS

    return _asked(APPS["crossguard.flask"](entries))


def _wsgi(entries: list[str]) -> Callable[[str], bool]:
    from bench.contenders.wsgi_apps import APPS

    return _asked(APPS["crossguard.wsgi"](entries))


def _flask_cors(entries: list[str]) -> Callable[[str], bool]:
    from bench.contenders.flask_apps import APPS

    return _asked(APPS["Flask-CORS"](entries))


def _dictionary(entries: list[str]) -> Callable[[str], bool]:
    table = dict.fromkeys(entries, True)
    return lambda page: table.get(page.replace("shop.", "*.", 1), False)


def _asked(app: Any) -> Callable[[str], bool]:
    """Return whether a page may read; the first request of Flask builds the rest."""
    return lambda page: call(app, environ("GET", {"origin": page})).get("access-control-allow-origin") == page


BUILDERS = {
    "load_config and compile_policy": _core,
    "crossguard.flask, with the first request": _flask,
    "crossguard.wsgi": _wsgi,
    "Flask-CORS, with the first request": _flask_cors,
    "a dictionary": _dictionary,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("how", choices=list(BUILDERS))
    parser.add_argument("kind", choices=("exact", "patterns"))
    parser.add_argument("count", type=int)
    parser.add_argument("--memory", action="store_true", help="watch the allocator instead of the clock")
    arguments = parser.parse_args()
    build = BUILDERS[arguments.how]
    from bench.measures import lists

    # With what is loaded once and for all, such as the list of public suffixes.
    warm = build(["https://*.example.org"] if arguments.kind == "patterns" else ["https://a.example.org"])
    warm("https://a.example.org")
    entries = getattr(lists, arguments.kind)(arguments.count)
    page = entries[-1].replace("*.", "shop.")
    gc.collect()
    if arguments.memory:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
    start = time.process_time()
    ask = build(entries)
    assert ask(page), "the last entry has to be let in"
    took = time.process_time() - start
    assert not ask(OWN)
    found = {"seconds": took}
    if arguments.memory:
        peak = tracemalloc.get_traced_memory()[1]
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
        found = {"held": (held - before) / MB, "peak": (peak - before) / MB}
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
