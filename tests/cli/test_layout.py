"""Lines and tables fit 80 columns, whatever is in them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.cli.findings import Finding, Severity, by_severity
from crossguard.cli.layout import table, wrapped
from crossguard.cli.screen import Screen
from crossguard.cli.show import count_line, show_findings
from crossguard.core.addresses import address_of

CELL = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=150)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_table_aligns_its_columns():
    assert table(["RULE", "METHODS"], [["/items", "GET"], ["/", "GET, PUT"]]) == [
        "RULE    METHODS",
        "/items  GET",
        "/       GET, PUT",
    ]


def test_a_wide_cell_wraps_and_the_others_stay():
    lines = table(["A", "B"], [["x " * 60, "short"], ["y", "z"]])
    assert all(len(line) <= 80 for line in lines)
    assert lines[1].endswith("short")
    assert lines[-1].startswith("y ")


@given(st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=6))
def test_a_table_of_a_few_columns_always_fits(rows):
    lines = table(["one", "two", "three", "four"], rows)
    assert all(len(line) <= 80 for line in lines)


@given(CELL, st.integers(1, 100))
def test_lines_fit(text, width):
    lines = wrapped(text, width)
    assert lines
    assert all(len(line) <= width for line in lines)


@given(st.text(max_size=200))
def test_a_paragraph_fits_and_never_steers_the_terminal(text):
    stream = io.StringIO()
    Screen(stream, {}).paragraph(text, first="Fix: ")
    lines = stream.getvalue().split("\n")
    assert all(len(line) <= 80 for line in lines)
    assert all(char.isprintable() for line in lines for char in line)


@pytest.mark.parametrize(
    ("stream", "environ", "coloured"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(stream, environ, coloured):
    screen = Screen(stream, environ)
    screen.line(screen.paint("red")("stop"))
    assert stream.getvalue().endswith("\x1b[31mstop\x1b[0m\n" if coloured else "stop\n")


def test_what_the_stream_cannot_encode_is_escaped():
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii") as stream:
        Screen(stream, {}).line("origins=[…]")
        stream.flush()
        assert raw.getvalue() == b"origins=[\\u2026]\n"


def test_json_is_ascii_and_indented():
    stream = io.StringIO()
    Screen(stream, {}).document({"where": "ü"})
    assert stream.getvalue() == '{\n  "where": "\\u00fc"\n}\n'


def finding(severity: Severity, code: str) -> Finding:
    return Finding(severity, code, "app.py:1", "text.", "fix.")


def test_findings_are_shown_once_and_errors_first():
    info, error = finding(Severity.INFO, "a"), finding(Severity.ERROR, "b")
    findings = by_severity([info, error, info])
    assert findings == [error, info]
    stream = io.StringIO()
    show_findings(Screen(stream, {}), findings)
    told = "  app.py:1\n  text.\n  Fix: fix.\n"
    shown = [f"ERROR  [b]\n{told}  {address_of('b')}\n\n", f"INFO  [a]\n{told}  {address_of('a')}\n\n"]
    assert stream.getvalue() == "".join(shown)
    assert count_line(findings) == "1 error, 0 warnings, 1 info"
