"""The screen: where commands write, with colour only if a terminal shows it."""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Final, Protocol

from crossguard.cli.layout import WIDTH, table, wrapped

#: ECMA-48, "select graphic rendition".
_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}

Paint = Callable[[str], str]


@contextmanager
def silence() -> Iterator[None]:
    """Keep the application's log off the screen, and what it prints off standard output."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        logging.disable(before)


class Stream(Protocol):
    """The parts of a text stream that are used."""

    @property
    def encoding(self) -> str | None:
        """The encoding; None for a stream in memory."""

    def write(self, text: str, /) -> object:
        """Write *text*."""

    def isatty(self) -> bool:
        """Whether a person looks at it directly."""


class Screen:
    """Writes lines, paragraphs, tables and JSON to one stream.

    Args:
        stream: where to.
        environ: the environment; ``NO_COLOR`` (no-color.org) and ``TERM=dumb`` switch colour off.
    """

    def __init__(self, stream: Stream, environ: Mapping[str, str]) -> None:
        self._stream = stream
        self.coloured = stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"

    def paint(self, colour: str) -> Paint:
        """Return what colours a text; without colour it leaves it as it is."""
        if not self.coloured:
            return str
        return lambda text: f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if text else text

    def line(self, text: str = "") -> None:
        """Write one line as it is; what the stream cannot encode is escaped."""
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")

    def paragraph(self, text: str, *, first: str = "", rest: str | None = None, paint: Paint = str) -> None:
        """Write *text* in lines that fit.

        Args:
            text: the text; its blanks may become line breaks.
            first: what stands before the first line.
            rest: what stands before the others; by default blanks of the same length.
            paint: colours each line behind what stands before it.
        """
        rest = " " * len(first) if rest is None else rest
        for number, part in enumerate(wrapped(printable(text), WIDTH - max(len(first), len(rest)))):
            self.line((rest if number else first) + paint(part))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], *, indent: int = 0) -> None:
        """Write a table that fits, its head in bold."""
        cleaned = [[printable(cell) for cell in row] for row in rows]
        lines = table(head, cleaned, width=WIDTH - indent)
        bold = self.paint("bold")
        for number, text in enumerate(lines):
            self.line(" " * indent + (bold(text) if number == 0 else text))

    def document(self, value: object) -> None:
        """Write *value* as JSON, in ASCII, which every encoding has."""
        self.line(json.dumps(value, indent=2))


def printable(text: str) -> str:
    """Escape control characters, which could steer a terminal; text of a request comes through here."""
    return "".join(
        char if char.isprintable() else " " if char in "\n\t" else char.encode("unicode_escape").decode()
        for char in text
    )
