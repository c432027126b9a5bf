"""Python source as text with places: what a syntax tree points at, and replacements of nothing else."""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crossguard.migrate.files import read_file

# Lines as the tokenizer counts them; str.splitlines() knows more line breaks.
_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class UnreadableSource(ValueError):  # noqa: N818 - it is the file that is unreadable
    """A file that is no Python source; it is never touched."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: the characters from *start* to *end* become *text*."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Source:
    """One file.

    Attributes:
        path: where it is.
        raw: its bytes, as they were read.
        text: its characters, line breaks as they are.
        encoding: how it is encoded.
        tree: its syntax tree.
    """

    path: Path
    raw: bytes
    text: str
    encoding: str
    tree: ast.Module
    _starts: list[int] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        position = 0
        for line in _LINES.findall(self.text):
            self._starts.append(position)
            self._lines.append(line)
            position += len(line)

    @property
    def newline(self) -> str:
        """The line break that the file uses."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def offset(self, line: int, column: int) -> int:
        """Return the position of a line (from 1) and a column (in bytes of UTF-8), as the tree has them."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return self._starts[line - 1] + len(
            text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore")
        )

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Return where *node* begins and ends."""
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def segment(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """Return the text of *node*."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_start(self, line: int) -> int:
        """Return the position at which a line begins; the end of the file behind the last."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def apply(self, edits: list[Edit]) -> str:
        """Return the text with all of *edits*; of these only removals may overlap."""
        return applied(self.text, edits)


def applied(text: str, edits: Iterable[Edit], offset: int = 0) -> str:
    """Return *text*, which begins at *offset* of its file, with all of *edits*."""
    parts = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        start, end = max(edit.start - offset, 0), edit.end - offset
        parts += [text[position:start], edit.text]
        position = max(position, end)
    return "".join([*parts, text[position:]])


def read_source(path: Path) -> Source:
    """Read a Python file.

    Raises:
        UnreadableSource: it does not parse, or is not text.
        OSError: it cannot be read.
    """
    return parse_source(path, read_file(path))


def parse_source(path: Path, raw: bytes) -> Source:
    """Return the file at *path* whose content is *raw*.

    Raises:
        UnreadableSource: it does not parse, or is not text.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
        tree = parse(text)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) and error.lineno else ""
        reason = error.msg if isinstance(error, SyntaxError) else type(error).__name__
        raise UnreadableSource(f"{line}{reason}") from error
    return Source(path, raw, text, encoding, tree)


def parse(text: str) -> ast.Module:
    """Return the syntax tree of *text*; what Python would warn about is not ours to say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
