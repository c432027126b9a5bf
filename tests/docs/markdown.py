"""The pages as data: fenced blocks, links and headings, read by a Markdown parser."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.md")])
#: Their blocks need the packages that they are about: tests/recipes runs them.
RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))

_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Block:
    """One fenced block.

    ``language`` is the first word behind the fence. The other words tell the tests what to do with the
    block: ``file=app.py`` names the file that it is, ``raises=TypeError`` what it ends with, ``output``
    marks what the block before it prints.
    """

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"

    def value(self, key: str) -> str:
        """Return what stands behind ``key=``; empty if it is not there."""
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{key}=")), "")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    found = []
    for token in _PARSER.parse(page.read_text("utf-8")):
        if token.type == "fence":
            language, *words = shlex.split(token.info) or [""]
            found.append(Block(page, (token.map or [0])[0] + 1, language, tuple(words), token.content))
    return found


def links(page: Path) -> list[str]:
    """Return every target of a link or a picture, also of those that are written in HTML."""
    found = []
    for token in _walk(_PARSER.parse(page.read_text("utf-8"))):
        if token.type in {"html_block", "html_inline"}:
            found += re.findall(r'(?:href|src|srcset)="([^"]*)"', token.content)
        target = token.attrGet("href") or token.attrGet("src")
        if target:
            found.append(str(target))
    return found


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings, and those that are written out."""
    found = set(re.findall(r'<a id="([\w-]+)"></a>', page.read_text("utf-8")))
    tokens = _PARSER.parse(page.read_text("utf-8"))
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            text = "".join(child.content for child in tokens[at + 1].children or [])
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            count = 0
            while (anchor := slug if not count else f"{slug}-{count}") in found:
                count += 1
            found.add(anchor)
    return found


def table_under(page: Path, heading: str) -> list[list[str]]:
    """Return the rows of the tables between *heading* and the next heading, without their head."""
    lines = page.read_text("utf-8").splitlines()
    start = next(
        at for at, line in enumerate(lines) if line.lstrip("#").strip() == heading and line[0] == "#"
    )
    rows = []
    for before, line in zip(lines[start:], lines[start + 1 :], strict=False):
        if line.startswith("#"):
            break
        if line.startswith("|") and not set(line) <= set("|-: ") and before.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def _walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or [])
