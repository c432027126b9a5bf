"""Write docs/codes.md: every code that is printed, from the tables that print it, each with an example.

python -m tools.codes
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

from crossguard.browser.codes import Code, CookieCode
from crossguard.cli.attempt import OTHER_HOST
from crossguard.cli.observations import CHECK_TEXTS, CheckCode
from crossguard.core.decision import Reason
from crossguard.core.issues import IssueCode
from crossguard.edge.differences import EDGE_TEXTS, EdgeCode
from crossguard.explain.answered import ROWS
from crossguard.explain.examples import API, EXAMPLES, PAGE, Example
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, Hint
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.explain.told import TOLD_TEXTS
from crossguard.explain.verdicts import CREDENTIALS_NOT_SUPPORTED, explain_verdict
from crossguard.flask.audit import FINDING_TEXTS, FindingCode
from crossguard.flask.commands.explain import APPLICATION_RAISED
from tools.generated import settle
from tools.hints import COOKIES, HINTS, check_cookie, noted
from tools.mistakes import issue_of
from tools.reasons import EXAMPLES as REASONS
from tools.reasons import explained

PAGE_FILE = Path(__file__).parent.parent / "docs" / "codes.md"
_LONGEST = 60
_FILL = re.compile(r"{[\w-]+(?:![a-z])?}")

HEAD = """# Codes

<!-- Written by `make docs` from the tables in src/crossguard. Changes here are lost. -->

Messages of the library carry a code and the address of its row on this page: the lines of the log, refused
writes, `flask cors explain`, `crossguard check`, the audit, mistakes in a configuration, the pytest
plugin, the example application. A code is never given a second meaning. The examples of reasons, failures,
cookies, hints and mistakes are run when this page is written, and by a test.

