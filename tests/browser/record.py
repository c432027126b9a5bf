"""Record anew what real browsers do: ``make record``, or ``python -m tests.browser.record``.

    python -m tests.browser.record                      # the other senders, into data/senders.json
    python -m tests.browser.record CASES.jsonl.gz       # cases of fetches: what differs from what they say
    python -m tests.browser.record CASES.jsonl -o NEW.jsonl --engine firefox

Every engine that is installed is asked: Chromium, Firefox (firefox-esr), WebKitGTK (gir1.2-webkit2-4.1, python3-gi,
xvfb), the last one with and without third-party cookies.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.engines import ENGINES, started
from tests.browser.engines.senders import send
from tests.browser.recordings import VERDICTS, Json, differences, read_cases
from tests.browser.sender_cases import RECORDED_SENDERS, SENDERS


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="?", type=Path, help="recorded cases, one JSON object a line")
    parser.add_argument("-o", "--output", type=Path, help="where the cases go with their new answers")
    parser.add_argument(
        "--engine", action="append", choices=list(ENGINES), help="one of them; may be repeated"
    )
    arguments = parser.parse_args()
    names = [name for name in arguments.engine or ENGINES if _is_there(name)]
    if arguments.cases is None:
        _senders(names)
    else:
        _fetches(names, arguments.cases, arguments.output)
    return 0


def _is_there(name: str) -> bool:
    missing = ENGINES[name].missing()
    if missing:
        _say(f"{name}: {missing}")
    return not missing


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _senders(names: list[str]) -> None:
    cases = list(read_cases())
    for name in names:
        with _running(name) as (engine, servers):
            engine.open_pages(cases)
            tab = engine.new_tab()
            answers = {sender.name: send(sender, engine, tab, servers) for sender in SENDERS}
            _say(f"{name}: {len(answers)} senders, {engine.version}")
        recorded = json.loads(RECORDED_SENDERS.read_text()) if RECORDED_SENDERS.exists() else {}
        recorded[name] = {"version": engine.version, "answers": answers}
        RECORDED_SENDERS.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")


def _fetches(names: list[str], path: Path, output: Path | None) -> None:
    cases = list(read_cases(path if path.resolve() != VERDICTS.resolve() else VERDICTS))
    for name in names:
        with _running(name) as (engine, servers):
            engine.open_pages(cases)
            changed = 0
            for case in cases:
                before, case[name] = case.get(name), ask(engine, servers, case)
                fields = differences(before, case[name]) if before else {}
                if fields:
                    changed += 1
                    _say(f"{case['id']}: {fields}")
            _say(f"{name}: {changed} of {len(cases)} differ, {engine.version}")
    if output is not None:
        output.write_text("".join(json.dumps(case) + "\n" for case in cases))


def ask(engine, servers, case: Json) -> Json:
    """Return the answer of *engine*; once more with cookies set anew if it is not the recorded one."""
    answer = engine.answer(case, servers)
    before = case.get(engine.profile)
    if before and differences(before, answer):
        engine.set_cookies(engine.targets, list(engine.pages.values()))
        answer = engine.answer(case, servers)
    return answer


@contextmanager
def _running(name: str) -> Iterator:
    with tempfile.TemporaryDirectory() as directory, started(name, Path(directory)) as running:
        yield running


if __name__ == "__main__":
    sys.exit(main())
