"""Doubts that a person has settled: by a comment beside the line, or by a word of the command."""

from collections.abc import Iterable
from pathlib import Path

from crossguard.migrate.changes import Change, accepts
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.source import Source

_CODES = frozenset(code.value for code in DoubtCode)


class Acceptance:
    """What a person accepts, and what of it was found.

    Args:
        words: as ``FILE:LINE``, ``FILE:LINE:CODE``, ``FILE:CODE`` or ``FILE``.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [(word, *_parts(word)) for word in words]
        self._used: set[str] = set()

    @property
    def unmatched(self) -> list[str]:
        """The words that accepted nothing."""
        return [word for word, *_ in self._words if word not in self._used]

    def takes_file(self, path: Path) -> bool:
        """Tell whether a file that cannot be read may be left as it is."""
        taken = [
            word for word, name, line, code in self._words if not line and not code and _same(name, path)
        ]
        self._used.update(taken)
        return bool(taken)

    def settle(self, source: Source, change: Change) -> None:
        """Move the doubts of *change* that are accepted to those that are."""
        commented = accepts(source, change)
        kept: list[Doubt] = []
        for doubt in change.doubts:
            words = [
                word
                for word, name, line, code in self._words
                if (line or code)
                and _same(name, source.path)
                and line in {0, change.line}
                and code in {"", doubt.code.value}
            ]
            by_comment = commented is not None and (not commented or doubt.code.value in commented)
            if doubt.acceptable:
                self._used.update(words)
            if doubt.acceptable and (words or by_comment):
                change.accepted.append(doubt)
            else:
                kept.append(doubt)
        change.doubts = kept


def _parts(word: str) -> tuple[str, int, str]:
    name, line, code = word, 0, ""
    head, _, last = name.rpartition(":")
    if head and last in _CODES:
        name, code = head, last
        head, _, last = name.rpartition(":")
    if head and last.isascii() and last.isdigit() and len(last) < 10:  # noqa: PLR2004 - a line, not a phone number
        name, line = head, int(last)
    return name, line, code


def _same(name: str, path: Path) -> bool:
    return Path(name).absolute() == path.absolute()