[Reasons](#reasons) · [Failures](#failures) · [Cookies](#cookies) · [Hints](#hints) ·
[Told to the page](#told-to-the-page) ·
[Mistakes in a configuration](#mistakes-in-a-configuration) ·
[Findings of the audit](#findings-of-the-audit) · [Findings of a check](#findings-of-a-check) ·
[Differences of an edge](#differences-of-an-edge) · [Who answered](#who-answered)
"""

#: The sections: the title, the text before the table, the titles of its columns.
SECTIONS = {
    "Reasons": (
        "Why a policy has decided as it has. Every decision carries one.",
        ("reason", "what happened", "what to write", "source", "example"),
    ),
    "Failures": (
        f"Why a browser keeps an answer from a page. `{PAGE}` calls `{API}`, if not said otherwise.",
        ("code", "what happened", "what to write", "step of the standard", "example"),
    ),
    "Cookies": (
        "Why a cookie was not stored, or not sent. Other headers of the answers let the page read.",
        ("code", "meaning", "what to write", "example"),
    ),
    "Hints": (
        "What did not stop a fetch, and is likely to be what a developer is looking for.",
        ("code", "meaning", "what to write", "example"),
    ),
    "Told to the page": (
        "What an answer says by itself, told in debug [in the page](in-the-page.md).",
        ("code", "what was seen", "what to write"),
    ),
    "Mistakes in a configuration": (
        "`ConfigError.issues` holds every mistake that was found, and nothing is installed.",
        ("code", "why", "what to write", "example"),
    ),
    "Findings of the audit": (
        "What `flask cors audit` says of an application. The tests have an application for each.",
        ("code", "what was found", "what to write"),
    ),
    "Findings of a check": (
        "What `crossguard check` observes besides the fetch.",
        ("code", "what was seen", "what to do"),
    ),
    "Differences of an edge": (
        "What `crossguard verify` finds where a proxy does otherwise than the policy.",
        ("code", "what differs", "what to do"),
    ),
}

#: The last section, whose rows have one code in common, ``other-server``.
WHO = """
## Who answered

An answer that the API did not give has no header of CORS, and the browser's console names CORS then. Where
it carries what only one proxy, host, tunnel or program sends, the summary and the fix say who that was. An
answer that names an origin that may read it is the API's own. Where it shows only what it came through, as
`CF-Ray` does, the summary calls that likely.

| who | what its answer means | what to write |
|---|---|---|
"""

Row = tuple[str, ...]


def rows() -> dict[str, Iterable[Row]]:
    """Return the rows of each section; the first cell is the code."""
    return {
        "Reasons": [*map(_reason, Reason), _credentials()],
        "Failures": [*map(_failure, EXAMPLES), _other_host()],
        "Cookies": map(_cookie, CookieCode),
        "Hints": [*map(_hint, Hint), _raised()],
        "Told to the page": _told(),
        "Mistakes in a configuration": map(_mistake, IssueCode),
        "Findings of the audit": _words(FindingCode, FINDING_TEXTS),
        "Findings of a check": _words(CheckCode, CHECK_TEXTS),
        "Differences of an edge": _words(EdgeCode, EDGE_TEXTS),
    }


def page() -> str:
    """Return the text of docs/codes.md."""
    parts = [HEAD]
    known: set[str] = set()
    for title, made in rows().items():
        text, columns = SECTIONS[title]
        parts.append(f"\n## {title}\n\n{text}\n\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n")
        for code, *cells in made:
            parts.append(_row(_anchored(code, known), *cells))
            known.add(code)
    parts.append(WHO)
    parts += [_row(row.name, row.why, row.fix) for row in ROWS]
    return "".join(parts)


def _anchored(code: str, known: set[str]) -> str:
    """Return the cell of a code: the first row of one is where its address leads."""
    return f"[`{code}`](#{code})" if code in known else f'<a id="{code}"></a>`{code}`'


def _reason(reason: Reason) -> Row:
    told = explained(reason)
    happened = told.summary.partition(": ")[2] or told.summary
    return reason.value, happened, told.fix, REASON_TEXTS[reason].source, REASONS[reason].written


def _credentials() -> Row:
    example = next(one for one in EXAMPLES if one.code is Code.ALLOW_CREDENTIALS_MISSING)
    return (
        CREDENTIALS_NOT_SUPPORTED,
        "the policy lets the origin read without credentials only.",
        "leave credentials: 'include' out; or supports_credentials=True, if no other origin gains by it.",
        "Fetch Standard, CORS check",
        f"{_call(example)}{_answers(example)}",
    )


def _other_host() -> Row:
    return (
        OTHER_HOST,
        "the server redirects to another host, where nothing was sent.",
        "add --follow-hosts to go on, or call the target in the front end.",
        "",
        "`crossguard check` → 302 `Location: https://elsewhere.example/`",
    )


def _cookie(code: CookieCode) -> Row:
    check_cookie(code)
    words = COOKIE_TEXTS[code]
    return code.value, words.meaning, words.fix, COOKIES[code].written


def _hint(hint: Hint) -> Row:
    note = noted(hint)
    return hint.value, note.text, note.fix, HINTS[hint].written


def _raised() -> Row:
    return (
        APPLICATION_RAISED,
        "the application raised an exception.",
        "correct the view; the browser only shows the 500.",
        "a view that raises",
    )


def _told() -> Iterator[Row]:
    for code, words in TOLD_TEXTS.items():
        # What stands for evidence in the words has none here.
        yield code, *(_FILL.sub("…", text) for text in (words.meaning, words.fix))


def _mistake(code: IssueCode) -> Row:
    found = issue_of(code)
    if found is None:
        raise LookupError(f"{code.value} has no example")
    example, issue = found
    return code.value, issue.reason, issue.fix, f"`{example}`"


def _words(codes: Iterable[Enum], texts: object) -> Iterator[Row]:
    for code in codes:
        words = texts[code]  # type: ignore[index]
        # What stands for evidence in the words has none here.
        yield code.value, *(_FILL.sub("…", text) for text in (words.text, words.fix))


def _failure(example: Example) -> Row:
    verdict = example.run()
    diagnosis = explain_verdict(verdict)
    words = CODE_TEXTS[example.code]
    meaning = diagnosis.summary.partition("cannot read the answer: ")[2] or words.meaning
    return (
        example.code.value,
        meaning,
        diagnosis.fix,
        diagnosis.step,
        f"{_call(example)}{_answers(example)}",
    )


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


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |\n"


def main() -> int:
    return settle({PAGE_FILE: page()})


if __name__ == "__main__":
    sys.exit(main())
