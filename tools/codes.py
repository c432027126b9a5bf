"""Write docs/codes.md: every code of an explanation, from the tables that the explanations read.

python tools/codes.py
"""

import json
import re
import sys
from pathlib import Path

from crossguard.browser.codes import CookieCode
from crossguard.explain.answered import ROWS
from crossguard.explain.examples import API, EXAMPLES, PAGE, Example
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, HINT_TEXTS, CodeText, Hint
from crossguard.explain.verdicts import explain_verdict

PAGE_FILE = Path(__file__).parent.parent / "docs" / "codes.md"
_LONGEST = 60

HEAD = """# Codes

What `flask cors explain`, `crossguard check`, the pytest plugin and the example application say when a
browser refuses. The reasons of a policy are in the [reference](reference.md). This page is written from the
tables in the source, and a test runs every example through the browser model.

[Failures](#failures) · [Cookies](#cookies) · [Hints](#hints) · [Who answered](#who-answered)

## Failures

A page at `http://localhost:8080` calls `http://localhost:5000/items`, unless said otherwise.

| code | what happened | what to write | step of the standard | example |
|---|---|---|---|---|
"""
COOKIES = """
## Cookies

Why a cookie was not stored, or not sent.

| code | meaning | what to write |
|---|---|---|
"""
HINTS = """
## Hints

What did not stop a fetch, and is likely to be what a developer is looking for.

| code | meaning | what to write |
|---|---|---|
"""
WHO = """
## Who answered

An answer that the API did not give has no header of CORS, and the browser's console names CORS then. Where it
carries what only one proxy, host, tunnel or program sends, the summary and the fix say who that was. An answer
that names an origin that may read it is the API's own. Where it shows only what it came through, as `CF-Ray`
does, the summary calls that likely.

| who | what its answer means | what to write |
|---|---|---|
"""


def page() -> str:
    """Return the text of docs/codes.md."""
    failures = "".join(_failure(example) for example in EXAMPLES)
    cookies = "".join(_words(code.value, COOKIE_TEXTS[code]) for code in CookieCode)
    hints = "".join(_words(hint.value, HINT_TEXTS[hint]) for hint in Hint)
    who = "".join(f"| {row.name} | {_cell(row.why)} | {_cell(row.fix)} |\n" for row in ROWS)
    return f"{HEAD}{failures}{COOKIES}{cookies}{HINTS}{hints}{WHO}{who}"


def _failure(example: Example) -> str:
    verdict = example.run()
    diagnosis = explain_verdict(verdict)
    words = CODE_TEXTS[example.code]
    meaning = diagnosis.summary.partition("cannot read the answer: ")[2] or words.meaning
    return _row(
        example.code.value,
        meaning,
        diagnosis.fix,
        diagnosis.step,
        f"{_call(example)}{_answers(example)}",
    )


def _words(code: str, words: CodeText) -> str:
    if code == Hint.OTHER_SERVER:
        return _row(code, "[who answered](#who-answered), and what that means", "what stands there")
    # What stands for evidence in the words has none here.
    return _row(code, *(re.sub(r"{[\w-]+}", "…", text) for text in (words.meaning, words.fix)))


def _call(example: Example) -> str:
    place = "" if example.page == PAGE else f" from `{example.page}`"
    if example.websocket:
        return f"`new WebSocket('{example.url}')`{place}"
    if example.event_source:
        return f"`new EventSource('{example.url}')`{place}"
    options = {name: _short(value) for name, value in example.options.items()}
    target = "…" if example.url == API else f"'{example.url}'"
    return f"`fetch({target}{', ' + json.dumps(options) if options else ''})`{place}"


def _answers(example: Example) -> str:
    parts = []
    for status, headers in example.answers:
        fields = "; ".join(f"`{name}: {value}`" for name, value in headers.items())
        parts.append(f"{status}{' ' + fields if fields else ''}")
    return f" → {', then '.join(parts)}" if parts else ""


def _short(value: object) -> object:
    return f"{value[:8]}…" if isinstance(value, str) and len(value) > _LONGEST else value


def _row(code: str, *cells: str) -> str:
    return f"| `{code}` | {' | '.join(map(_cell, cells))} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    PAGE_FILE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
